package mongodb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// The wire protocol (MongoDB manual, "MongoDB Wire Protocol"): a header of four
// numbers, little-endian: length, id, id of the request answered, operation.
const (
	messageHead = 16
	opReply     = 1
	opQuery     = 2004 // since the beginning; for isMaster to this day
	opMsg       = 2013 // since 3.6
	wireOpMsg   = 6    // wire version of 3.6
	firstID     = 0x706f7274
	// maxMessage is room for the names of some thousand databases.
	maxMessage = 256 << 10
)

var errNotMongoDB = errors.New("not an answer of MongoDB")

// session asks one thing after the other.
type session struct {
	conn   net.Conn
	asked  uint32
	modern bool // the server knows OP_MSG
}

func (s *session) ask(command string) (Document, error) {
	id := firstID + s.asked
	s.asked++
	if _, err := s.conn.Write(request(id, command, s.modern)); err != nil {
		return nil, err
	}
	return ReadAnswer(s.conn, id)
}

// request asks a command of the database "admin". listDatabases is asked for names
// only, which servers before 3.6 do not know and overlook.
func request(id uint32, command string, modern bool) []byte {
	elements := appendInt32(nil, command, 1)
	if command == "listDatabases" {
		elements = appendInt32(elements, "nameOnly", 1)
	}
	operation, body := uint32(opQuery), append([]byte{0, 0, 0, 0}, "admin.$cmd\x00\x00\x00\x00\x00\xff\xff\xff\xff"...) // flags, name, skip 0, return 1
	if modern {
		operation, body = opMsg, make([]byte, 5) // flags, section of kind 0
		elements = appendString(elements, "$db", "admin")
	}
	body = appendDocument(body, elements)
	head := make([]byte, 0, messageHead+len(body))
	for _, number := range []uint32{uint32(messageHead + len(body)), id, 0, operation} {
		head = binary.LittleEndian.AppendUint32(head, number)
	}
	return append(head, body...)
}

// ReadAnswer reads the one document of an answer to the request with the id.
func ReadAnswer(r io.Reader, id uint32) (Document, error) {
	head := make([]byte, messageHead)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	size, operation := binary.LittleEndian.Uint32(head), binary.LittleEndian.Uint32(head[12:])
	skip, known := map[uint32]int{opReply: 20, opMsg: 5}[operation]
	if !known || size < messageHead || size > maxMessage || binary.LittleEndian.Uint32(head[8:]) != id {
		return nil, fmt.Errorf("%w: header % x", errNotMongoDB, head)
	}
	body := make([]byte, size-messageHead)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	if len(body) < skip || operation == opMsg && body[4] != 0 {
		return nil, fmt.Errorf("%w: message %.20q", errNotMongoDB, body)
	}
	return ReadDocument(body[skip:])
}
