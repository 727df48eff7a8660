package api

import (
	"encoding/json"
	"strings"
)

// ParseParameters reads a query string. It takes what clients really send and
// [net/url] refuses: names without a value, raw semicolons and percent signs that
// begin no escape. A name given several times has a list as its value.
func ParseParameters(rawQuery string) Arguments {
	values := map[string][]string{}
	for pair := range strings.SplitSeq(rawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name = unescape(name); name != "" {
			values[name] = append(values[name], unescape(value))
		}
	}
	args := Arguments{}
	for name, list := range values {
		args[name] = encodeValue(list)
	}
	return args
}

// encodeValue puts parameters in the form of a body's members, so that both are read
// by the same code.
func encodeValue(list []string) json.RawMessage {
	var value any = list
	if len(list) == 1 {
		value = list[0]
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		panic("api: " + err.Error()) // strings can always be encoded
	}
	return encoded
}

// unescape undoes percent-encoding and "+" for space. A percent sign without two hex
// digits stands for itself.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteByte(hexValue(s[i+1])<<4 | hexValue(s[i+2]))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func hexValue(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}
