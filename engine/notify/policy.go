package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Policy says which addresses webhooks may be sent to. Whoever may declare a notification
// chooses a URL, and the server is in a network that they may not be in: so the zero
// Policy permits public addresses by https and nothing else.
type Policy struct {
	// Private permits loopback and private addresses, and http. Link-local addresses and
	// the metadata services of clouds are never permitted.
	Private bool
}

// privatePrefixes are not public, besides what [engine.Scope] refuses by itself.
func privatePrefixes() []netip.Prefix {
	var list []netip.Prefix
	for _, text := range []string{
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // RFC 1918
		"100.64.0.0/10",                 // RFC 6598, shared with the provider
		"192.0.0.0/24", "198.18.0.0/15", // RFC 6890, RFC 2544
		"fc00::/7", "fec0::/10", // RFC 4193, and what it replaced
	} {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

// permit refuses an address. The scope of scans knows what is reserved, the metadata
// services and IPv4 addresses in IPv6 clothing.
func (p Policy) permit(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	scope := engine.Scope{}
	if p.Private {
		scope.Allow = engine.LoopbackPrefixes()
	} else {
		scope.Exclude = privatePrefixes()
	}
	if scope.Permit(addr) == nil {
		return nil
	}
	return errNotPermitted
}

// errNotPermitted says nothing of the address: who chose a name does not learn what it
// means inside the server's network.
var errNotPermitted = &engine.Error{
	Kind: engine.Forbidden, Title: "Address is not permitted", Detail: "notices are not sent to addresses of this kind",
	Hint: "use a public address, or start the server with --notify-private if it may tell programs in its own network",
}

// permitURL refuses a URL that is known not to be permitted before it is resolved.
func (p Policy) permitURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return errors.New("the URL cannot be read") // what url.Parse says repeats it
	}
	if u.Scheme != "https" && !p.Private {
		return &engine.Error{Kind: engine.Invalid, Title: "Address is not permitted", Detail: "notices are sent by https only", Hint: "write https://, or start the server with --notify-private"}
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
		return p.permit(addr)
	}
	return nil
}

// Times of a request.
const (
	connectTime = 10 * time.Second
	answerTime  = 20 * time.Second
)

// client makes requests that the policy permits. It judges every address when it connects
// to it: a name that means another address by then (DNS rebinding) gains nothing. No proxy
// of the environment stands in between, and no redirection is followed.
func (p Policy) client() *http.Client {
	dialer := &net.Dialer{Timeout: connectTime, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("read address: %w", err)
		}
		return p.permit(to.Addr())
	}}
	return &http.Client{
		Timeout: answerTime,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: connectTime, ResponseHeaderTimeout: answerTime,
			DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
