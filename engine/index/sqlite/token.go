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
//	12nc07bc                                a number, as 16 hex digits that sort like it
//	12i00000000000000000000ffff0a000001     an address, always as IPv6
//	12t8000000067dcad8                      a moment, in seconds and nanoseconds
//	12wjenkins                              a word of a text (in the table prose)
//
// The number ends where the letter begins, so no token is the beginning of one of
// another field or kind by accident. A prefix of a value is a prefix of its token.
// The zeros at the end of numbers, addresses and moments are left out, which changes nothing
// about their order.

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

// cutMark stands between what is left of a value and the hash. The ~ of a value is
// written as ~7e.
const cutMark = "~~"

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
		b.WriteString(cutMark)
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

// decode reads what encode wrote of a value that is not cut.
func decode(encoded string) string {
	if strings.IndexByte(encoded, '^') < 0 && strings.IndexByte(encoded, '~') < 0 {
		return encoded
	}
	var b strings.Builder
	b.Grow(len(encoded))
	for i := 0; i < len(encoded); i++ {
		switch c := encoded[i]; {
		case c == '^' && i+1 < len(encoded):
			i++
			b.WriteByte(encoded[i] - 'a' + 'A')
		case c == '~' && i+2 < len(encoded):
			b.WriteByte(byte(digit(encoded, i+1)<<4 | digit(encoded, i+2)))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// splitToken cuts a token behind its kind.
func splitToken(token string) (k kind, value string) {
	for i := range len(token) {
		if token[i] >= 'a' {
			return kind(token[i]), token[i+1:]
		}
	}
	return 0, ""
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

// decodeNumber reads what encodeNumber wrote, without the zeros at its end.
func decodeNumber(digits string) float64 {
	b := unhex(digits, 16)
	if b>>63 == 0 {
		return math.Float64frombits(^b)
	}
	return math.Float64frombits(b &^ (1 << 63))
}

// unhex reads digits, the first of n of which those at the end are zeros.
func unhex(digits string, n int) uint64 {
	bits, err := strconv.ParseUint(digits+strings.Repeat("0", max(n-len(digits), 0)), 16, 64)
	if err != nil {
		return 0 // not one of our tokens
	}
	return bits
}

// encodeMoment orders moments as texts. Nanoseconds alone would end in 2262, and
// certificates are valid until 9999.
func encodeMoment(at time.Time) string {
	return hex16(uint64(at.Unix())^1<<63) + hex16(uint64(at.Nanosecond()))[8:]
}

// decodeMoment reads what encodeMoment wrote, without the zeros at its end.
func decodeMoment(digits string) time.Time {
	seconds, nanoseconds := digits, ""
	if len(digits) > 16 {
		seconds, nanoseconds = digits[:16], digits[16:]
	}
	return time.Unix(int64(unhex(seconds, 16)^1<<63), int64(unhex(nanoseconds, 8))).UTC()
}

// trim leaves out the zeros at the end.
func trim(digits string) string { return strings.TrimRight(digits, "0") }

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

// decodeAddress reads what encodeAddress wrote, without the zeros at its end. It
// gives the usual spelling.
func decodeAddress(digits string) string {
	var bytes [16]byte
	digits += strings.Repeat("0", max(32-len(digits), 0))
	if _, err := hex.Decode(bytes[:], []byte(digits)); err != nil {
		return "" // not one of our tokens
	}
	return netip.AddrFrom16(bytes).Unmap().String()
}
