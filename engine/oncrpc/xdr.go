package oncrpc

import "encoding/binary"

// XDR takes values in XDR (RFC 4506) off the front of Rest. Failed says that one was
// missing; what is given then is zero.
type XDR struct {
	Rest   []byte
	Failed bool
}

// Uint takes an unsigned integer.
func (x *XDR) Uint() uint32 {
	if len(x.Rest) < 4 {
		x.Failed = true
		return 0
	}
	n := binary.BigEndian.Uint32(x.Rest)
	x.Rest = x.Rest[4:]
	return n
}

// Opaque takes a string or opaque data of at most limit bytes, and its padding.
func (x *XDR) Opaque(limit int) []byte {
	n := int(x.Uint())
	padded := (n + 3) &^ 3
	if x.Failed || n < 0 || n > limit || padded > len(x.Rest) {
		x.Failed = true
		return nil
	}
	data := x.Rest[:n]
	x.Rest = x.Rest[padded:]
	return data
}

// More takes the boolean before each item of a list.
func (x *XDR) More() bool { return x.Uint() == 1 && !x.Failed }
