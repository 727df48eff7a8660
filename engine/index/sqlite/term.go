package sqlite

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"
)

// A term says "field 12 has this value" in bytes: two of the field, one of the
// kind, and the value.
//
//	12 h            the field has a value
//	12 b            a field below it has one
//	12 k nginx      a text is exactly nginx
//	12 r moc.elp…   the same backwards, for *.example.com
//	12 f true       a flag
//	12 n ········   a number, as 8 bytes that sort like it
//	12 i ········   an address, always as IPv6
//	12 t ········   a moment, in seconds and nanoseconds
//	12 w jenkins    a word of a text
//
// A prefix of a value is a prefix of its term. The zeros at the end of numbers,
// addresses and moments are left out, which changes nothing about their order.

// kind is the letter between field and value.
type kind byte

const (
	kindHere     kind = 'h'
	kindBelow    kind = 'b'
	kindExact    kind = 'k'
	kindReversed kind = 'r'
	kindBoolean  kind = 'f'
	kindNumber   kind = 'n'
	kindAddress  kind = 'i'
	kindMoment   kind = 't'
	kindWord     kind = 'w'
)

// termHead is how many bytes of a term stand before its value.
const termHead = 3

// opaqueTerm says of a document that every query has to judge it. It is of no
// field.
const opaqueTerm = "\x00\x00o"

const (
	// maxValue is how many bytes of a value stand in a term. A longer one is cut
	// and ends in a hash of the whole, so that it is still found exactly, and by
	// its beginning.
	maxValue = 256
	// cutHash is how many bytes the hash has. With what is left of the value, at
	// most three bytes less than maxValue, that is more than a whole value can have.
	cutHash = 16
	// maxPrefix is how long a beginning may be to be found in every cut value.
	maxPrefix = maxValue - utf8.UTFMax + 1
)

// newTerm joins field, kind and value.
func newTerm(field int64, k kind, value string) string {
	return string(appendTerm(nil, field, k, value))
}

func appendTerm(b []byte, field int64, k kind, value string) []byte {
	b = append(b, byte(field>>8), byte(field), byte(k))
	if len(value) <= maxValue {
		return append(b, value...)
	}
	end := maxValue
	for end > maxPrefix && !utf8.RuneStart(value[end]) {
		end--
	}
	sum := sha256.Sum256([]byte(value))
	return append(append(b, value[:end]...), sum[:cutHash]...)
}

// prefixOf begins the terms of all values that begin so.
func prefixOf(field int64, k kind, begin string) string {
	if len(begin) > maxPrefix {
		begin = begin[:maxPrefix]
	}
	return newTerm(field, k, begin)
}

// behind gives the first text that is greater than all that begin with prefix. No
// term has only bytes of 255.
func behind(prefix string) string {
	prefix = trimHigh(prefix)
	last := len(prefix) - 1
	return prefix[:last] + string([]byte{prefix[last] + 1})
}

// isCut says whether a value of a term stands for a longer one.
func isCut[T string | []byte](value T) bool { return len(value) > maxValue }

// reverse turns a text round by characters, so that its end can be looked for as
// a beginning.
func reverse(text string) string {
	b := make([]byte, len(text))
	at := len(b)
	for _, c := range text {
		at -= utf8.RuneLen(c)
		utf8.EncodeRune(b[at:], c)
	}
	return string(b)
}

// encodeNumber orders numbers as texts: the bits of a positive IEEE 754 number
// sort like integers above all negative ones, those of a negative number the
// other way round.
func encodeNumber(n float64) string {
	b := math.Float64bits(n)
	if n == 0 {
		b = 0 // -0 is 0
	}
	if b>>63 == 1 {
		return bytes8(^b)
	}
	return bytes8(b | 1<<63)
}

// decodeNumber reads what encodeNumber wrote, without the zeros at its end.
func decodeNumber(text string) float64 {
	b := binary.BigEndian.Uint64(padded(text, 8))
	if b>>63 == 0 {
		return math.Float64frombits(^b)
	}
	return math.Float64frombits(b &^ (1 << 63))
}

// encodeMoment orders moments as texts. Nanoseconds alone would end in 2262, and
// certificates are valid until 9999.
func encodeMoment(at time.Time) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(at.Unix())^1<<63)
	return string(binary.BigEndian.AppendUint32(b, uint32(at.Nanosecond())))
}

// decodeMoment reads what encodeMoment wrote, without the zeros at its end.
func decodeMoment(text string) time.Time {
	b := padded(text, 12)
	return time.Unix(int64(binary.BigEndian.Uint64(b)^1<<63), int64(binary.BigEndian.Uint32(b[8:]))).UTC()
}

// encodeAddress gives IPv4 addresses their place in IPv6 (RFC 4291 section
// 2.5.5.2).
func encodeAddress(addr netip.Addr) string {
	b := addr.As16()
	return string(b[:])
}

// decodeAddress reads what encodeAddress wrote, without the zeros at its end. It
// gives the usual spelling.
func decodeAddress(text string) string {
	return netip.AddrFrom16([16]byte(padded(text, 16))).Unmap().String()
}

// trim leaves out the zeros at the end, padded puts them back.
func trim(text string) string { return strings.TrimRight(text, "\x00") }

func padded(text string, n int) []byte {
	b := make([]byte, n)
	copy(b, text)
	return b
}

func bytes8(bits uint64) string {
	return string(binary.BigEndian.AppendUint64(nil, bits))
}
