// Package web fetches pages for the probes that speak HTTP: one bounded exchange
// at a time, over HTTP/1.1 or HTTP/2, with or without TLS, and what a page says put
// into the block "http" of a response. Begin with [Visitor].
//
// It is no probe and decides nothing: which pages are asked for and what they prove
// is the business of probe/http and of the probes of applications. It does not
// crawl, keeps no cookies, and follows no redirect by itself.
package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"sync"
	"syscall"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// MaxBody is how much of a page is kept (contract part 4: the first 100 KB).
const MaxBody = 100 << 10

// Visitor fetches pages through a dialer. It keeps the connections that a server
// leaves open for the next page, one for each page that is asked for at the same
// time; Close ends them. Its methods may be called concurrently.
type Visitor struct {
	dialer probe.Dialer
	secure []probe.Handshake // none when there is no TLS

	lock    sync.Mutex
	idle    map[place][]line
	version map[place]int // of HTTP, where the usual one has failed
}

// place is where a connection leads.
type place struct {
	isSecure bool
	addr     netip.AddrPort
	name     string
}

// line is a connection to a server.
type line interface {
	// get asks for a page. The line can be used again if isOpen.
	get(at Location) (p *Page, isOpen bool, err error)
	Close() error
}

var (
	// errMute says that a server hung up without a word of HTTP/1: it may speak
	// another version only.
	errMute = errors.New("no word of HTTP/1")
	// errHTTP2 says that a server does not speak HTTP/2 well enough.
	errHTTP2 = errors.New("speak HTTP/2")
	// errAway says that a server ends the connection before it has looked at a
	// request (GOAWAY, RFC 9113 section 6.8).
	errAway = errors.New("the server goes away")
)

// NewVisitor makes a visitor. secure is how it speaks TLS, if at all: the second way,
// which offers no HTTP/2, is taken where HTTP/2 was agreed on by the first and failed.
func NewVisitor(d probe.Dialer, secure ...probe.Handshake) *Visitor {
	secure = slices.DeleteFunc(slices.Clone(secure), func(h probe.Handshake) bool { return h == nil })
	return &Visitor{dialer: d, secure: secure, idle: map[place][]line{}, version: map[place]int{}}
}

// Close ends the connections that wait for another page.
func (v *Visitor) Close() {
	v.lock.Lock()
	defer v.lock.Unlock()
	for _, lines := range v.idle {
		for _, l := range lines {
			_ = l.Close() // nothing more is wanted of it
		}
	}
	v.idle = nil
}

// Fetch asks for one page. A body that is cut off or does not end is kept as far as
// it came. A server with which the usual version of HTTP fails is spoken to in the
// other one.
func (v *Visitor) Fetch(ctx context.Context, at Location) (*Page, error) {
	if l := v.takeIdle(at.place()); l != nil {
		if p, err := v.ask(l, at); err == nil || !isGone(err) {
			return p, err
		}
	}
	p, err := v.fetchAnew(ctx, at)
	if err == nil || !v.change(at, err) {
		return p, err
	}
	if p, again := v.fetchAnew(ctx, at); again == nil {
		return p, nil
	}
	return nil, err
}

func (v *Visitor) fetchAnew(ctx context.Context, at Location) (*Page, error) {
	l, err := v.connect(ctx, at)
	if err != nil {
		return nil, err
	}
	return v.ask(l, at)
}

// ask fetches over a line and keeps or closes it.
func (v *Visitor) ask(l line, at Location) (*Page, error) {
	p, isOpen, err := l.get(at)
	if err != nil {
		_ = l.Close() // why it failed is known
		return nil, fmt.Errorf("ask for %s: %w", at.Path, err)
	}
	if !isOpen || !v.keep(at.place(), l) {
		_ = l.Close() // all that was wanted has come
	}
	p.At = at
	return p, nil
}

func (v *Visitor) keep(to place, l line) bool {
	v.lock.Lock()
	defer v.lock.Unlock()
	if v.idle == nil {
		return false
	}
	v.idle[to] = append(v.idle[to], l)
	return true
}

func (v *Visitor) takeIdle(to place) line {
	v.lock.Lock()
	defer v.lock.Unlock()
	lines := v.idle[to]
	if len(lines) == 0 {
		return nil
	}
	last := lines[len(lines)-1]
	v.idle[to] = lines[:len(lines)-1]
	return last
}

// change notes the version that a server is to be spoken to in from now on, after
// the usual one has failed: HTTP/2 at once (prior knowledge, RFC 9113 section 3.3) for one
// without TLS, HTTP/1.1 inside TLS. Each is worth one try.
func (v *Visitor) change(at Location, err error) bool {
	v.lock.Lock()
	defer v.lock.Unlock()
	version := 0
	switch {
	case at.Scheme == "http" && errors.Is(err, errMute):
		version = 2
	case at.Scheme == "https" && errors.Is(err, errHTTP2) && len(v.secure) > 1:
		version = 1
	}
	if version == 0 || v.version[at.place()] == version {
		return false
	}
	v.version[at.place()] = version
	return true
}

func (v *Visitor) versionOf(to place) int {
	v.lock.Lock()
	defer v.lock.Unlock()
	return v.version[to]
}

func (v *Visitor) connect(ctx context.Context, at Location) (line, error) {
	if at.Scheme == "https" {
		return v.connectTLS(ctx, at)
	}
	conn, err := v.dialer.Dial(ctx, at.To)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if v.versionOf(at.place()) == 2 {
		return newHTTP2(conn, nil), nil
	}
	return newHTTP1(conn, nil), nil
}

// connectTLS shakes hands; the version of HTTP is what was agreed on there.
func (v *Visitor) connectTLS(ctx context.Context, at Location) (line, error) {
	if len(v.secure) == 0 {
		return nil, errors.New("no TLS to speak")
	}
	handshake := v.secure[0]
	if v.versionOf(at.place()) == 1 {
		handshake = v.secure[1]
	}
	session, err := handshake(ctx, v.dialer, at.To)
	if err != nil {
		return nil, err
	}
	if agreed, ok := session.(negotiated); ok && agreed.Negotiated() == "h2" {
		return newHTTP2(session, session), nil
	}
	return newHTTP1(session, session), nil
}

// negotiated is a session that knows what protocol was agreed on (ALPN, RFC 7301).
type negotiated interface{ Negotiated() string }

// isGone tells that the other end of a kept connection had hung up before it was
// asked; the page is worth another connection.
func isGone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, errMute) || errors.Is(err, errAway) || errors.Is(err, io.ErrClosedPipe) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
