package web

import (
	"bufio"
	"bytes"
	"errors"
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
	line, err := readLine(from)
	isHTTP := bytes.HasPrefix(line, []byte("HTTP/"))
	if isHTTP {
		line = visible(line)
	}
	head.Write(line)
	isKept := false // the header that a folded line would go on
	for isHTTP && err == nil && len(line) > len("\n") {
		line, err = readLine(from)
		line = visible(line)
		if !isFolded(line) {
			isKept = isHeader(line)
		}
		isEnd := len(line) <= len("\n")
		if isEnd || isKept && head.Len()+len(line) <= maxHead {
			head.Write(line)
		}
	}
	return bufio.NewReader(io.MultiReader(&head, from))
}

// readLine reads to the end of a line, of which at most maxHead bytes are kept:
// one that is longer loses its end, and with it its place in the head.
func readLine(from *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := from.ReadSlice('\n')
		line = append(line, part[:min(len(part), maxHead+1-len(line))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// isFolded reports a line that goes on the one before (obs-fold, RFC 9112 section 5.2).
func isFolded(line []byte) bool { return len(line) > 0 && (line[0] == ' ' || line[0] == '\t') }

func isHeader(line []byte) bool {
	name, _, ok := bytes.Cut(line, []byte(":"))
	return ok && len(line) <= maxHead && httpguts.ValidHeaderFieldName(string(name))
}

// visible drops control characters, which no field may hold (RFC 9110 section 5.5),
// and with them the CR of the line's end, which nobody needs.
func visible(line []byte) []byte {
	return slices.DeleteFunc(line, func(c byte) bool { return c < ' ' && c != '\t' && c != '\n' || c == 0x7f })
}
