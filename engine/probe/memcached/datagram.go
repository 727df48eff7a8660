package memcached

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
)

const (
	// frameSize is the head of each datagram: request id, sequence number, number
	// of datagrams, and two bytes of nothing (doc/protocol.txt, "UDP protocol").
	frameSize   = 8
	frameID     = 0x504f
	maxDatagram = 1400 // "each datagram is at most 1400 bytes"
)

// datagram asks for the version in text.
func datagram() []byte {
	frame := make([]byte, frameSize)
	binary.BigEndian.PutUint16(frame, frameID)
	frame[5] = 1 // of one
	return append(frame, "version\r\n"...)
}

func askDatagram(conn net.Conn) (*Block, error) {
	question := datagram()
	if _, err := conn.Write(question); err != nil {
		return nil, err
	}
	answer := make([]byte, maxDatagram+1)
	n, err := conn.Read(answer)
	if err != nil && n == 0 {
		return nil, err
	}
	return ReadDatagram(answer[:n])
}

// ReadDatagram reads an answer to our request; that of another has another id.
func ReadDatagram(answer []byte) (*Block, error) {
	if len(answer) < frameSize || !bytes.Equal(answer[:frameSize], datagram()[:frameSize]) {
		return nil, fmt.Errorf("%w: datagram %q", errNotMemcached, answer[:min(len(answer), 40)])
	}
	block, err := ReadText(bytes.NewReader(answer[frameSize:]))
	if err != nil {
		return nil, fmt.Errorf("datagram: %w", err)
	}
	block.Amplification = float64(len(answer)) / float64(len(datagram()))
	return block, nil
}
