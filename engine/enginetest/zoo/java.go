package zoo

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"slices"
)

// javaSpecies are ways into Java, Erlang and Android that only their developers should use.
func javaSpecies() []Species {
	return []Species{
		{Name: "rmi-registry", Base: "rmi", Protocol: "rmi", Product: "java", Port: 1099, Serve: serveRMI([]string{"jmxrmi"})},
		{Name: "rmi-object", Base: "rmi", Protocol: "rmi", Product: "java", Port: 9010, Serve: serveRMI(nil)},
		{Name: "ajp", Base: "ajp", Protocol: "ajp", Port: 8009, Serve: messages(4, func(head []byte) int {
			if head[0] != 0x12 || head[1] != 0x34 {
				return -1
			}
			return 4 + int(binary.BigEndian.Uint16(head[2:]))
		}, func(m []byte) []byte {
			if len(m) != 5 || m[4] != 10 {
				return nil
			}
			return []byte("AB\x00\x01\x09")
		})},
		{Name: "epmd", Base: "epmd", Protocol: "epmd", Product: "erlang", Port: 4369, Serve: serveEPMD},
		{Name: "adb-open", Base: "adb", Protocol: "adb", Product: "android", Port: 5555, Serve: serveADB("CNXN", 0x01000001, "device::ro.product.name=x;ro.product.model=Box;ro.product.device=b;features=cmd")},
		{Name: "adb-key", Base: "adb", Protocol: "adb", Product: "android", Port: 5556, Serve: serveADB("AUTH", 1, "01234567890123456789")},
	}
}

// serveRMI shakes hands (Java RMI specification section 10.2) and, as a registry, answers
// method 1 of object 0 with the names.
func serveRMI(names []string) func(net.Conn) {
	return func(conn net.Conn) {
		head := make([]byte, 7)
		if _, err := io.ReadFull(conn, head); err != nil || string(head) != "JRMI\x00\x02\x4b" {
			return
		}
		if _, err := conn.Write(slices.Concat([]byte{0x4e}, be16(9), []byte("127.0.0.1"), be32(41234))); err != nil {
			return
		}
		call := make([]byte, 1024)
		n, err := conn.Read(call)
		if err != nil || names == nil || !bytes.Contains(call[:n], []byte("\x44\x15\x4d\xc9\xd4\xe6\x3b\xdf")) {
			return
		}
		array := slices.Concat([]byte("ur\x00\x13[Ljava.lang.String;\xad\xd2V\xe7\xe9\x1d{G\x02\x00\x00pxp"), be32(uint32(len(names))))
		for _, name := range names {
			array = slices.Concat(array, []byte{'t'}, be16(len(name)), []byte(name))
		}
		_, _ = conn.Write(slices.Concat([]byte("Q\xac\xed\x00\x05w\x0f\x01"), make([]byte, 14), array)) // the caller may be gone
	}
}

// serveEPMD answers NAMES_REQ and hangs up (Erlang "Distribution Protocol").
func serveEPMD(conn net.Conn) {
	request := make([]byte, 3)
	if _, err := io.ReadFull(conn, request); err != nil || string(request) != "\x00\x01n" {
		return
	}
	_, _ = conn.Write(append(be32(4369), "name rabbit at port 25672\n"...)) // the caller may be gone
}

// serveADB answers a host's greeting (Android's protocol.txt).
func serveADB(command string, argument uint32, payload string) func(net.Conn) {
	word := binary.LittleEndian.Uint32([]byte(command))
	answer := slices.Concat(le32(word), le32(argument), le32(4096), le32(uint32(len(payload))), le32(0), le32(^word), []byte(payload))
	return messages(24, func(head []byte) int {
		if string(head[:4]) != "CNXN" || binary.LittleEndian.Uint32(head[20:]) != ^binary.LittleEndian.Uint32(head) {
			return -1
		}
		return 24 + int(binary.LittleEndian.Uint32(head[12:]))
	}, func([]byte) []byte { return answer })
}
