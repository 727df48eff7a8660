package zoo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

func datagramSpecies() []Species {
	udp := func(name, base string, port uint16, answer func(request []byte) []byte) Species {
		return Species{Name: name, Base: base, Protocol: base, Port: port, Answer: datagrams(answer)}
	}
	linux := udp("snmp", "snmp", 161, snmpAgent(true))
	linux.Product, linux.Version = "linux", "5.10.0"
	clock := udp("ntp-monlist", "ntp", 123, ntpServer(`version="ntpd 4.2.6p5@1.2349-o (1)", system="Linux", stratum=2`))
	clock.Product, clock.Version = "ntp", "4.2.6p5"
	return slices.Concat(nameServerSpecies(), announcerSpecies(), []Species{
		linux, udp("snmp-v3", "snmp", 161, snmpAgent(false)), udp("ntp", "ntp", 123, ntpServer("")), clock, udp("netbios", "netbios", 137, netbiosHost),
		udp("rpcbind-udp", "rpcbind", 111, portmapper), udp("bacnet", "bacnet", 47808, bacnetDevice), udp("bacnet-refuses", "bacnet", 47808, bacnetAbort),
		udp("ipmi", "ipmi", 623, ipmiController), udp("enip-udp", "enip", 44818, enipIdentity),
	})
}

// snmpAgent answers the community "public", if it is open, in versions 1 and 2c with its
// description (RFC 3416), and discovery in version 3 with a report (RFC 3414 section 4).
func snmpAgent(open bool) func([]byte) []byte {
	return func(m []byte) []byte {
		id := bytes.Index(m, []byte{2, 4}) // the first number of four bytes is the id
		if len(m) < 20 || m[0] != 0x30 || m[2] != 2 || m[3] != 1 || id < 0 || id+6 > len(m) {
			return nil
		}
		number := m[id : id+6]
		switch version := m[2:5]; {
		case version[2] == 3:
			return snmpReport(number)
		case !open || !bytes.Contains(m, []byte("\x04\x06public\xa0")):
			return nil
		default:
			binding := tlv(0x30, tlv(6, []byte("\x2b\x06\x01\x02\x01\x01\x01\x00")), tlv(4, []byte("Linux gateway 5.10.0-28-amd64 #1 SMP Debian 5.10.209-2 x86_64")))
			pdu := tlv(0xa2, number, []byte{2, 1, 0, 2, 1, 0}, tlv(0x30, binding))
			return tlv(0x30, version, tlv(4, []byte("public")), pdu)
		}
	}
}

func snmpReport(id []byte) []byte {
	engine := tlv(4, []byte("\x80\x00\x1f\x88\x80\x0a\x21\x56\x03\xae\x47\x06\x6b"))
	header := tlv(0x30, id, []byte{2, 3, 0, 0xff, 0xe3, 4, 1, 0, 2, 1, 3})
	security := tlv(4, tlv(0x30, engine, []byte{2, 1, 1, 2, 1, 7}, tlv(4), tlv(4), tlv(4)))
	unknown := tlv(0x30, tlv(6, []byte("\x2b\x06\x01\x06\x03\x0f\x01\x01\x04\x00")), []byte{0x41, 1, 1})
	scoped := tlv(0x30, engine, tlv(4), tlv(0xa8, id, []byte{2, 1, 0, 2, 1, 0}, tlv(0x30, unknown)))
	return tlv(0x30, []byte{2, 1, 3}, header, security, scoped)
}

// ntpServer answers clients (RFC 5905), and with variables also modes 6 and 7.
func ntpServer(variables string) func([]byte) []byte {
	return func(m []byte) []byte {
		switch {
		case len(m) >= 48 && m[0]&7 == 3:
			at := binary.BigEndian.AppendUint64(nil, 0xeb1f_0000_8000_0000)
			return slices.Concat([]byte{m[0]&0x38 | 4, 2, m[2], 0xe9}, be32(0x0200), be32(0x0400), []byte{192, 0, 2, 123}, at, m[40:48], at, at)
		case variables != "" && len(m) >= 12 && m[0]&7 == 6 && m[1] == 2:
			return slices.Concat([]byte{m[0], 0x82}, m[2:4], make([]byte, 6), be16(len(variables)), []byte(variables))
		case variables != "" && len(m) >= 8 && m[0]&7 == 7 && m[3] == 42:
			return slices.Concat([]byte{m[0] | 0x80, 0, m[2], 42}, be16(6), be16(72), make([]byte, 6*72))
		}
		return nil
	}
}

// netbiosHost answers a request for its status (RFC 1002 section 4.2.18).
func netbiosHost(m []byte) []byte {
	const name = "\x20CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x00\x00\x21\x00\x01"
	if len(m) != 12+len(name) || string(m[12:]) != name || m[2]&0x80 != 0 {
		return nil
	}
	list := []byte{2}
	for _, n := range []string{fmt.Sprintf("%-15s\x00\x04\x00", "FILES"), fmt.Sprintf("%-15s\x00\x84\x00", "EXAMPLE")} {
		list = append(list, n...)
	}
	list = append(list, make([]byte, 46)...)
	return slices.Concat(m[:2], []byte{0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0}, []byte(name), be32(0), be16(len(list)), list)
}

// bacnetDevice answers ReadProperty of the device object (ASHRAE 135 clause 15.5); of
// properties it has not there is an error.
func bacnetDevice(m []byte) []byte {
	if len(m) != 17 || m[0] != 0x81 || m[4] != 1 || m[6] != 0 || m[9] != 12 {
		return nil
	}
	text := func(s string) []byte { return slices.Concat([]byte{0x75, byte(len(s) + 1), 0}, []byte(s)) }
	value, ok := map[byte][]byte{75: {0xc4, 2, 0, 0, 7}, 121: text("Example Controls"), 70: text("AHU-100"), 44: text("4.2.1"), 120: {0x22, 1, 4}}[m[16]]
	if !ok {
		return bacnetFrame([]byte{0x50, m[8], 12, 0x91, 2, 0x91, 32})
	}
	return bacnetFrame(slices.Concat([]byte{0x30, m[8], 12, 0x0c, 2, 0, 0, 7, 0x19, m[16], 0x3e}, value, []byte{0x3f}))
}

// bacnetAbort is a device that wants security first.
func bacnetAbort(m []byte) []byte {
	if len(m) != 17 || m[0] != 0x81 {
		return nil
	}
	return bacnetFrame([]byte{0x71, m[8], 5})
}

func bacnetFrame(apdu []byte) []byte {
	return slices.Concat([]byte{0x81, 0x0a}, be16(len(apdu)+6), []byte{1, 0}, apdu)
}

// ipmiController wants passwords.
func ipmiController(m []byte) []byte { return ipmiAnswer(m, 0x94, 4) }

// ipmiAnswer answers Get Channel Authentication Capabilities (IPMI v2.0 section 22.13):
// the types there are, and who may log in.
func ipmiAnswer(m []byte, types, status byte) []byte {
	if len(m) != 23 || m[0] != 6 || m[3] != 7 || m[19] != 0x38 {
		return nil
	}
	body := []byte{0x20, m[18], 0x38, 0, 1, types, status, 3, 0, 0, 0, 0}
	sum := byte(0)
	for _, b := range body {
		sum -= b
	}
	return slices.Concat(m[:13], []byte{byte(len(body) + 4)}, []byte{0x81, 0x1c, 0x63}, body, []byte{sum})
}
