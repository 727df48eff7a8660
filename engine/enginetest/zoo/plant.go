package zoo

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
)

// plantSpecies are servers of OPC UA, a station of Niagara and an outstation of DNP3.
func plantSpecies() []Species {
	opcua := func(name string, port uint16, kind string, numbers ...uint32) Species {
		answer := append([]byte(kind), le32(uint32(8+4*len(numbers)))...)
		for _, n := range numbers {
			answer = append(answer, le32(n)...)
		}
		return Species{Name: name, Base: "opcua", Protocol: "opcua", Port: port, Serve: messages(8, func(head []byte) int {
			if string(head[:4]) != "HELF" {
				return -1
			}
			return int(binary.LittleEndian.Uint32(head[4:]))
		}, func([]byte) []byte { return answer })}
	}
	fox := Species{Name: "fox", Base: "fox", Protocol: "fox", Product: "niagara", Version: "4.10.0.154", Port: 1911, Serve: serveFox}
	return []Species{
		opcua("opcua", 4840, "ACKF", 0, 65535, 65535, 4194240, 64), opcua("opcua-refuses", 4841, "ERRF", 0x80830000, 0xffffffff),
		fox, secured(fox, 4911), {Name: "dnp3", Base: "dnp3", Protocol: "dnp3", Port: 20000, Serve: serveDNP3(10)},
	}
}

// serveFox answers a greeting with a station's.
func serveFox(conn net.Conn) {
	lines := bufio.NewScanner(io.LimitReader(conn, mostMessage))
	for lines.Scan() && lines.Text() != "};;" {
		if !strings.HasPrefix(lines.Text(), "fox ") && !strings.ContainsAny(lines.Text(), "{=") {
			return
		}
	}
	if lines.Text() != "};;" {
		return
	}
	_, err := io.WriteString(conn, "fox a 0 -1 fox hello\n{\nfox.version=s:1.0.1\nid=i:0\nhostName=s:roof\napp.name=s:Station\napp.version=s:4.10.0.154\nos.name=s:QNX\nbrandId=s:vykon\n};;\n")
	if err == nil {
		listenOnly(conn)
	}
}

// serveDNP3 is an outstation that answers requests for the status of the link to its own
// address (IEEE 1815 clause 9.2), and nothing else.
func serveDNP3(own int) func(net.Conn) {
	return func(conn net.Conn) {
		frame := make([]byte, 10)
		for {
			if _, err := io.ReadFull(conn, frame); err != nil {
				return
			}
			isOurs := frame[0] == 0x05 && frame[1] == 0x64 && frame[2] == 5 && int(binary.LittleEndian.Uint16(frame[4:])) == own
			if !isOurs || frame[3]&0x4f != 0x49 {
				continue
			}
			answer := slices.Concat([]byte{0x05, 0x64, 5, 0x0b}, frame[6:8], le16(own))
			if _, err := conn.Write(append(answer, le16(int(dnp3Sum(answer)))...)); err != nil {
				return
			}
		}
	}
}

// dnp3Sum is the checksum of clause 9.2.3, bit by bit.
func dnp3Sum(data []byte) uint16 {
	crc := uint16(0)
	for _, b := range data {
		for bit := range 8 {
			odd := (crc ^ uint16(b>>bit)) & 1
			crc >>= 1
			crc ^= odd * 0xa6bc
		}
	}
	return ^crc
}
