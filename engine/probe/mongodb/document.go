package mongodb

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Document is a BSON document (bsonspec.org, version 1.1) as far as answers need it:
// texts, numbers (float64), booleans, documents and lists ([]any). What else there is
// counts as present.
type Document map[string]any

const (
	maxDepth = 8 // answers have three
	// rawMember is where the bytes of a whole answer stand as text; no answer has a
	// member of this name.
	rawMember = "\x00raw"
)

func (d Document) text(name string) string {
	text, _ := d[name].(string)
	return text
}

func (d Document) number(name string) int {
	number, _ := d[name].(float64)
	return int(number)
}

func (d Document) texts(name string) (texts []string) {
	list, _ := d[name].([]any)
	for _, item := range list {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// ReadDocument reads a document that ends where data ends, or before.
func ReadDocument(data []byte) (Document, error) {
	r := reader{rest: data}
	document, ok := r.document(maxDepth)
	if !ok {
		return nil, fmt.Errorf("%w: document %.40q", errNotMongoDB, data)
	}
	document[rawMember] = probe.Text(data)
	return document, nil
}

// reader takes from the front of what is left; ok is false when there is not enough.
type reader struct{ rest []byte }

func (r *reader) take(n int) (bytes []byte, ok bool) {
	if n < 0 || n > len(r.rest) {
		return nil, false
	}
	bytes, r.rest = r.rest[:n], r.rest[n:]
	return bytes, true
}

func (r *reader) size() (int, bool) {
	number, ok := r.take(4)
	if !ok {
		return 0, false
	}
	return int(int32(binary.LittleEndian.Uint32(number))), true
}

func (r *reader) name() (string, bool) {
	name, rest, ok := bytes.Cut(r.rest, []byte{0})
	if ok {
		r.rest = rest
	}
	return probe.Text(name), ok
}

// document is a size that counts itself, elements, and a zero.
func (r *reader) document(depth int) (Document, bool) {
	size, ok := r.size()
	if !ok || depth == 0 {
		return nil, false
	}
	body, ok := r.take(size - 4)
	if !ok || len(body) == 0 || body[len(body)-1] != 0 {
		return nil, false
	}
	document, inner := Document{}, reader{rest: body[:len(body)-1]}
	for len(inner.rest) > 0 {
		kind := inner.rest[0]
		inner.rest = inner.rest[1:]
		name, ok := inner.name()
		if !ok {
			return nil, false
		}
		if document[name], ok = inner.value(kind, depth-1); !ok {
			return nil, false
		}
	}
	return document, true
}

// present is a value that nobody looks at.
type present struct{}

func (r *reader) value(kind byte, depth int) (any, bool) {
	switch kind {
	case 0x01: // double
		number, ok := r.take(8)
		if !ok {
			return nil, false
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(number)), true
	case 0x02: // string
		return r.text()
	case 0x03:
		return r.document(depth)
	case 0x04: // a document whose names are "0", "1" …
		return r.list(depth)
	case 0x08:
		value, ok := r.take(1)
		return ok && value[0] == 1, ok
	case 0x10: // int32
		number, ok := r.size()
		return float64(number), ok
	case 0x12: // int64
		number, ok := r.take(8)
		if !ok {
			return nil, false
		}
		return float64(int64(binary.LittleEndian.Uint64(number))), true
	}
	return r.skip(kind)
}

// skip passes over what answers have besides: binary data, ids, times, null.
func (r *reader) skip(kind byte) (any, bool) {
	sizes := map[byte]int{0x06: 0, 0x07: 12, 0x09: 8, 0x0a: 0, 0x11: 8, 0x13: 16, 0x7f: 0, 0xff: 0}
	size, ok := sizes[kind]
	if kind == 0x05 { // a size, a kind of data, the data
		size, ok = r.size()
		size++
	}
	if !ok {
		return nil, false
	}
	_, ok = r.take(size)
	return present{}, ok
}

func (r *reader) text() (string, bool) {
	size, ok := r.size()
	if !ok {
		return "", false
	}
	text, ok := r.take(size)
	if !ok || size == 0 || text[size-1] != 0 {
		return "", false
	}
	return probe.Text(text), true
}

func (r *reader) list(depth int) ([]any, bool) {
	const maxList = 4096
	document, ok := r.document(depth)
	if !ok {
		return nil, false
	}
	list := []any{}
	for i := range min(len(document), maxList) {
		list = append(list, document[fmt.Sprint(i)])
	}
	return list, true
}

func appendInt32(elements []byte, name string, value uint32) []byte {
	elements = append(elements, 0x10)
	elements = append(elements, name...)
	return binary.LittleEndian.AppendUint32(append(elements, 0), value)
}

func appendString(elements []byte, name, value string) []byte {
	elements = append(elements, 0x02)
	elements = append(elements, name...)
	elements = binary.LittleEndian.AppendUint32(append(elements, 0), uint32(len(value)+1))
	return append(append(elements, value...), 0)
}

func appendDocument(to, elements []byte) []byte {
	to = binary.LittleEndian.AppendUint32(to, uint32(4+len(elements)+1))
	return append(append(to, elements...), 0)
}
