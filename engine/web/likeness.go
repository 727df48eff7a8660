package web

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// maxLikeness is how much is read of the head of a protocol that looks like HTTP;
// servers of RTSP and SIP send less than a kilobyte.
const maxLikeness = 16 << 10

// Head is that of an answer of a protocol that looks like HTTP, as RTSP and SIP do.
type Head struct {
	Status int
	Line   string // "401 Unauthorized"
	Header textproto.MIMEHeader
	Raw    string // as it came, storable
}

// ReadHead reads the head of an answer that begins with a version of the protocol,
// as "RTSP/1.0" or the beginning of one, as "HTTP/1."; it ends at the first byte that is wrong. What follows the head is
// left where it is.
func ReadHead(from *bufio.Reader, version string) (Head, error) {
	for n := 1; n <= len(version); n++ {
		said, err := from.Peek(n)
		if err != nil {
			return Head{}, err
		}
		if string(said) != version[:n] {
			return Head{}, fmt.Errorf("does not begin like %s", version)
		}
	}
	raw, err := readLines(from)
	if err != nil {
		return Head{}, fmt.Errorf("read the head: %w", err)
	}
	first, rest, _ := strings.Cut(string(raw), "\n")
	h := Head{Raw: probe.Text(raw), Header: textproto.MIMEHeader{}, Line: statusLine(first)}
	code, _, _ := strings.Cut(h.Line, " ")
	if h.Status, err = strconv.Atoi(code); err != nil || h.Status < 100 || h.Status > 999 {
		return Head{}, fmt.Errorf("no status: %q", h.Line)
	}
	for line := range strings.Lines(rest) {
		if name, value, ok := strings.Cut(line, ":"); ok {
			h.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	return h, nil
}

// readLines reads up to an empty line.
func readLines(from *bufio.Reader) ([]byte, error) {
	var raw []byte
	for len(raw) < maxLikeness {
		line, err := from.ReadSlice('\n')
		raw = append(raw, line...)
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			return raw, nil
		}
	}
	return nil, errors.New("a head without an end")
}

// statusLine is the first line without the version.
func statusLine(first string) string {
	_, line, _ := strings.Cut(first, " ")
	return Clip(strings.TrimSpace(line), maxTitle)
}
