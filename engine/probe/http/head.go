package http

import (
	"bufio"
	"bytes"
	"io"
	"slices"

	"golang.org/x/net/http/httpguts"
)

// maxHead is how much of an answer's head is kept; servers and clients commonly
// take 8 to 64 KB.
const maxHead = 64 << 10

// tidied gives an answer whose head has none of the faults that [net/http] refuses
// and browsers do not: without it a server would be no web server to us, and would
// not be judged, because of one odd byte in a header. What does not begin like
// HTTP is left alone.
func tidied(from *bufio.Reader) *bufio.Reader {
	var head bytes.Buffer
	line, err := from.ReadBytes('\n')
	isHTTP := bytes.HasPrefix(line, []byte("HTTP/"))
	if isHTTP {
		line = visible(line)
	}
	head.Write(line)
	isKept := false // the header that a folded line would go on
	for isHTTP && err == nil && len(line) > len("\n") {
		line, err = from.ReadBytes('\n')
		line = visible(line)
		if !isFolded(line) {
			isKept = isHeader(line) && head.Len()+len(line) <= maxHead
		}
		if isEnd := len(line) <= len("\n"); isEnd || isKept {
			head.Write(line)
		}
	}
	return bufio.NewReader(io.MultiReader(&head, from))
}

// isFolded reports a line that goes on the one before (obs-fold, RFC 9112 section 5.2).
func isFolded(line []byte) bool { return len(line) > 0 && (line[0] == ' ' || line[0] == '\t') }

func isHeader(line []byte) bool {
	name, _, ok := bytes.Cut(line, []byte(":"))
	return ok && httpguts.ValidHeaderFieldName(string(name))
}

// visible drops control characters, which no field may hold (RFC 9110 section 5.5),
// and with them the CR of the line's end, which nobody needs.
func visible(line []byte) []byte {
	return slices.DeleteFunc(line, func(c byte) bool { return c < ' ' && c != '\t' && c != '\n' || c == 0x7f })
}
