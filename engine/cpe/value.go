package cpe

import (
	"fmt"
	"strings"
)

// Value is one attribute of a name, in the escaped lower-case form that a formatted
// string has: "http_server", `erlang\/otp`, or one of the two logical values.
type Value string

// The logical values (NISTIR 7695 section 5.3.1).
const (
	Any Value = "*" // nothing is said about it
	NA  Value = "-" // there is none: a release without update
)

// Quote gives plain text as a value: "erlang/otp" is `erlang\/otp`. Spaces become
// underscores, as in the dictionary; what a name cannot hold is left out. Text of
// which nothing remains is [Any].
func Quote(text string) Value {
	var b strings.Builder
	for i := range len(text) {
		c := lower(text[i])
		switch {
		case c == ' ':
			b.WriteByte('_')
		case c < ' ' || c > '~':
		case plain(c):
			b.WriteByte(c)
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	switch b.String() {
	case "":
		return Any
	case "-":
		return `\-`
	}
	return Value(b.String())
}

// Text is the plain text of a value, "" of a logical one.
func (v Value) Text() string {
	if v == Any || v == NA {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(v); i++ {
		if v[i] == '\\' && i+1 < len(v) {
			i++
		}
		b.WriteByte(v[i])
	}
	return b.String()
}

// parseValue checks one component of a formatted string, which is in lower case. A
// backslash before what needs none is left out, so that equal values are equal text.
func parseValue(text string) (Value, error) {
	if text == "" {
		return "", fmt.Errorf("it is empty; write * for any value")
	}
	if text == "*" || text == "-" {
		return Value(text), nil
	}
	body := strings.TrimPrefix(text, "*")
	if body == text {
		body = strings.TrimLeft(text, "?")
	}
	value := text[:len(text)-len(body)]
	for len(body) > 0 {
		n, err := characterLength(body, text)
		if err != nil {
			return "", err
		}
		character := body[:n]
		if character[0] == '\\' && plain(character[1]) && text != `\-` {
			character = character[1:]
		}
		value, body = value+character, body[n:]
	}
	return Value(value), nil
}

// characterLength measures the character that rest of text begins with: 2 for an
// escaped one, and all of rest for the wildcards at its end.
func characterLength(rest, text string) (int, error) {
	switch c := rest[0]; {
	case plain(c):
		return 1, nil
	case c == '\\' && len(rest) > 1 && rest[1] > ' ' && rest[1] <= '~':
		return 2, nil
	case rest == "*" && text != "**", strings.Trim(rest, "?") == "":
		return len(rest), nil
	case c == '*' || c == '?':
		return 0, fmt.Errorf("%q has a wildcard that is neither at its beginning nor at its end; write \\%c for the character", text, c)
	default:
		return 0, fmt.Errorf("%q has a %q that is not escaped with \\", text, c)
	}
}

// plain says which characters stand for themselves in a formatted string
// (NISTIR 7695 section 6.2.2).
func plain(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || c == '.' || c == '_' || c == '-'
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
