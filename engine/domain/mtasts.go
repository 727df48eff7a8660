package domain

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// MTASTS is the record of RFC 8461 section 3.1, and the policy that it says there is.
type MTASTS struct {
	Tagged

	Policy *Policy `json:"policy,omitempty"` // nil if there is no record, or its host is out of scope or silent
}

// Policy says how mail to the name is to be sent (RFC 8461 section 3.2).
type Policy struct {
	State   string   `json:"state"`          // "valid" or "error"
	Mode    string   `json:"mode,omitempty"` // "enforce", "testing" or "none"
	MX      []string `json:"mx,omitempty"`   // patterns of mail hosts
	MaxAge  int      `json:"max_age,omitempty"`
	Missing []string `json:"missing_mx,omitempty"` // mail hosts of the DNS that no pattern is of
	Error   string   `json:"error,omitempty"`
}

const (
	// policyTime is how long the host of a policy is waited for.
	policyTime = 5 * time.Second
	// maxPolicy is how much of a policy is read (RFC 8461 section 3.3 names the size).
	maxPolicy = 64 << 10
	// longestAge is about a year, in seconds (RFC 8461 section 3.2).
	longestAge = 31557600
)

func (x *examination) learnMTASTS(ctx context.Context) *MTASTS {
	record := x.learnTagged(ctx, "_mta-sts", "STSv1", "id")
	if record == nil {
		return nil
	}
	m := &MTASTS{Tagged: *record}
	if m.State == Valid {
		m.Policy = x.fetchPolicy(ctx)
	}
	return m
}

// fetchPolicy asks the host of the policy, where the scope permits. Silence says nothing.
func (x *examination) fetchPolicy(ctx context.Context) *Policy {
	host := "mta-sts." + dotless(x.name)
	addrs := x.ask(ctx, host, dns.TypeA).addrs()
	addrs = append(addrs, x.ask(ctx, host, dns.TypeAAAA).addrs()...)
	if len(addrs) == 0 {
		if x.isMissing(ctx, dns.Fqdn(host), dns.TypeA) {
			return &Policy{State: Wrong, Error: host + " does not exist"}
		}
		return nil
	}
	i := slices.IndexFunc(addrs, func(a netip.Addr) bool { return x.config.Permit(a) == nil })
	if i < 0 {
		return nil
	}
	text, err := x.readPolicy(ctx, addrs[i], host)
	var wrong *wrongPolicyError
	switch {
	case errors.As(err, &wrong):
		return &Policy{State: Wrong, Error: clip(wrong.what)}
	case err != nil:
		return nil
	}
	p := ParsePolicy(text)
	p.Missing = p.uncovered(x.block.MX)
	return p
}

// wrongPolicyError is what a host said that is not a policy, as against silence.
type wrongPolicyError struct{ what string }

func (e *wrongPolicyError) Error() string { return e.what }

// readPolicy gets the policy over HTTPS with a certificate that must be right, and follows
// nobody elsewhere (RFC 8461 section 3.3).
func (x *examination) readPolicy(ctx context.Context, at netip.Addr, host string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, policyTime)
	defer cancel()
	conn, err := x.config.Dialer.Dial(ctx, engine.Endpoint{Addr: at, Port: x.config.PolicyPort, Transport: engine.TCP, Target: engine.Target(dotless(x.name)), Name: host})
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // the end of time ends the conversation
	defer stop()
	session := tls.Client(conn, &tls.Config{ServerName: host, RootCAs: x.config.Roots})
	err = session.HandshakeContext(ctx)
	if refused := (&tls.CertificateVerificationError{}); errors.As(err, &refused) {
		return "", &wrongPolicyError{"its host has no right certificate: " + refused.Err.Error()}
	}
	if err != nil {
		return "", err
	}
	return getPolicy(session, host)
}

func getPolicy(conn net.Conn, host string) (string, error) {
	request, err := http.NewRequest(http.MethodGet, "https://"+host+"/.well-known/mta-sts.txt", http.NoBody)
	if err != nil {
		return "", err
	}
	request.Header.Set("User-Agent", "Portolan")
	request.Close = true
	if err := request.Write(conn); err != nil {
		return "", err
	}
	response, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, 2*maxPolicy)), request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return "", &wrongPolicyError{fmt.Sprintf("its host answers %d", response.StatusCode)}
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxPolicy))
	return string(body), err
}

// ParsePolicy reads a policy: a field a line. Fields that are not known do not count.
func ParsePolicy(text string) *Policy {
	p := &Policy{State: Valid}
	version := ""
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if value = strings.TrimSpace(value); !ok {
			continue
		}
		switch strings.TrimSpace(name) {
		case "version":
			version = value
		case "mode":
			p.Mode = clip(value)
		case "max_age":
			p.MaxAge, _ = strconv.Atoi(value) // what is no number is none
		case "mx":
			if len(p.MX) < maxRecords {
				p.MX = append(p.MX, clip(strings.ToLower(strings.TrimSuffix(value, "."))))
			}
		}
	}
	if p.Error = p.mistake(version); p.Error != "" {
		p.State = Wrong
	}
	return p
}

func (p *Policy) mistake(version string) string {
	switch {
	case version != "STSv1":
		return "its version is not STSv1"
	case !slices.Contains([]string{"enforce", "testing", "none"}, p.Mode):
		return "its mode is not one of enforce, testing and none"
	case p.MaxAge <= 0 || p.MaxAge > longestAge:
		return fmt.Sprintf("its max_age is not a number of seconds up to %d", longestAge)
	case len(p.MX) == 0 && p.Mode != "none":
		return "it names no mail host"
	}
	return ""
}

// uncovered gives those of hosts that no pattern is of; "*." stands for one label.
func (p *Policy) uncovered(hosts []string) (missing []string) {
	if p.State != Valid || p.Mode == "none" {
		return nil
	}
	for _, host := range hosts {
		_, above, _ := strings.Cut(host, ".")
		if !slices.Contains(p.MX, host) && !slices.Contains(p.MX, "*."+above) {
			missing = append(missing, host)
		}
	}
	return missing
}
