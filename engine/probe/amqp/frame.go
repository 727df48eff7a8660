package amqp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	headerSize = 8
	magic      = "AMQP"
	version10  = "1.0"
	// maxFrame is much more than what a broker says of itself, half a kilobyte.
	maxFrame = 32 << 10
)

var errNotAMQP = errors.New("not an answer of an AMQP broker")

// header091 is the header of AMQP 0-9-1 (section 4.2.2).
func header091() []byte { return append([]byte(magic), 0, 0, 9, 1) }

// headerSASL is the header of AMQP 1.0's security layer (part 5.3.2).
func headerSASL() []byte { return append([]byte(magic), 3, 1, 0, 0) }

// ReadStart reads the answer to the header of 0-9-1: Connection.Start, or the
// header of the protocol that the broker wants instead. Ours comes back only from a server
// that echoes.
func ReadStart(r io.Reader) (*Block, error) {
	head := make([]byte, headerSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte(magic)) {
		return newMismatch(head)
	}
	return readFrame(head, r)
}

// newMismatch reads a header: an id and major, minor and revision (0-10 and 1.0),
// or a zero and those of 0-8 and 0-9.
func newMismatch(head []byte) (*Block, error) {
	names := map[string]string{
		"\x00\x01\x00\x00": version10, "\x02\x01\x00\x00": version10, "\x03\x01\x00\x00": version10,
		"\x01\x01\x00\x0a": "0-10", "\x01\x01\x08\x00": "0-8", "\x01\x01\x00\x08": "0-8", "\x01\x01\x00\x09": "0-9", "\x01\x01\x09\x01": "0-9-1",
	}
	name, ok := names[string(head[4:])]
	if !ok {
		return nil, fmt.Errorf("%w: header %q", errNotAMQP, head)
	}
	return &Block{Banner: probe.Text(head), Protocol: name}, nil
}

// readFrame reads the method frame of Connection.Start (0-9-1 sections 2.3.5 and 1.4.2.1): type,
// channel, size, class and method, the version, properties, mechanisms, locales, end.
func readFrame(head []byte, r io.Reader) (*Block, error) {
	const method, frameEnd = 1, 0xce
	size := binary.BigEndian.Uint32(head[3:])
	if head[0] != method || head[1] != 0 || head[2] != 0 || size > maxFrame || size < 12 {
		return nil, fmt.Errorf("%w: frame % x", errNotAMQP, head)
	}
	rest := make([]byte, size) // one byte of the payload is in head; the end follows it
	if _, err := io.ReadFull(r, rest); err != nil {
		return nil, err
	}
	payload := append(head[7:8:8], rest[:size-1]...)
	block := &Block{Banner: probe.Text(payload)}
	if rest[size-1] != frameEnd || !block.readStart(payload) {
		return nil, fmt.Errorf("%w: frame %.40q", errNotAMQP, payload)
	}
	return block, nil
}

func (b *Block) readStart(payload cryptobyte.String) bool {
	const connectionStart = 10<<16 | 10
	var id uint32
	var major, minor uint8
	if !payload.ReadUint32(&id) || id != connectionStart || !payload.ReadUint8(&major) || !payload.ReadUint8(&minor) || major != 0 {
		return false
	}
	properties, ok := readLong(&payload)
	mechanisms, ok2 := readLong(&payload)
	locales, ok3 := readLong(&payload)
	if !ok || !ok2 || !ok3 || !payload.Empty() {
		return false
	}
	b.Protocol = map[uint8]string{8: "0-8", 9: "0-9-1"}[minor]
	b.Mechanisms, b.Locales = strings.Fields(probe.Text(mechanisms)), strings.Fields(probe.Text(locales))
	return b.Protocol != "" && b.readProperties(properties)
}

// readLong reads what has its size before it in four bytes.
func readLong(s *cryptobyte.String) (long cryptobyte.String, ok bool) {
	var size uint32
	var bytes []byte
	ok = s.ReadUint32(&size) && size <= maxFrame && s.ReadBytes(&bytes, int(size))
	return bytes, ok
}

// readProperties reads a field table (section 4.2.5.5): names, a letter for the type,
// values. Texts are what we look for.
func (b *Block) readProperties(table cryptobyte.String) bool {
	texts := map[string]*string{"product": &b.Product, "version": &b.Version, "platform": &b.Platform, "information": &b.Information, "cluster_name": &b.ClusterName}
	for !table.Empty() {
		var name cryptobyte.String
		var kind uint8
		if !table.ReadUint8LengthPrefixed(&name) || !table.ReadUint8(&kind) {
			return false
		}
		value, ok := readValue(&table, kind)
		if !ok {
			return false
		}
		if text := texts[string(name)]; text != nil && kind == 'S' {
			*text = probe.Text(value)
		}
	}
	return true
}

func readValue(table *cryptobyte.String, kind uint8) (cryptobyte.String, bool) {
	if strings.IndexByte("SFAx", kind) >= 0 { // text, table, list, bytes
		return readLong(table)
	}
	sizes := map[uint8]int{'t': 1, 'b': 1, 'B': 1, 's': 2, 'u': 2, 'I': 4, 'i': 4, 'f': 4, 'D': 5, 'l': 8, 'L': 8, 'd': 8, 'T': 8, 'V': 0}
	size, ok := sizes[kind]
	return nil, ok && table.Skip(size)
}

// askMechanisms begins the security layer of 1.0. A broker without one has none to
// tell: it lets in whoever comes.
func (b *Block) askMechanisms(conn net.Conn) {
	if _, err := conn.Write(headerSASL()); err != nil {
		return
	}
	if mechanisms, err := ReadMechanisms(conn); err == nil {
		b.Mechanisms = mechanisms
	}
}

// ReadMechanisms reads the header of the security layer and a frame with
// sasl-mechanisms (part 5.3.3.1): size, offset, type, channel, and a list whose one
// field is a symbol or an array of them.
func ReadMechanisms(r io.Reader) ([]string, error) {
	head := make([]byte, 2*headerSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	const saslFrame = 1
	size := binary.BigEndian.Uint32(head[headerSize:])
	if !bytes.Equal(head[:headerSize], headerSASL()) || head[13] != saslFrame || size < headerSize || size > maxFrame {
		return nil, fmt.Errorf("%w: header % x", errNotAMQP, head)
	}
	body := make([]byte, size-headerSize)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	mechanisms := symbols(body)
	if !bytes.HasPrefix(body, []byte{0, 0x53, 0x40}) || len(mechanisms) == 0 {
		return nil, fmt.Errorf("%w: frame %.40q", errNotAMQP, body)
	}
	return mechanisms, nil
}

// symbols picks the names of mechanisms (RFC 4422 section 3.1: capitals, digits, "-" and
// "_") out of a frame, whatever the width of its sizes.
func symbols(body []byte) (names []string) {
	for _, name := range bytes.FieldsFunc(body, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) {
		if len(name) >= 3 { // shorter ones are sizes
			names = append(names, string(name))
		}
	}
	return names
}
