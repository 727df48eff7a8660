package http

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// MaxBody is how much of a page is kept (contract part 4: the first 100 KB).
const MaxBody = 100 << 10

// agent says who is asking, so that it can be found in the server's log.
const agent = "Mozilla/5.0 (compatible; Portolan)"

// visitor fetches pages through a dialer.
type visitor struct {
	dialer probe.Dialer
	secure probe.Handshake // nil when there is no TLS
}

// page is one answer of a server.
type page struct {
	at      location
	status  int
	line    string // "403 Forbidden"
	major   int
	minor   int
	header  http.Header
	length  int64 // Content-Length, -1 if unknown
	coding  []string
	body    []byte        // at most MaxBody
	session probe.Session // nil without TLS
}

// fetch asks for one page on a connection of its own. A body that is cut off or
// does not end is kept as far as it came.
func (v visitor) fetch(ctx context.Context, at location) (*page, error) {
	conn, session, err := v.connect(ctx, at)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if err := request(conn, at); err != nil {
		return nil, fmt.Errorf("ask for %s: %w", at.path, err)
	}
	p, err := readPage(conn)
	if err != nil {
		return nil, fmt.Errorf("read answer to %s: %w", at.path, err)
	}
	p.at, p.session = at, session
	return p, nil
}

func (v visitor) connect(ctx context.Context, at location) (net.Conn, probe.Session, error) {
	if at.scheme == "https" {
		if v.secure == nil {
			return nil, nil, errors.New("no TLS to speak")
		}
		session, err := v.secure(ctx, v.dialer, at.to)
		if err != nil {
			return nil, nil, err
		}
		return session, session, nil
	}
	conn, err := v.dialer.Dial(ctx, at.to)
	if err != nil {
		return nil, nil, fmt.Errorf("connect: %w", err)
	}
	return conn, nil, nil
}

func request(conn net.Conn, at location) error {
	_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\nConnection: close\r\n\r\n", at.path, at.host(), agent)
	return err
}

// readPage reads an answer and up to [MaxBody] of its body.
func readPage(from io.Reader) (*page, error) {
	answer, err := http.ReadResponse(tidied(bufio.NewReader(from)), nil)
	if err != nil {
		return nil, unwrapped(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(answer.Body, MaxBody)) // what came is kept, whatever ended it
	return &page{
		status: answer.StatusCode, line: probe.Text([]byte(strings.TrimSpace(answer.Status))),
		major: answer.ProtoMajor, minor: answer.ProtoMinor, header: answer.Header,
		length: answer.ContentLength, coding: answer.TransferEncoding, body: body,
	}, nil
}

// unwrapped makes a header that ended early what it is, an end of the
// connection, and no malformed answer.
func unwrapped(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// follow gives the page and those its redirects lead to, in order. It ends at a
// page seen before and where the scope or the network ends.
func (v visitor) follow(ctx context.Context, p *page) []*page {
	trail := []*page{p}
	seen := map[string]bool{p.at.uri(): true}
	for range MaxRedirects {
		reference := p.redirect()
		if reference == "" {
			break
		}
		next, err := p.at.resolve(ctx, v.dialer, reference)
		if err != nil || seen[next.uri()] {
			break
		}
		if p, err = v.fetch(ctx, next); err != nil {
			break
		}
		seen[next.uri()] = true
		trail = append(trail, p)
	}
	return trail
}

// redirect is where the page sends its reader; "" if nowhere.
func (p *page) redirect() string {
	switch p.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return p.header.Get("Location")
	}
	return ""
}
