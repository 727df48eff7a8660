package sqlite

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A token says "field 12 has this value" as one word of the full text index:
//
//	12h                                     the field has a value
//	12b                                     a field below it has one
//	12knginx                                a text is exactly nginx
//	12rmoc.elpmaxe                          the same backwards, for *.example.com
//	12ftrue                                 a flag
//	12nc07bc00000000000                     a number, as 16 hex digits that sort like it
//	12i00000000000000000000ffff0a000001     an address, always as IPv6
//	12t8000000067dcad8000000000             a moment, in seconds and nanoseconds
//	12wjenkins                              a word of a text (in the table prose)
//
// The number ends where the letter begins, so no token is the beginning of one of
// another field or kind by accident. A prefix of a value is a prefix of its token.

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

// Tokens of no field.
const (
	opaqueToken = "0"   // the document has to be judged by every query
	wordGap     = "gap" // between two texts
)

// tokenPunctuation is what FTS5's ascii tokenizer must take for parts of words
// beside letters, digits and all that is not ASCII.
const tokenPunctuation = "-./:_@~^"

// maxValue is how many bytes of a value stand in a token. A longer one is cut and
// ends in a hash of the whole, so that it is still found exactly, and by the
// beginning that is left of it.
const maxValue = 256

// newToken joins field, kind and value.
func newToken(field int64, k kind, value string) string {
	return strconv.FormatInt(field, 10) + string(k) + value
}

// encode spells a value in characters the tokenizer leaves alone. It folds case,
// so upper case is marked: "Nginx" is "^nginx". What else would separate words
// is written as ~ and two hex digits.
func encode(value string) string {
	cut, isWhole := shorten(value)
	var b strings.Builder
	b.Grow(len(cut) + 8)
	for i := range len(cut) {
		encodeByte(&b, cut[i])
	}
	if !isWhole {
		sum := sha256.Sum256([]byte(value))
		b.WriteString("~~")
		b.WriteString(hex.EncodeToString(sum[:16]))
	}
	return b.String()
}

func encodeByte(b *strings.Builder, c byte) {
	switch {
	case c >= utf8.RuneSelf, c >= 'a' && c <= 'z', c >= '0' && c <= '9', strings.IndexByte("-./:_@", c) >= 0:
		b.WriteByte(c)
	case c >= 'A' && c <= 'Z':
		b.WriteByte('^')
		b.WriteByte(c - 'A' + 'a')
	default:
		b.WriteByte('~')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
}

// encodePrefix is encode for the beginning of values. exact is false when the
// beginning is longer than what tokens keep: then more values have it.
func encodePrefix(prefix string) (encoded string, exact bool) {
	cut, isWhole := shorten(prefix)
	return encode(cut), isWhole
}

// shorten cuts a value between two characters.
func shorten(value string) (cut string, isWhole bool) {
	if len(value) <= maxValue {
		return value, true
	}
	end := maxValue
	for end > 0 && !utf8.RuneStart(value[end]) {
		end--
	}
	return value[:end], false
}

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
		return hex16(^b)
	}
	return hex16(b | 1<<63)
}

// encodeMoment orders moments as texts. Nanoseconds alone would end in 2262, and
// certificates are valid until 9999.
func encodeMoment(at time.Time) string {
	return hex16(uint64(at.Unix())^1<<63) + hex16(uint64(at.Nanosecond()))[8:]
}

func hex16(bits uint64) string {
	text := strconv.FormatUint(bits, 16)
	return strings.Repeat("0", 16-len(text)) + text
}

// encodeAddress gives IPv4 addresses their place in IPv6 (RFC 4291 section
// 2.5.5.2).
func encodeAddress(addr netip.Addr) string {
	bytes := addr.As16()
	return hex.EncodeToString(bytes[:])
}
