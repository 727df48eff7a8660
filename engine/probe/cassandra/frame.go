package cassandra

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/cryptobyte"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// The native protocol (Cassandra source, doc/native_protocol_v4.spec): version, flags,
// stream, operation and length of the body. Version 3 is spoken by every server since
// 2.1 (2014); a newer one answers older clients.
const (
	headerSize     = 9
	versionRequest = 0x03
	fromServer     = 0x80
	stream         = 0x1234
	opError        = 0x00
	opStartup      = 0x01
	opReady        = 0x02
	opAuthenticate = 0x03
	opOptions      = 0x05
	opSupported    = 0x06
	opQuery        = 0x07
	opResult       = 0x08
	// maxFrame is much more than a list of options or one row.
	maxFrame = 32 << 10
)

var errNotCassandra = errors.New("not an answer of Cassandra")

// Frame is an answer.
type Frame struct {
	Operation byte
	Body      []byte
}

func request(operation byte, body []byte) []byte {
	frame := []byte{versionRequest, 0, 0, 0, operation}
	binary.BigEndian.PutUint16(frame[2:], stream)
	return append(binary.BigEndian.AppendUint32(frame, uint32(len(body))), body...)
}

// ReadFrame reads an answer in our version on our stream.
func ReadFrame(r io.Reader) (Frame, error) {
	head := make([]byte, headerSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return Frame{}, err
	}
	size := binary.BigEndian.Uint32(head[5:])
	if head[0] != versionRequest|fromServer || head[1] != 0 || binary.BigEndian.Uint16(head[2:]) != stream || size > maxFrame {
		return Frame{}, fmt.Errorf("%w: header % x", errNotCassandra, head)
	}
	f := Frame{Operation: head[4], Body: make([]byte, size)}
	_, err := io.ReadFull(r, f.Body)
	return f, err
}

// readSupported reads a string multimap (section 3): a count, and for each a name and
// a list of texts. Every server names the versions of its language.
func readSupported(f Frame) (map[string][]string, bool) {
	s := cryptobyte.String(f.Body)
	var options uint16
	if f.Operation != opSupported || !s.ReadUint16(&options) {
		return nil, false
	}
	supported := map[string][]string{}
	for range options {
		var name, value cryptobyte.String
		var values uint16
		if !s.ReadUint16LengthPrefixed(&name) || !s.ReadUint16(&values) {
			return nil, false
		}
		for range values {
			if !s.ReadUint16LengthPrefixed(&value) {
				return nil, false
			}
			supported[probe.Text(name)] = append(supported[probe.Text(name)], probe.Text(value))
		}
	}
	return supported, len(supported["CQL_VERSION"]) > 0
}

// startupBody names the language's version; every server takes 3.0.0.
func startupBody() []byte {
	body := []byte{0, 1} // one option
	for _, text := range []string{"CQL_VERSION", "3.0.0"} {
		body = append(binary.BigEndian.AppendUint16(body, uint16(len(text))), text...)
	}
	return body
}

// queryBody asks for the row "local", at consistency ONE, without values.
func queryBody() []byte {
	const query = "SELECT release_version, cluster_name, data_center FROM system.local"
	body := append(binary.BigEndian.AppendUint32(nil, uint32(len(query))), query...)
	return append(body, 0, 1, 0)
}

func (f Frame) text() string {
	s, text := cryptobyte.String(f.Body), cryptobyte.String(nil)
	if !s.ReadUint16LengthPrefixed(&text) {
		return ""
	}
	return probe.Text(text)
}

// fault reads the body of ERROR: a code and a text.
func (f Frame) fault() (int, string) {
	if len(f.Body) < 4 {
		return 0, ""
	}
	return int(binary.BigEndian.Uint32(f.Body)), Frame{Body: f.Body[4:]}.text()
}

// readRow reads the first row of a result of kind Rows (section 4.2.5.2) whose columns
// are all text.
func readRow(body []byte, columns int) ([]string, bool) {
	const rows, globalTable, text, ascii = 2, 1, 0x0d, 0x01
	s := cryptobyte.String(body)
	var kind, flags, count, size uint32
	var keyspace, table, name, value cryptobyte.String
	if !s.ReadUint32(&kind) || kind != rows || !s.ReadUint32(&flags) || flags != globalTable || !s.ReadUint32(&count) || int(count) != columns ||
		!s.ReadUint16LengthPrefixed(&keyspace) || !s.ReadUint16LengthPrefixed(&table) {
		return nil, false
	}
	for range columns {
		var class uint16
		if !s.ReadUint16LengthPrefixed(&name) || !s.ReadUint16(&class) || class != text && class != ascii {
			return nil, false
		}
	}
	if !s.ReadUint32(&count) || count == 0 {
		return nil, false
	}
	row := make([]string, columns)
	for i := range row {
		if !s.ReadUint32(&size) {
			return nil, false
		}
		if int32(size) < 0 { // null
			continue
		}
		if !s.ReadBytes((*[]byte)(&value), int(size)) {
			return nil, false
		}
		row[i] = probe.Text(value)
	}
	return row, true
}
