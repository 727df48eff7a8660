package mssql

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Packets of TDS ([MS-TDS] section 2.2.3.1): type, status, length with the head, process
// id, number, and a byte of nothing.
const (
	packetHead   = 8
	typePrelogin = 0x12
	typeReply    = 0x04
	endOfMessage = 0x01
	// maxPacket is more than any PRELOGIN, and the size of a packet before it is negotiated.
	maxPacket = 4096
)

// Options of PRELOGIN (section 2.2.6.5).
const (
	optionVersion    = 0
	optionEncryption = 1
	optionEnd        = 0xff
)

var errNotSQLServer = errors.New("not an answer of SQL Server")

func packet(kind byte, payload []byte) []byte {
	head := []byte{kind, endOfMessage, 0, 0, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(head[2:], uint16(packetHead+len(payload)))
	return append(head, payload...)
}

// prelogin offers to encrypt: a table of options, each with offset and size, then their
// values: our version, none, and encryption on.
func prelogin() []byte {
	const tableSize, on = 11, 1
	return []byte{
		optionVersion, 0, tableSize, 0, 6,
		optionEncryption, 0, tableSize + 6, 0, 1,
		optionEnd,
		0, 0, 0, 0, 0, 0,
		on,
	}
}

// readPacket reads a packet; those of a handshake come as several messages.
func readPacket(r io.Reader, kinds ...byte) ([]byte, error) {
	head := make([]byte, packetHead)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint16(head[2:])
	known := false
	for _, kind := range kinds {
		known = known || head[0] == kind
	}
	if !known || head[1] > endOfMessage || size < packetHead || size > maxPacket {
		return nil, fmt.Errorf("%w: head % x", errNotSQLServer, head)
	}
	payload := make([]byte, size-packetHead)
	_, err := io.ReadFull(r, payload)
	return payload, err
}

// ReadPrelogin reads the answer, in which version and encryption always are.
func ReadPrelogin(r io.Reader) (*Block, error) {
	payload, err := readPacket(r, typeReply)
	if err != nil {
		return nil, err
	}
	options, ok := readOptions(payload)
	version, encryption := options[optionVersion], options[optionEncryption]
	if !ok || len(version) != 6 || version[0] == 0 || len(encryption) != 1 || int(encryption[0]) >= len(encryptions()) {
		return nil, fmt.Errorf("%w: options %.40q", errNotSQLServer, payload)
	}
	block := &Block{Banner: probe.Text(payload), Encryption: encryptions()[encryption[0]]}
	block.Version = fmt.Sprintf("%d.%d.%d", version[0], version[1], binary.BigEndian.Uint16(version[2:]))
	block.Release = releases()[fmt.Sprintf("%d.%d", version[0], version[1])]
	block.StartTLS, block.TLSRequired = block.Encryption != "not supported", block.Encryption == "on" || block.Encryption == "required"
	return block, nil
}

// encryptions are the values of the option, by number.
func encryptions() []string { return []string{"off", "on", "not supported", "required"} }

// readOptions reads the table of options, up to its end.
func readOptions(payload []byte) (map[uint8][]byte, bool) {
	options := map[uint8][]byte{}
	for table := cryptobyte.String(payload); ; {
		var option uint8
		var offset, size uint16
		if !table.ReadUint8(&option) {
			return nil, false
		}
		if option == optionEnd {
			return options, true
		}
		if !table.ReadUint16(&offset) || !table.ReadUint16(&size) || int(offset)+int(size) > len(payload) {
			return nil, false
		}
		options[option] = payload[offset : offset+size]
	}
}

// wrapped is a connection on which TLS shakes hands inside PRELOGIN packets (section
// 2.2.6.5, "TLS negotiation").
type wrapped struct {
	net.Conn
	rest []byte // of a packet
}

var _ net.Conn = (*wrapped)(nil)

func (w *wrapped) Read(p []byte) (int, error) {
	for len(w.rest) == 0 {
		payload, err := readPacket(w.Conn, typePrelogin, typeReply)
		if err != nil {
			return 0, err
		}
		w.rest = payload
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

func (w *wrapped) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		n := min(len(p), maxPacket-packetHead)
		if _, err := w.Conn.Write(packet(typePrelogin, p[:n])); err != nil {
			return written, err
		}
		written, p = written+n, p[n:]
	}
	return written, nil
}
