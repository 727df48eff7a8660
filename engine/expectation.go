package engine

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MaxExpectations is how many expectations a scan may have.
const MaxExpectations = 10_000

// Expectation declares what should be exposed. What is open and covered by none of a
// scan's expectations is a finding, and so is what one of them names and is not there.
//
// A single host and a single port must be there. A range of either, or no host at all,
// says what may be there.
type Expectation struct {
	Host     Target `json:"host,omitempty"`     // a name, an address or a CIDR among the targets; "" is all of them
	Port     Ports  `json:"port"`               // "443", "80,443" or "8000-8010"
	Protocol string `json:"protocol,omitempty"` // [TCP] or [UDP]; "" is TCP
	Service  string `json:"service,omitempty"`  // what has to speak there: "https", "ssh"; "http" is also https; "" anything
	TLSMin   string `json:"tls_min,omitempty"`  // the oldest version of TLS that may be accepted: "1.2"; "" any, and none
	Owner    string `json:"owner,omitempty"`    // who is answerable for it, and for every finding there
	Optional bool   `json:"optional,omitempty"` // it need not be there
}

// TLSVersions are the words of [Expectation.TLSMin], the oldest first.
func TLSVersions() []string { return []string{"1.0", "1.1", "1.2", "1.3"} }

// Limits of the words of an expectation.
const (
	maxOwner   = 100 // characters: a team's handle or an address
	maxService = 40
)

var serviceWord = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// Validate reports the first thing wrong with the expectation by itself.
func (e Expectation) Validate() error {
	if e.Host != "" {
		if err := e.Host.Validate(); err != nil {
			return In("host", err)
		}
	}
	if err := e.validatePort(); err != nil {
		return err
	}
	switch {
	case e.Protocol != "" && e.Protocol != TCP && e.Protocol != UDP:
		return badExpectation("protocol", fmt.Sprintf("%q is not a transport", e.Protocol), "write tcp or udp; what speaks there is the service")
	case e.Service != "" && (len(e.Service) > maxService || !serviceWord.MatchString(e.Service)):
		return badExpectation("service", fmt.Sprintf("%q is not the name of a protocol", e.Service), "write it as in the documents of a scan: https, ssh, postgres")
	case e.TLSMin != "" && !slices.Contains(TLSVersions(), e.TLSMin):
		return badExpectation("tls_min", fmt.Sprintf("%q is not a version of TLS", e.TLSMin), "write one of "+strings.Join(TLSVersions(), ", "))
	case e.TLSMin != "" && e.Protocol == UDP:
		return badExpectation("tls_min", "TLS is not looked for on UDP", "leave tls_min out")
	case len(e.Owner) > maxOwner || strings.ContainsFunc(e.Owner, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return badExpectation("owner", fmt.Sprintf("%q is not a name of at most %d characters", e.Owner, maxOwner), "write a team or a person: @team-web")
	}
	return nil
}

func (e Expectation) validatePort() error {
	if strings.TrimSpace(string(e.Port)) == "" {
		return badExpectation("port", "the port is missing", "write a port, a list or a range: 443")
	}
	if strings.Contains(string(e.Port), udpSuffix) {
		return badExpectation("port", fmt.Sprintf("%q names the transport", string(e.Port)), "write the number alone, and protocol udp")
	}
	if err := e.Port.Validate(); err != nil {
		var bad *Error
		errors.As(err, &bad) // of ports
		return badExpectation("port", bad.Detail, bad.Hint)
	}
	return nil
}

func badExpectation(field, detail, hint string) error {
	return &Error{Kind: Invalid, Title: "Expectation is not valid", Field: field, Detail: detail, Hint: hint}
}

// Transport is [TCP] or [UDP].
func (e Expectation) Transport() string { return cmp.Or(e.Protocol, TCP) }

// Required gives the ports that must be open on its one host, by number; none if the
// expectation only allows.
func (e Expectation) Required() (ports []uint16) {
	if e.Optional || e.Host == "" || e.Host.AddressCount() != 1 {
		return nil
	}
	for item := range strings.SplitSeq(string(e.Port), ",") {
		if port, err := strconv.ParseUint(strings.TrimSpace(item), 10, 16); err == nil {
			ports = append(ports, uint16(port))
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// validateExpectations reports the first expectation that is not valid, or about what
// the scan does not look at: it would neither hold nor fail.
func (r ScanRequest) validateExpectations() error {
	if len(r.Expect) > MaxExpectations {
		return &Error{Kind: Invalid, Title: "Too many expectations", Field: "expect", Detail: fmt.Sprintf("the list has %d entries, at most %d are taken", len(r.Expect), MaxExpectations), Hint: "write ranges of hosts and ports", Limit: MaxExpectations, Current: int64(len(r.Expect))}
	}
	seen := NewSight(Results{Scan: Scan{Targets: r.Targets, Ports: r.Ports}})
	for i, e := range r.Expect {
		err := e.Validate()
		if err == nil {
			err = seen.expectation(e)
		}
		if err != nil {
			return In(fmt.Sprintf("expect[%d]", i), err)
		}
	}
	return nil
}

// expectation reports one that wants something to be there and that the scan does not
// look at. One that only allows it may be about more than the scan.
func (s Sight) expectation(e Expectation) error {
	required := e.Required()
	prefix, isAddress := e.Host.Prefix()
	if len(required) > 0 && !s.names[e.Host.Canonical()] && (!isAddress || !s.targets.contains(prefix.Addr())) {
		return badExpectation("host", fmt.Sprintf("the scan does not look at %s", e.Host), "add it to the targets, or take the expectation out")
	}
	for _, port := range required {
		if !s.askedPort(Endpoint{Port: port, Transport: e.Transport()}) {
			return badExpectation("port", fmt.Sprintf("the scan does not look at %s port %d", e.Transport(), port), "add it to the ports of the scan")
		}
	}
	return nil
}
