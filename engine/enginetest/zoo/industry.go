package zoo

import (
	"encoding/binary"
	"slices"
)

// industrySpecies are controllers of machines and plants.
func industrySpecies() []Species {
	modbus := func(name string, port uint16, answer func(unit, function byte, data []byte) []byte) Species {
		return Species{Name: name, Base: "modbus", Protocol: "modbus", Port: port, Serve: messages(8, func(head []byte) int {
			if head[2] != 0 || head[3] != 0 {
				return -1
			}
			return 6 + int(binary.BigEndian.Uint16(head[4:]))
		}, func(m []byte) []byte {
			pdu := answer(m[6], m[7], m[8:])
			if pdu == nil {
				return []byte{}
			}
			return slices.Concat(m[:4], be16(len(pdu)+1), m[6:7], pdu)
		})}
	}
	s7 := func(name, version string, slot byte, port uint16) Species {
		return Species{
			Name: name, Base: "s7", Protocol: "s7", Product: "simatic-s7", Version: version, Port: port,
			Serve: messages(7, tpkt, s7Controller{slot, version}.answer),
		}
	}
	enip := Species{Name: "enip", Base: "enip", Protocol: "enip", Port: 44818, Serve: messages(24, func(head []byte) int {
		return 24 + int(binary.LittleEndian.Uint16(head[2:]))
	}, enipIdentity)}
	return append(plantSpecies(), []Species{
		modbus("modbus", 502, modbusIdentity), modbus("modbus-exception", 503, func(_, function byte, _ []byte) []byte { return []byte{function | 0x80, 1} }),
		modbus("modbus-gateway", 504, modbusGateway), s7("s7-300", "3.2.6", 2, 102), s7("s7-1200", "4.5.2", 0, 103), enip,
	}...)
}

// modbusIdentity answers Read Device Identification (MODBUS V1.1b3 section 6.21); other
// functions are illegal.
func modbusIdentity(_, function byte, data []byte) []byte {
	if function != 0x2b || len(data) < 3 || data[0] != 0x0e {
		return []byte{function | 0x80, 1}
	}
	answer := []byte{0x2b, 0x0e, data[1], 1, 0, 0, 3}
	for i, text := range []string{"Schneider Electric", "BMX P34 2020", "v2.5"} {
		answer = append(append(answer, byte(i), byte(len(text))), text...)
	}
	return answer
}

// modbusGateway has nobody on its line but itself.
func modbusGateway(unit, function byte, data []byte) []byte {
	if unit != 0xff {
		return []byte{function | 0x80, 11}
	}
	return modbusIdentity(unit, function, data)
}

// s7Controller is a processor in a slot of rack 0.
type s7Controller struct {
	slot     byte
	firmware string
}

// answer plays the connection (X.224 section 13), the setup and two lists.
func (c s7Controller) answer(packet []byte) []byte {
	wrap := func(parts ...[]byte) []byte {
		data := slices.Concat(parts...)
		return slices.Concat([]byte{3, 0}, be16(len(data)+4), data)
	}
	m := packet[4:]
	switch {
	case len(m) >= 18 && m[1] == 0xe0 && m[len(m)-4] == 0xc2 && m[len(m)-1] == c.slot:
		return wrap([]byte{17, 0xd0}, m[4:6], []byte{0, 6, 0, 0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, c.slot})
	case len(m) >= 7 && m[1] == 0xe0:
		return wrap([]byte{6, 0x80}, m[4:6], []byte{0, 0, 0})
	case len(m) < 21 || m[1] != 0xf0 || m[3] != 0x32:
		return nil
	case m[4] == 1 && m[13] == 0xf0:
		return wrap(m[:4], []byte{3, 0, 0}, m[7:9], be16(8), be16(0), be16(0), []byte{0xf0, 0, 0, 1, 0, 1, 0, 0xf0})
	case m[4] == 7 && len(m) >= 29:
		list := c.list(int(binary.BigEndian.Uint16(m[25:])))
		return wrap(m[:4], []byte{7, 0, 0}, m[7:9], be16(12), be16(len(list)), []byte{0, 1, 0x12, 8, 0x12, 0x84, 1, 1, 0, 0, 0, 0}, list)
	}
	return nil
}

// list is a system status list; one there is not is an object that does not exist (0x0a).
func (c s7Controller) list(id int) []byte {
	record := func(index, size int, text string) []byte {
		return slices.Concat(be16(index), []byte(text), make([]byte, size-2-len(text)))
	}
	var size int
	var records [][]byte
	switch id {
	case 0x11:
		v := []byte{c.firmware[0] - '0', c.firmware[2] - '0', c.firmware[4] - '0'}
		size, records = 28, [][]byte{record(1, 28, "6ES7 315-2EH14-0AB0 "), record(7, 28, "                    \x00\xc0V"+string(v))}
	case 0x1c:
		size, records = 34, [][]byte{record(1, 34, "Line 3"), record(2, 34, "PLC_1"), record(5, 34, "S C-X4U421302009"), record(7, 34, "CPU 315-2 PN/DP")}
	default:
		return []byte{0x0a, 0, 0, 0}
	}
	content := slices.Concat(be16(id), be16(0), be16(size), be16(len(records)), slices.Concat(records...))
	return slices.Concat([]byte{0xff, 9}, be16(len(content)), content)
}

// enipIdentity answers ListIdentity (CIP volume 2 section 2-4.2) and nothing else.
func enipIdentity(m []byte) []byte {
	if len(m) < 24 || m[0] != 0x63 {
		return nil
	}
	const name = "1756-EN2T/B"
	item := slices.Concat(le16(1), be16(2), be16(44818), []byte{192, 0, 2, 7}, make([]byte, 8), le16(1), le16(12), le16(166), []byte{5, 8}, le16(0x30), le32(0x00611ab0), []byte{byte(len(name))}, []byte(name), []byte{3})
	body := slices.Concat(le16(1), le16(0x0c), le16(len(item)), item)
	return slices.Concat(m[:2], le16(len(body)), m[4:24], body)
}
