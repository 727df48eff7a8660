package zoo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"net"
	"time"
)

func mongoSpecies() []Species {
	mongo := func(name, version string, answers map[string][]byte) Species {
		answers["isMaster"] = bson("ismaster", true, "maxBsonObjectSize", 16<<20, "maxMessageSizeBytes", 48000000, "maxWriteBatchSize", 100000,
			"localTime", time.Unix(1735689600, 0), "minWireVersion", 0, "maxWireVersion", 17, "readOnly", false, "ok", 1.0)
		return Species{Name: name, Base: "mongodb", Protocol: "mongodb", Product: "mongodb", Version: version, Port: 27017, Serve: serveMongo(answers)}
	}
	build := bson("version", "6.0.13", "gitVersion", "3b13907f9bdf6bd3264d67140d6c215d51bbd20c", "modules", mongoList(), "bits", 64, "maxBsonObjectSize", 16<<20, "ok", 1.0)
	open := mongo("mongodb", "6.0.13", map[string][]byte{
		"buildInfo":     build,
		"listDatabases": bson("databases", mongoList(bson("name", "admin"), bson("name", "customers")), "ok", 1.0),
	})
	locked := mongo("mongodb-password", "6.0.13", map[string][]byte{
		"buildInfo":     build,
		"listDatabases": bson("ok", 0.0, "errmsg", "command listDatabases requires authentication", "code", 13, "codeName", "Unauthorized"),
	})
	old := open
	old.Name, old.Version = "mongodb-old", "2.4.9" // knows no OP_MSG, and says nothing of wire versions
	old.Serve = serveMongo(map[string][]byte{
		"isMaster":      bson("ismaster", true, "maxBsonObjectSize", 16<<20, "maxMessageSizeBytes", 48000000, "localTime", time.Unix(1735689600, 0), "ok", 1.0),
		"buildInfo":     bson("version", "2.4.9", "gitVersion", "52fe0d21959e32a5bdbecdc62057db386e4e029c", "bits", 64, "maxBsonObjectSize", 16<<20, "ok", 1.0),
		"listDatabases": bson("databases", mongoList(bson("name", "local", "sizeOnDisk", 1.0, "empty", true)), "totalSize", 1.0, "ok", 1.0),
	})
	return []Species{open, locked, old, secured(open, 27017)}
}

// serveMongo answers commands as OP_QUERY and OP_MSG ask them; what is neither ends
// the connection (MongoDB manual, "MongoDB Wire Protocol").
func serveMongo(answers map[string][]byte) func(net.Conn) {
	return func(conn net.Conn) {
		for {
			head := make([]byte, 16)
			if _, err := io.ReadFull(conn, head); err != nil {
				return
			}
			size, operation := binary.LittleEndian.Uint32(head), binary.LittleEndian.Uint32(head[12:])
			if size < 16+5 || size > 48000000 || operation != 2004 && operation != 2013 {
				return
			}
			body := make([]byte, min(size-16, 64<<10))
			if _, err := io.ReadFull(conn, body); err != nil {
				return
			}
			answer, ok := answers[mongoCommand(operation, body)]
			if !ok {
				answer = bson("ok", 0.0, "errmsg", "no such command", "code", 59)
			}
			if _, err := conn.Write(mongoAnswer(head, operation, answer)); err != nil {
				return
			}
		}
	}
}

// mongoCommand is the name of the first element of the document in a request.
func mongoCommand(operation uint32, body []byte) string {
	document := body[min(5, len(body)):] // flags and kind of section
	if operation == 2004 {
		_, rest, _ := bytes.Cut(body[4:], []byte{0})
		document = rest[min(8, len(rest)):] // skip and return
	}
	name, _, _ := bytes.Cut(document[min(5, len(document)):], []byte{0})
	return string(name)
}

func mongoAnswer(request []byte, operation uint32, document []byte) []byte {
	prefix, reply := make([]byte, 5), uint32(2013)
	if operation == 2004 {
		prefix, reply = make([]byte, 20), 1
		prefix[16] = 1 // documents
	}
	var b []byte
	for _, number := range []uint32{uint32(16 + len(prefix) + len(document)), 7, binary.LittleEndian.Uint32(request[4:]), reply} {
		b = binary.LittleEndian.AppendUint32(b, number)
	}
	return append(append(b, prefix...), document...)
}

// bson is a document of names and values (bsonspec.org); a []byte is a document.
func bson(pairs ...any) []byte {
	var elements []byte
	element := func(kind byte, name any) { elements = fmt.Appendf(elements, "%c%s\x00", kind, name) }
	for i := 0; i < len(pairs); i += 2 {
		switch value := pairs[i+1].(type) {
		case string:
			element(0x02, pairs[i])
			elements = binary.LittleEndian.AppendUint32(elements, uint32(len(value)+1))
			elements = append(append(elements, value...), 0)
		case float64:
			element(0x01, pairs[i])
			elements = binary.LittleEndian.AppendUint64(elements, math.Float64bits(value))
		case int:
			element(0x10, pairs[i])
			elements = binary.LittleEndian.AppendUint32(elements, uint32(value))
		case bool:
			element(0x08, pairs[i])
			elements = append(elements, map[bool]byte{true: 1}[value])
		case time.Time:
			element(0x09, pairs[i])
			elements = binary.LittleEndian.AppendUint64(elements, uint64(value.UnixMilli()))
		case mongoArray:
			element(0x04, pairs[i])
			elements = append(elements, value...)
		case []byte:
			element(0x03, pairs[i])
			elements = append(elements, value...)
		}
	}
	document := binary.LittleEndian.AppendUint32(nil, uint32(4+len(elements)+1))
	return append(append(document, elements...), 0)
}

type mongoArray []byte

func mongoList(documents ...[]byte) mongoArray {
	pairs := []any{}
	for i, d := range documents {
		pairs = append(pairs, string(rune('0'+i)), d)
	}
	return bson(pairs...)
}
