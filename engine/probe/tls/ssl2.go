package tls

import (
	"encoding/binary"
	"io"
)

// The versions before those of the standard library.
const (
	ssl2 = 0x0002
	ssl3 = 0x0300
)

// ssl2Hello is CLIENT-HELLO of SSL 2 with all its ciphers (draft-hickman-netscape-ssl-00
// section 2.5): a length with the highest bit set, 1, the version, the lengths of
// ciphers, session id and challenge, and these.
func ssl2Hello() []byte {
	ciphers := []byte{1, 0, 0x80, 2, 0, 0x80, 3, 0, 0x80, 4, 0, 0x80, 5, 0, 0x80, 6, 0, 0x40, 7, 0, 0xc0}
	const challenge = 16
	body := []byte{1, 0, ssl2, 0, byte(len(ciphers)), 0, 0, 0, challenge}
	body = append(append(body, ciphers...), make([]byte, challenge)...)
	return append(binary.BigEndian.AppendUint16(nil, 0x8000|uint16(len(body))), body...)
}

// IsSSL2 reads SERVER-HELLO (section 2.6) and reports whether it is one that agrees
// to a cipher: a server without a common one sends none.
func IsSSL2(r io.Reader) bool {
	var head [13]byte // length, 4, whether the session is known, type of the certificate, version, three lengths
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return false
	}
	size := int(binary.BigEndian.Uint16(head[:]))
	certificate, ciphers, id := int(binary.BigEndian.Uint16(head[7:])), int(binary.BigEndian.Uint16(head[9:])), int(binary.BigEndian.Uint16(head[11:]))
	const fixed = 11
	return size&0x8000 != 0 && size&0x7fff == fixed+certificate+ciphers+id &&
		head[2] == 4 && binary.BigEndian.Uint16(head[5:]) == ssl2 && ciphers > 0 && ciphers%3 == 0
}
