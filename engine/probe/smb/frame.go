package smb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// maxFrame is how much of a message is read: answers to negotiation are below 1 kB.
const maxFrame = 16 << 10

var errNotSMB = errors.New("not an SMB server")

// exchange sends a message in a frame of a NetBIOS session (RFC 1002 section 4.3.1:
// type 0 and three bytes of length) and reads the answer.
func exchange(conn net.Conn, message []byte) ([]byte, error) {
	frame := append(binary.BigEndian.AppendUint32(nil, uint32(len(message))), message...)
	if _, err := conn.Write(frame); err != nil {
		return nil, err
	}
	return ReadFrame(conn)
}

// ReadFrame reads a message.
func ReadFrame(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size < 32 || size > maxFrame { // the high byte is the type, 0
		return nil, fmt.Errorf("%w: a frame %x", errNotSMB, head)
	}
	message := make([]byte, size)
	_, err := io.ReadFull(r, message)
	return message, err
}

// call begins a session: called "*SMBSERVER", which every server answers to, calling
// "PORTOLAN", both in the first-level encoding (RFC 1001 section 14.1).
func call(conn net.Conn) error {
	const sessionRequest, positive = 0x81, 0x82
	names := append(encodeName("*SMBSERVER", 0x20), encodeName("PORTOLAN", 0)...)
	frame := append([]byte{sessionRequest, 0, 0, byte(len(names))}, names...)
	if _, err := conn.Write(frame); err != nil {
		return err
	}
	var answer [4]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return err
	}
	if answer != [4]byte{positive} {
		return fmt.Errorf("%w: answer %x", errNotSMB, answer)
	}
	return nil
}

// encodeName pads a name to 15 bytes, adds its suffix and writes two letters a byte.
func encodeName(name string, suffix byte) []byte {
	encoded := []byte{32}
	for _, c := range append([]byte(fmt.Sprintf("%-15s", name)), suffix) {
		encoded = append(encoded, 'A'+c>>4, 'A'+c&0xf)
	}
	return append(encoded, 0)
}
