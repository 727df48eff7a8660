package web

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

// Location is a page's address: where to connect and what to ask for there.
type Location struct {
	Scheme string // "http" or "https"
	To     engine.Endpoint
	Path   string // escaped, with its query, beginning with a slash

	// Question is JSON that is sent by POST, to the few APIs that are read in no other
	// way; empty for GET. It must change nothing there.
	Question string
	// Method is TRACE for a request that a server should refuse; empty for GET and POST.
	Method string
	// Origin is the site whose script would ask (Fetch standard, section 3.2); empty for
	// none.
	Origin string
}

// With is another page of the same server.
func (l Location) With(path string) Location {
	l.Path = path
	return l
}

// method is GET unless there is a question or it is said.
func (l Location) method() string {
	switch {
	case l.Method != "":
		return l.Method
	case l.Question != "":
		return "POST"
	}
	return "GET"
}

// URI is how documents name the page.
func (l Location) URI() string {
	return l.Scheme + "://" + l.To.HostPort() + l.Path
}

// place is where a connection to the page leads.
func (l Location) place() place {
	return place{isSecure: l.Scheme == "https", addr: netip.AddrPortFrom(l.To.Addr, l.To.Port), name: l.To.Name}
}

// host is the Host of a request: the port only where it is not the scheme's
// own (RFC 9110 section 7.2).
func (l Location) host() string {
	if l.To.Port == defaultPort(l.Scheme) {
		return strings.TrimSuffix(l.To.HostPort(), ":"+strconv.Itoa(int(l.To.Port)))
	}
	return l.To.HostPort()
}

func defaultPort(scheme string) uint16 {
	if scheme == "https" {
		return 443
	}
	return 80
}

// Resolve finds where a reference on the page at l leads. A name other than the
// page's own is looked up by the dialer, which knows the scope.
func (l Location) Resolve(ctx context.Context, d probe.Dialer, reference string) (Location, error) {
	base := url.URL{Scheme: l.Scheme, Host: l.To.HostPort(), Path: "/"}
	if here, err := base.Parse(l.Path); err == nil {
		base = *here
	}
	u, err := base.Parse(reference)
	if err != nil {
		return Location{}, fmt.Errorf("read reference: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return Location{}, fmt.Errorf("scheme %q is not followed", u.Scheme)
	}
	next := Location{Scheme: u.Scheme, Path: pathOf(u)}
	if len(next.Path) > maxPath {
		return Location{}, fmt.Errorf("a path of %d bytes is not followed", len(next.Path))
	}
	port, err := portOf(u)
	if err != nil {
		return Location{}, err
	}
	if next.To, err = l.endpoint(ctx, d, u.Hostname()); err != nil {
		return Location{}, err
	}
	if reachOf(next.To.Addr) < reachOf(l.To.Addr) {
		return Location{}, fmt.Errorf("%s is nearer to us than %s: not followed", next.To.Addr, l.To.Addr)
	}
	next.To.Port = port
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
	siteLocal := netip.MustParsePrefix("fec0::/10")  // retired by RFC 3879
	if carried, ok := engine.CarriedIPv4(addr.Unmap()); ok {
		addr = carried
	}
	switch addr = addr.Unmap(); {
	case addr.IsLoopback(), addr.IsUnspecified():
		return thisMachine
	case addr.IsPrivate(), addr.IsLinkLocalUnicast(), shared.Contains(addr), siteLocal.Contains(addr):
		return ownNetwork
	}
	return anywhere
}

func (l Location) endpoint(ctx context.Context, d probe.Dialer, host string) (engine.Endpoint, error) {
	to := l.To
	if strings.EqualFold(host, l.To.Host()) {
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
