// Package ber reads and writes the tags and lengths of ASN.1's basic encoding rules
// (ITU-T X.690), which LDAP and SNMP are spoken in. Begin with [Next] and [Encode].
//
// It knows no schema, and unlike encoding/asn1 takes lengths that are longer than they
// need be, as servers send them. Indefinite lengths and tags above 30 it does not take.
package ber

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Universal tags.
const (
	Boolean     = 0x01
	Integer     = 0x02
	OctetString = 0x04
	Null        = 0x05
	OID         = 0x06
	Enumerated  = 0x0a
	Sequence    = 0x30
	Set         = 0x31
)

// ErrMalformed says that bytes are no element.
var ErrMalformed = errors.New("malformed BER")

// Element is a tag and what it stands before.
type Element struct {
	Tag   byte
	Value []byte
}

// maxHead is a tag, the length of the length and four bytes of length.
const maxHead = 6

// Next takes the first element off data.
func Next(data []byte) (e Element, rest []byte, err error) {
	head, size, err := head(data)
	if err != nil {
		return Element{}, nil, err
	}
	if size > len(data)-head {
		return Element{}, nil, fmt.Errorf("%w: %d bytes of %d", ErrMalformed, len(data)-head, size)
	}
	return Element{Tag: data[0], Value: data[head : head+size]}, data[head+size:], nil
}

// head reads a tag and a length: how many bytes they take, and how many follow.
func head(data []byte) (taken, size int, err error) {
	if len(data) < 2 || data[0]&0x1f == 0x1f {
		return 0, 0, fmt.Errorf("%w: no tag", ErrMalformed)
	}
	if data[1] < 0x80 {
		return 2, int(data[1]), nil
	}
	n := int(data[1] & 0x7f)
	if n == 0 || n > 4 || len(data) < 2+n {
		return 0, 0, fmt.Errorf("%w: a length of %d bytes", ErrMalformed, n)
	}
	var length [4]byte
	copy(length[4-n:], data[2:])
	size = int(binary.BigEndian.Uint32(length[:]) & 0x7fffffff)
	return 2 + n, size, nil
}

// Children gives the elements in e, at most limit.
func (e Element) Children(limit int) (children []Element, err error) {
	rest := e.Value
	for len(rest) > 0 && len(children) < limit {
		var child Element
		if child, rest, err = Next(rest); err != nil {
			return nil, err
		}
		children = append(children, child)
	}
	return children, nil
}

// Int reads an integer of up to eight bytes.
func (e Element) Int() (n int64, err error) {
	if len(e.Value) == 0 || len(e.Value) > 8 {
		return 0, fmt.Errorf("%w: an integer of %d bytes", ErrMalformed, len(e.Value))
	}
	n = int64(int8(e.Value[0]))
	for _, b := range e.Value[1:] {
		n = n<<8 | int64(b)
	}
	return n, nil
}

// Encode writes an element around parts.
func Encode(tag byte, parts ...[]byte) []byte {
	size := 0
	for _, part := range parts {
		size += len(part)
	}
	var element []byte
	switch {
	case size < 0x80:
		element = []byte{tag, byte(size)}
	case size < 1<<16:
		element = []byte{tag, 0x82, byte(size >> 8), byte(size)}
	default:
		element = binary.BigEndian.AppendUint32([]byte{tag, 0x84}, uint32(size))
	}
	for _, part := range parts {
		element = append(element, part...)
	}
	return element
}

// EncodeInt writes a number, as an Integer or under a tag of another name.
func EncodeInt(tag byte, n int32) []byte {
	return Encode(tag, binary.BigEndian.AppendUint32(nil, uint32(n)))
}

// EncodeText writes an OctetString.
func EncodeText(text string) []byte { return Encode(OctetString, []byte(text)) }

// Read takes one whole element of at most limit bytes off r.
func Read(r io.Reader, limit int) (Element, error) {
	data := make([]byte, 2, maxHead)
	if _, err := io.ReadFull(r, data); err != nil {
		return Element{}, err
	}
	if data[1] > 0x80 && data[1] <= 0x84 {
		data = data[:2+data[1]&0x7f]
		if _, err := io.ReadFull(r, data[2:]); err != nil {
			return Element{}, err
		}
	}
	_, size, err := head(data)
	if err != nil {
		return Element{}, err
	}
	if size > limit {
		return Element{}, fmt.Errorf("%w: %d bytes are too many", ErrMalformed, size)
	}
	value := make([]byte, size)
	_, err = io.ReadFull(r, value)
	return Element{Tag: data[0], Value: value}, err
}
