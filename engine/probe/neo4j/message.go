package neo4j

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Messages of Bolt (Neo4j, "Bolt Protocol Message Specification").
const (
	signHello   = 0x01
	signLogon   = 0x6a
	signSuccess = 0x70
	signFailure = 0x7f
	// maxMessage is much more than what a server says of itself.
	maxMessage = 16 << 10
	maxDepth   = 8
)

var errNotBolt = errors.New("not an answer of Bolt")

// agree sends the magic number and four wishes: ranges of versions, as a zero, how many
// minor versions below, minor and major. One of them comes back.
func agree(conn net.Conn) (major, minor int, err error) {
	wishes := []byte{0x60, 0x60, 0xb0, 0x17, 0, 8, 8, 5, 0, 2, 4, 4, 0, 0, 1, 4, 0, 0, 0, 3}
	if _, err := conn.Write(wishes); err != nil {
		return 0, 0, err
	}
	answer := make([]byte, 4)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return 0, 0, err
	}
	major, minor = int(answer[3]), int(answer[2])
	isWish := major == 5 && minor <= 8 || major == 4 && minor >= 1 && minor <= 4 || major == 3 && minor == 0
	if answer[0] != 0 || answer[1] != 0 || !isWish {
		return 0, 0, fmt.Errorf("%w: version % x", errNotBolt, answer)
	}
	return major, minor, nil
}

// helloMessage says who we are and, where that is not a message of its own, that we come
// without a name.
func helloMessage(isSeparate bool) []byte {
	pairs := append([]byte{0xa2}, text("user_agent")...)
	pairs = append(append(pairs, text("portolan/1.0")...), text("bolt_agent")...)
	pairs = append(append(append(pairs, 0xa1), text("product")...), text("portolan/1.0")...)
	if !isSeparate {
		pairs[0]++
		pairs = append(append(pairs, text("scheme")...), text("none")...)
	}
	return message(signHello, pairs)
}

func logonMessage() []byte {
	return message(signLogon, append(append([]byte{0xa1}, text("scheme")...), text("none")...))
}

// text is a string of PackStream of up to 15 bytes.
func text(s string) []byte { return append([]byte{0x80 + byte(len(s))}, s...) }

// message is a structure of one field in one chunk.
func message(sign byte, field []byte) []byte {
	chunk := binary.BigEndian.AppendUint16(nil, uint16(2+len(field)))
	return append(append(append(chunk, 0xb1, sign), field...), 0, 0)
}

// reply is what a server answers.
type reply struct {
	ok       bool
	metadata map[string]string // its texts
}

func (r reply) text(name string) string { return r.metadata[name] }

func ask(conn net.Conn, question []byte) (reply, error) {
	if _, err := conn.Write(question); err != nil {
		return reply{}, err
	}
	ok, metadata, err := ReadReply(conn)
	return reply{ok, metadata}, err
}

// ReadReply reads SUCCESS or FAILURE and the texts of its metadata.
func ReadReply(r io.Reader) (ok bool, metadata map[string]string, err error) {
	body, err := readChunks(r)
	if err != nil {
		return false, nil, err
	}
	if len(body) < 3 || body[0] != 0xb1 || body[1] != signSuccess && body[1] != signFailure {
		return false, nil, fmt.Errorf("%w: message % .20x", errNotBolt, body)
	}
	metadata = map[string]string{}
	rest := cryptobyte.String(body[2:])
	if !readMap(&rest, metadata, maxDepth) || !rest.Empty() {
		return false, nil, fmt.Errorf("%w: metadata %.40q", errNotBolt, body)
	}
	return body[1] == signSuccess, metadata, nil
}

// readChunks reads a message: chunks with their size before them, up to one of size zero.
// Empty ones before it keep a connection alive.
func readChunks(r io.Reader) ([]byte, error) {
	const maxChunks = 64
	var body []byte
	size := make([]byte, 2)
	for range maxChunks {
		if _, err := io.ReadFull(r, size); err != nil {
			return nil, err
		}
		n := int(binary.BigEndian.Uint16(size))
		if n == 0 && len(body) > 0 {
			return body, nil
		}
		if len(body)+n > maxMessage {
			break
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return nil, err
		}
		body = append(body, chunk...)
	}
	return nil, fmt.Errorf("%w: a message without end", errNotBolt)
}

// readMap reads a map of PackStream and keeps its texts; texts may be nil.
func readMap(s *cryptobyte.String, texts map[string]string, depth int) bool {
	n, ok := readSize(s, 0xa0, 0xd8)
	if !ok || depth == 0 {
		return false
	}
	for range n {
		name, ok := readText(s)
		if !ok {
			return false
		}
		value, ok := readValue(s, depth-1)
		if !ok {
			return false
		}
		if texts != nil && value != "" {
			texts[name] = value
		}
	}
	return true
}

// readSize reads the marker of a text, a list or a map: up to 15 in the marker itself,
// else in one, two or four bytes.
func readSize(s *cryptobyte.String, tiny, sized byte) (n int, ok bool) {
	var marker, one uint8
	var two uint16
	switch {
	case !s.ReadUint8(&marker):
		return 0, false
	case marker&0xf0 == tiny:
		return int(marker & 0x0f), true
	case marker == sized:
		ok = s.ReadUint8(&one)
		return int(one), ok
	case marker == sized+1:
		ok = s.ReadUint16(&two)
		return int(two), ok && int(two) <= maxMessage
	}
	return 0, false
}

func readText(s *cryptobyte.String) (string, bool) {
	var text []byte
	n, ok := readSize(s, 0x80, 0xd0)
	ok = ok && s.ReadBytes(&text, n)
	return probe.Text(text), ok
}

// readValue reads a value; it is given if it is a text.
func readValue(s *cryptobyte.String, depth int) (string, bool) {
	if s.Empty() {
		return "", false
	}
	marker := (*s)[0]
	sizes := map[byte]int{0xc0: 0, 0xc1: 8, 0xc2: 0, 0xc3: 0, 0xc8: 1, 0xc9: 2, 0xca: 4, 0xcb: 8}
	size, isFixed := sizes[marker]
	switch {
	case isFixed:
		return "", s.Skip(1 + size)
	case marker < 0x80 || marker >= 0xf0: // small numbers are their own markers
		return "", s.Skip(1)
	case marker&0xf0 == 0x80 || marker == 0xd0 || marker == 0xd1:
		return readText(s)
	case marker&0xf0 == 0xa0 || marker == 0xd8 || marker == 0xd9:
		return "", readMap(s, nil, depth)
	}
	n, ok := readSize(s, 0x90, 0xd4)
	for i := 0; ok && i < n; i++ {
		ok = depth > 0
		if ok {
			_, ok = readValue(s, depth-1)
		}
	}
	return "", ok
}
