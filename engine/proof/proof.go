// Package proof looks for what proves that a target belongs to somebody: texts in the DNS
// and a file of the target's web server. Begin with [New].
//
// It does not judge what it finds (that is engine and control), keeps nothing, and goes
// nowhere that the scope does not permit: a redirect is followed on the same host only.
package proof

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

const (
	// patience is how long a look takes at most.
	patience = 15 * time.Second
	// maxFile is how much of a file is read: a token has some 40 bytes.
	maxFile = 4 << 10
	// maxHops is how many redirects are followed: from http to https, and a slash.
	maxHops = 3
)

// Config says where to look.
type Config struct {
	Scope   engine.Scope
	Servers []netip.AddrPort // of the DNS; nil are the system's
	Port    uint16           // of web servers; 0 is 80, which proves most: below 1024 not everybody on a machine may listen
}

// Eye looks for proofs. It may be used by several at once.
type Eye struct{ config Config }

// New makes an Eye. It opens nothing before it is asked.
func New(config Config) *Eye {
	if config.Port == 0 {
		config.Port = 80
	}
	return &Eye{config: config}
}

// Texts gives the TXT records of a name, each as one text (RFC 7208 section 3.3). That
// there are none is no error.
func (e *Eye) Texts(ctx context.Context, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := resolver.New(resolver.Config{Servers: e.config.Servers})
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	reply, err := r.Ask(ctx, resolver.Question{Name: name, Type: dns.TypeTXT})
	if err != nil {
		return nil, fmt.Errorf("ask for TXT records of %s: %w", name, err)
	}
	var texts []string
	for _, record := range reply.Message.Answer {
		if txt, ok := record.(*dns.TXT); ok {
			texts = append(texts, strings.Join(txt.Txt, ""))
		}
	}
	return texts, nil
}

// File gives the beginning of a file that a URL names.
func (e *Eye) File(ctx context.Context, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client := &http.Client{Transport: e.transport(), CheckRedirect: sameHost}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers with status %d", address, response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxFile))
	return string(text), err
}

// transport reaches only what the scope permits. Certificates are not asked for: the
// proof begins with plain HTTP, so they would prove nothing more.
func (e *Eye) transport() *http.Transport {
	return &http.Transport{
		DialContext: e.dial, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
		DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10,
	}
}

// sameHost follows a redirect to the same host, such as that to https.
func sameHost(next *http.Request, before []*http.Request) error {
	if len(before) > maxHops {
		return errors.New("it redirects too often")
	}
	if !strings.EqualFold(next.URL.Hostname(), before[0].URL.Hostname()) {
		return fmt.Errorf("it redirects to another host, %s", next.URL.Hostname())
	}
	return nil
}

// dial connects to the ports of the web, and to addresses within the scope.
func (e *Eye) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	switch port {
	case "80":
		port = strconv.Itoa(int(e.config.Port))
	case "443":
	default:
		return nil, fmt.Errorf("it redirects to port %s", port)
	}
	addrs, err := e.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, addr := range addrs {
		if err = e.config.Scope.Permit(addr); err != nil {
			continue
		}
		var conn net.Conn
		if conn, err = new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(addr.String(), port)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

func (e *Eye) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	r, err := resolver.New(resolver.Config{Servers: e.config.Servers})
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	answer, err := r.Lookup(ctx, host)
	return answer.Addrs, err
}
