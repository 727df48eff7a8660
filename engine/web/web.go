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
	secure probe.Handshake // nil when there is no TLS

	lock    sync.Mutex
	idle    map[place][]line
	version map[place]int // 2 for servers that speak HTTP/2 without being asked
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

// errMute says that a server hung up without a word of HTTP/1: it may speak another
// version only.
var errMute = errors.New("no word of HTTP/1")

// NewVisitor makes a visitor. secure is how it speaks TLS; nil if not at all.
func NewVisitor(d probe.Dialer, secure probe.Handshake) *Visitor {
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
// it came. A server that knows no HTTP/1 is spoken to in HTTP/2.
func (v *Visitor) Fetch(ctx context.Context, at Location) (*Page, error) {
	if l := v.takeIdle(at.place()); l != nil {
		if p, err := v.ask(l, at); err == nil || !isGone(err) {
			return p, err
		}
	}
	p, err := v.fetchAnew(ctx, at)
	if !errors.Is(err, errMute) || !v.upgrade(at) {
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

// upgrade notes that a server without TLS is to be spoken to in HTTP/2 at once
// (prior knowledge, RFC 9113 section 3.3). It is worth one try.
func (v *Visitor) upgrade(at Location) bool {
	v.lock.Lock()
	defer v.lock.Unlock()
	if at.Scheme != "http" || v.version[at.place()] == 2 {
		return false
	}
	v.version[at.place()] = 2
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
	if v.secure == nil {
		return nil, errors.New("no TLS to speak")
	}
	session, err := v.secure(ctx, v.dialer, at.To)
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
	return errors.Is(err, io.EOF) || errors.Is(err, errMute) || errors.Is(err, io.ErrClosedPipe) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
