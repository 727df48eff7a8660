package engine

import (
	"cmp"
	"net"
	"net/netip"
	"strconv"
)

// Transports of an [Endpoint].
const (
	TCP = "tcp"
	UDP = "udp"
)

// Endpoint is one address and port, and how it was come by.
type Endpoint struct {
	Addr      netip.Addr `json:"addr"`
	Port      uint16     `json:"port"`
	Transport string     `json:"transport"`      // [TCP] or [UDP]
	Target    Target     `json:"target"`         // the target of the scan that led here
	Name      string     `json:"name,omitempty"` // the name it was found by; empty when the target is an address
}

// String gives "192.0.2.1:80" or "[2001:db8::1]:80".
func (e Endpoint) String() string { return netip.AddrPortFrom(e.Addr, e.Port).String() }

// Host is what a request to the endpoint names: the name it was found by, else
// the address.
func (e Endpoint) Host() string {
	if e.Name != "" {
		return e.Name
	}
	return e.Addr.String()
}

// HostPort is [Endpoint.Host] and the port, an IPv6 address in brackets.
func (e Endpoint) HostPort() string {
	return net.JoinHostPort(e.Host(), strconv.Itoa(int(e.Port)))
}

// port is the endpoint without how it was come by: a key that is the same for all who
// came to it.
func (e Endpoint) port() Endpoint {
	return Endpoint{Addr: e.Addr.Unmap(), Port: e.Port, Transport: e.Transport}
}

// compare orders by address, port and transport.
func (e Endpoint) compare(f Endpoint) int {
	return cmp.Or(e.Addr.Compare(f.Addr), cmp.Compare(e.Port, f.Port), cmp.Compare(e.Transport, f.Transport))
}

// Outcome says how a probe of an endpoint ended.
type Outcome string

// The outcomes. Whatever was learnt before the end is kept with each of them.
const (
	Answered   Outcome = "answered"     // it speaks the protocol
	Refused    Outcome = "refused"      // the connection was refused or reset at once
	Timeout    Outcome = "timeout"      // silence until the deadline
	Closed     Outcome = "closed"       // the peer hung up
	Handshake  Outcome = "handshake"    // the TLS or protocol handshake failed
	Protocol   Outcome = "protocol"     // it answers, but not this protocol
	OutOfScope Outcome = "out_of_scope" // the dialer refused to go there
)
