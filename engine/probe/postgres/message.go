package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Startup packets (PostgreSQL manual, "Message Formats"): a length and a number,
// which is a version of the protocol or a request.
const (
	sslRequest           = 80877103 // 1234 in the upper half, 5679 in the lower
	protocol3            = 3 << 16
	protocolNobodySpeaks = 255 << 16
)

const (
	messageHead = 5 // a letter and four bytes of length, which counts itself
	// maxMessage is much more than a message of a startup: the longest has a
	// parameter's value or the text of an error.
	maxMessage = 8 << 10
	// maxMessages is more than the 15 or so parameters of a session.
	maxMessages = 64
)

var errNotPostgres = errors.New("not an answer of PostgreSQL")

func startup(protocol uint32) []byte {
	const parameters = "user\x00postgres\x00database\x00postgres\x00\x00"
	packet := binary.BigEndian.AppendUint32(nil, uint32(8+len(parameters)))
	packet = binary.BigEndian.AppendUint32(packet, protocol)
	return append(packet, parameters...)
}

// askTLS reads one byte and no more: what follows is TLS.
func askTLS(conn net.Conn) (byte, error) {
	packet := binary.BigEndian.AppendUint32(nil, 8)
	if _, err := conn.Write(binary.BigEndian.AppendUint32(packet, sslRequest)); err != nil {
		return 0, err
	}
	answer := make([]byte, 1)
	_, err := io.ReadFull(conn, answer)
	return answer[0], err
}

// message is one message of a server.
type message struct {
	kind byte
	body []byte
}

func readMessage(r io.Reader) (message, error) {
	head := make([]byte, messageHead)
	if _, err := io.ReadFull(r, head); err != nil {
		return message{}, err
	}
	size := binary.BigEndian.Uint32(head[1:])
	if size < 4 || size > maxMessage {
		return message{}, fmt.Errorf("%w: message % x", errNotPostgres, head)
	}
	body := make([]byte, size-4)
	_, err := io.ReadFull(r, body)
	return message{kind: head[0], body: body}, err
}

func startSession(conn net.Conn) (*Block, error) {
	if _, err := conn.Write(startup(protocol3)); err != nil {
		return nil, err
	}
	block, err := ReadSession(conn)
	if err == nil && block.Trust {
		_, _ = conn.Write([]byte{'X', 0, 0, 0, 4}) // Terminate; who is gone already, is
	}
	return block, err
}

// ReadSession reads the answer to a startup message: what authentication is wanted,
// and the parameters of the session if none is, or an error.
func ReadSession(r io.Reader) (*Block, error) {
	first, err := readMessage(r)
	if err != nil {
		return nil, err
	}
	block := &Block{Banner: probe.Text(append([]byte{first.kind}, first.body...))}
	switch first.kind {
	case 'R':
		if !block.readAuthentication(first.body) {
			return nil, fmt.Errorf("%w: authentication % .20x", errNotPostgres, first.body)
		}
	case 'E':
		if block.Error, err = ReadFault(first.body); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("%w: message %q", errNotPostgres, first.kind)
	}
	if block.Trust {
		block.readParameters(r)
	}
	return block, nil
}
