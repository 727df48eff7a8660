package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// agent says who is asking, so that it can be found in the server's log.
	agent = "Mozilla/5.0 (compatible; Portolan)"
	// maxInterim is how many interim answers (1xx, RFC 9110 section 15.2) are passed
	// over; servers send one.
	maxInterim = 5
)

// http1 is a connection that speaks HTTP/1.1.
type http1 struct {
	net.Conn
	session probe.Session // nil without TLS
	reader  *bufio.Reader
}

func newHTTP1(conn net.Conn, session probe.Session) *http1 {
	return &http1{Conn: conn, session: session, reader: bufio.NewReader(conn)}
}

// get implements line.
func (c *http1) get(at Location) (*Page, bool, error) {
	if _, err := io.WriteString(c, request(at)); err != nil {
		return nil, false, err
	}
	if err := c.hear(); err != nil {
		return nil, false, err
	}
	answer, rest, err := c.answer()
	if err != nil {
		return nil, false, unwrapped(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, MaxBody)) // what came is kept, whatever ended it
	isWhole := err == nil && len(body) < MaxBody && !answer.Close
	return &Page{
		Status: answer.StatusCode, Line: probe.Text([]byte(strings.TrimSpace(answer.Status))),
		Major: answer.ProtoMajor, Minor: answer.ProtoMinor, Header: answer.Header,
		Length: answer.ContentLength, Coding: answer.TransferEncoding,
		Body: decoded(body, answer.Header), Session: c.session,
	}, isWhole && rest.Buffered() == 0 && c.reader.Buffered() == 0, nil
}

func request(at Location) string {
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\n", at.method(), at.Path, at.host(), agent)
	if at.Origin != "" {
		head += "Origin: " + at.Origin + "\r\n"
	}
	if at.Question == "" {
		return head + "\r\n"
	}
	return fmt.Sprintf("%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", head, len(at.Question), at.Question)
}

// hear waits for the first bytes of the answer and ends at the first that is wrong:
// a server of another protocol is not waited for to end its line. The end of the
// connection in place of an answer, or a frame of HTTP/2, is errMute.
func (c *http1) hear() error {
	const start = "HTTP/"
	for n := 1; n <= len(start); n++ {
		said, err := c.reader.Peek(n)
		switch {
		case err != nil && n == 1 && probe.OutcomeOf(err) == engine.Closed:
			return fmt.Errorf("%w: %w", errMute, err)
		case err != nil:
			return err
		case string(said) == start[:n]:
		case n == 1 && said[0] == 0:
			return c.hearFrame()
		default:
			return errors.New("does not begin like HTTP")
		}
	}
	return nil
}

func (c *http1) hearFrame() error {
	if head, err := c.reader.Peek(frameHead); err != nil || !beginsHTTP2(head) {
		return errors.New("does not begin like HTTP")
	}
	return fmt.Errorf("%w, but a frame of HTTP/2", errMute)
}

// answer reads the head of the final answer; rest is where its body comes from.
func (c *http1) answer() (answer *http.Response, rest *bufio.Reader, err error) {
	rest = c.reader
	for range maxInterim {
		rest = tidied(rest)
		answer, err = http.ReadResponse(rest, nil)
		if err != nil || answer.StatusCode >= http.StatusOK || answer.StatusCode == http.StatusSwitchingProtocols {
			return answer, rest, err
		}
	}
	return nil, nil, errors.New("no final answer")
}

// unwrapped makes a header that ended early what it is, an end of the
// connection, and no malformed answer.
func unwrapped(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
