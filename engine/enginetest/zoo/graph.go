package zoo

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
)

func neo4jSpecies() []Species {
	neo4j := func(name, version string, bolt [2]byte, hello, logon []byte) Species {
		return Species{Name: name, Base: "neo4j", Protocol: "neo4j", Product: "neo4j", Version: version, Port: 7687, Serve: serveBolt(bolt, hello, logon)}
	}
	success := boltMessage(0x70, "server", "Neo4j/5.13.0", "connection_id", "bolt-7")
	failure := boltMessage(0x7f, "code", "Neo.ClientError.Security.Unauthorized", "message", "Unsupported authentication token, scheme 'none' is only allowed when auth is disabled.")
	open := neo4j("neo4j", "5.13.0", [2]byte{5, 4}, success, boltMessage(0x70))
	return []Species{
		open, secured(open, 7687),
		neo4j("neo4j-password", "5.13.0", [2]byte{5, 4}, success, failure),
		neo4j("neo4j-4-password", "", [2]byte{4, 4}, failure, nil),
	}
}

// boltMessage is a structure whose one field is a map of texts, in one chunk (Neo4j, Bolt
// protocol and PackStream).
func boltMessage(sign byte, pairs ...string) []byte {
	body := []byte{0xb1, sign, 0xa0 + byte(len(pairs)/2)}
	for _, text := range pairs {
		body = append(append(body, 0xd0, byte(len(text))), text...)
	}
	return append(append(binary.BigEndian.AppendUint16(nil, uint16(len(body))), body...), 0, 0)
}

// serveBolt agrees on one version, if it is among the wishes, and answers HELLO and LOGON.
// What does not begin with the magic number hangs up; a browser is told what this is.
func serveBolt(version [2]byte, hello, logon []byte) func(net.Conn) {
	return func(conn net.Conn) {
		wishes := make([]byte, 20)
		if _, err := io.ReadFull(conn, wishes); err != nil || !bytes.HasPrefix(wishes, []byte{0x60, 0x60, 0xb0, 0x17}) {
			if bytes.HasPrefix(wishes, []byte("GET ")) {
				_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") // and hangs up
			}
			return
		}
		agreed := []byte{0, 0, 0, 0}
		for i := 4; i < 20; i += 4 {
			if major, minor, below := wishes[i+3], wishes[i+2], wishes[i+1]; major == version[0] && version[1] <= minor && version[1] >= minor-below {
				agreed = []byte{0, 0, version[1], version[0]}
			}
		}
		if _, err := conn.Write(agreed); err != nil || agreed[3] == 0 {
			return
		}
		converses(func(request []byte) []byte {
			if len(request) < 4 {
				return nil
			}
			return map[byte][]byte{0x01: hello, 0x6a: logon}[request[3]]
		})(conn)
	}
}
