package http

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// maxPath is the longest path that is followed and stored; servers commonly
// refuse a request line of 8,000 bytes (RFC 9112 section 3), nobody reads one of 2,000.
const maxPath = 2000

// location is a page's address: where to connect and what to ask for there.
type location struct {
	scheme string // "http" or "https"
	to     engine.Endpoint
	path   string // escaped, with its query, beginning with a slash
}

func rootOf(scheme string, to engine.Endpoint) location {
	return location{scheme: scheme, to: to, path: "/"}
}

func (l location) with(path string) location {
	l.path = path
	return l
}

func (l location) uri() string {
	return l.scheme + "://" + l.to.HostPort() + l.path
}

// host is the Host of a request: the port only where it is not the scheme's
// own (RFC 9110 section 7.2).
func (l location) host() string {
	if l.to.Port == defaultPort(l.scheme) {
		return strings.TrimSuffix(l.to.HostPort(), ":"+strconv.Itoa(int(l.to.Port)))
	}
	return l.to.HostPort()
}

func defaultPort(scheme string) uint16 {
	if scheme == "https" {
		return 443
	}
	return 80
}

// resolve finds where a reference on the page at l leads. A name other than the
// page's own is looked up by the dialer, which knows the scope.
func (l location) resolve(ctx context.Context, d probe.Dialer, reference string) (location, error) {
	base := url.URL{Scheme: l.scheme, Host: l.to.HostPort(), Path: "/"}
	if here, err := base.Parse(l.path); err == nil {
		base = *here
	}
	u, err := base.Parse(reference)
	if err != nil {
		return location{}, fmt.Errorf("read reference: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return location{}, fmt.Errorf("scheme %q is not followed", u.Scheme)
	}
	next := location{scheme: u.Scheme, path: pathOf(u)}
	if len(next.path) > maxPath {
		return location{}, fmt.Errorf("a path of %d bytes is not followed", len(next.path))
	}
	port, err := portOf(u)
	if err != nil {
		return location{}, err
	}
	if next.to, err = l.endpoint(ctx, d, u.Hostname()); err != nil {
		return location{}, err
	}
	if reachOf(next.to.Addr) < reachOf(l.to.Addr) {
		return location{}, fmt.Errorf("%s is nearer to us than %s: not followed", next.to.Addr, l.to.Addr)
	}
	next.to.Port = port
	return next, nil
}

// reach is how far away an address can be, nearest first.
type reach int

const (
	thisMachine reach = iota
	ownNetwork
	anywhere
)

// reachOf tells the reach of an address. A page must not lead nearer to us than it
// is itself: a stranger could have our scanner ask the router, or a service that
// listens on this machine only, for whatever he likes. What is meant to be scanned
// there is a target of its own.
func reachOf(addr netip.Addr) reach {
	shared := netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
	switch addr = addr.Unmap(); {
	case addr.IsLoopback(), addr.IsUnspecified():
		return thisMachine
	case addr.IsPrivate(), addr.IsLinkLocalUnicast(), shared.Contains(addr):
		return ownNetwork
	}
	return anywhere
}

func (l location) endpoint(ctx context.Context, d probe.Dialer, host string) (engine.Endpoint, error) {
	to := l.to
	if strings.EqualFold(host, l.to.Host()) {
		return to, nil
	}
	if err := engine.Target(host).Validate(); err != nil || strings.Contains(host, "/") {
		return to, fmt.Errorf("host %q is not followed", host)
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		to.Addr, to.Name = addr.Unmap(), ""
		return to, nil
	}
	found, err := d.Resolve(ctx, string(engine.Target(host).Canonical()))
	if err != nil {
		return to, fmt.Errorf("resolve %s: %w", host, err)
	}
	if len(found) == 0 {
		return to, &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	to.Addr, to.Name = found[0].Addr, found[0].Name
	return to, nil
}

func portOf(u *url.URL) (uint16, error) {
	if u.Port() == "" {
		return defaultPort(u.Scheme), nil
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return 0, fmt.Errorf("port %q is not followed", u.Port())
	}
	return uint16(port), nil
}

func pathOf(u *url.URL) string {
	path := u.EscapedPath()
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if u.RawQuery != "" {
		path += "?" + escapeQuery(u.RawQuery)
	}
	return path
}

// escapeQuery escapes what may not stand in a query (RFC 3986 section 3.4), which
// [net/url] leaves as the page had it: a space would end the request's path.
func escapeQuery(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(query[i])
	}
	return b.String()
}
