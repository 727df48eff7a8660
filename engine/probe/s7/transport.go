package s7

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

const (
	tpktHead     = 4
	maxPacket    = 2048
	reference    = 0x504f // ours; the confirm repeats it
	typeConfirm  = 0xd0   // X.224 section 13
	typeRelease  = 0x80
	protocolID   = 0x32
	kindJob      = 1
	kindAnswer   = 3
	kindUserData = 7
	functionInit = 0xf0 // setup communication
	initID       = 0x0100
	listID       = 0x0200
)

var (
	errNotS7   = errors.New("not an S7 controller")
	errRefused = errors.New("the connection was refused")
)

// packet puts data into a TPKT (RFC 1006 section 6).
func packet(data ...byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{3, 0}, uint16(len(data)+tpktHead))
	return append(head, data...)
}

// ReadPacket reads what is in a TPKT.
func ReadPacket(r io.Reader) ([]byte, error) {
	var head [tpktHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := int(binary.BigEndian.Uint16(head[2:]))
	if head[0] != 3 || head[1] != 0 || size < tpktHead+3 || size > maxPacket {
		return nil, fmt.Errorf("%w: %x is no TPKT", errNotS7, head)
	}
	data := make([]byte, size-tpktHead)
	_, err := io.ReadFull(r, data)
	return data, err
}

// connect sends a connection request (X.224 section 13.3) with TPDUs of 1,024 bytes, from a
// programming device to the processor in a slot.
func connect(conn net.Conn, slot byte) error {
	request := packet(17, 0xe0, 0, 0, reference>>8, reference&0xff, 0, 0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, slot)
	if _, err := conn.Write(request); err != nil {
		return err
	}
	answer, err := ReadPacket(conn)
	switch {
	case err != nil:
		return err
	case len(answer) < 7 || int(answer[0]) != len(answer)-1 || binary.BigEndian.Uint16(answer[2:]) != reference:
		return fmt.Errorf("%w: no answer to the connection request", errNotS7)
	case answer[1] == typeRelease:
		return errRefused
	case answer[1] != typeConfirm:
		return fmt.Errorf("%w: TPDU %#x", errNotS7, answer[1])
	}
	return nil
}

// exchange sends a message in a data TPDU and gives the answer's header, parameters and data.
func exchange(conn net.Conn, kind byte, id uint16, parameters, data []byte) (message, error) {
	body := []byte{2, 0xf0, 0x80, protocolID, kind, 0, 0, byte(id >> 8), byte(id), 0, byte(len(parameters)), 0, byte(len(data))}
	if _, err := conn.Write(packet(append(append(body, parameters...), data...)...)); err != nil {
		return message{}, err
	}
	answer, err := ReadPacket(conn)
	if err != nil {
		return message{}, err
	}
	return parseMessage(answer, id)
}

// message is what is in an answer.
type message struct {
	kind       byte
	fault      uint16 // of an answer to a job
	parameters []byte
	data       []byte
}

// parseMessage takes a data TPDU and the header of S7 communication apart.
func parseMessage(data []byte, id uint16) (message, error) {
	const head = 3 + 10
	if len(data) < head || data[0] != 2 || data[1] != 0xf0 || data[3] != protocolID || binary.BigEndian.Uint16(data[7:]) != id {
		return message{}, fmt.Errorf("%w: no answer", errNotS7)
	}
	m := message{kind: data[4]}
	np, nd := int(binary.BigEndian.Uint16(data[9:])), int(binary.BigEndian.Uint16(data[11:]))
	rest := data[head:]
	if m.kind == kindAnswer && len(rest) >= 2 {
		m.fault = binary.BigEndian.Uint16(rest)
		rest = rest[2:]
	}
	if np+nd > len(rest) {
		return message{}, fmt.Errorf("%w: the lengths contradict", errNotS7)
	}
	m.parameters, m.data = rest[:np], rest[np:np+nd]
	return m, nil
}

// setup agrees on one job at a time and messages of 480 bytes.
func setup(conn net.Conn) error {
	m, err := exchange(conn, kindJob, initID, []byte{functionInit, 0, 0, 1, 0, 1, 1, 0xe0}, nil)
	if err != nil {
		return err
	}
	if m.kind != kindAnswer || m.fault == 0 && (len(m.parameters) != 8 || m.parameters[0] != functionInit) {
		return fmt.Errorf("%w: no agreement", errNotS7)
	}
	return nil
}
