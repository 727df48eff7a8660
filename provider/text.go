package provider

import (
	"fmt"
	"strings"
	"unicode"
)

// Text from a scanned host is hostile: Terraform prints diagnostics, and the
// lines of a longer string, as they are, and a terminal obeys them.

// Longest texts, in characters.
const (
	lineLength = 200
	textLength = 4000
)

// clean gives text of at most limit characters that cannot steer a terminal:
// control characters and those that reverse the direction of writing are
// written out as \u escapes, and line breaks become spaces.
func clean(text string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n == limit {
			b.WriteString("…")
			break
		}
		n++
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case isSteering(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cleanJSON does the same to a JSON document without changing its meaning:
// outside of strings such characters cannot occur, and inside they may be escaped.
func cleanJSON(document []byte) string {
	text := string(document)
	if strings.IndexFunc(text, isSteering) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isSteering(r) && r != '\n' && r != '\r' && r != '\t' {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isSteering reports control characters and, of the invisible formatting
// ones, those of Unicode's bidirectional algorithm (UAX #9) and line separators.
func isSteering(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}
