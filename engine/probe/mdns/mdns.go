// Package mdns asks a host for the services it announces to its own network by multicast
// DNS (RFC 6762, RFC 6763), in a question to it alone. Begin with [Probe].
//
// It asks for kinds of services and their instances; it announces nothing.
package mdns

import (
	"context"
	"math/rand/v2"
	"net"
	"strings"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// directory is the name whose records are the kinds of services (RFC 6763 section 9).
	directory = "_services._dns-sd._udp.local."
	// maxKinds and maxInstances bound what is kept; maxAsked what is asked for.
	maxKinds     = 64
	maxInstances = 64
	maxAsked     = 4
)

// Block is the member "mdns" of a response.
type Block struct {
	Banner    string   `json:"banner"`    // the kinds of services
	Services  []string `json:"services"`  // "_ssh._tcp.local"
	Instances []string `json:"instances"` // "Printer._ipp._tcp.local"
}

// Probe speaks to responders.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "mdns".
func (Probe) Name() string { return "mdns" }

// Ports are none: multicast DNS lives on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts is IANA's.
func (Probe) UDPPorts() []uint16 { return []uint16{5353} }

// Payload asks for the kinds of services.
func (Probe) Payload() []byte {
	payload, _ := question(0x504f, directory).Pack() // a constant question can be packed
	return payload
}

// Run asks for the kinds of services, then for the instances of some.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the names in it are the host's own
	block := &Block{Services: []string{}, Instances: []string{}}
	err := probe.ConverseUDP(ctx, d, to, block.interview)
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "mdns")
	r.Blocks["mdns"] = block
	return probe.Found(r)
}

func (b *Block) interview(conn net.Conn) error {
	kinds, err := ask(conn, directory)
	if err != nil {
		return err
	}
	b.Services = append(b.Services, kinds[:min(len(kinds), maxKinds)]...)
	b.Banner = strings.Join(b.Services, " ")
	for _, kind := range b.Services[:min(len(b.Services), maxAsked)] {
		instances, err := ask(conn, kind+".")
		if err != nil {
			return nil //nolint:nilerr // what it has told is enough
		}
		b.Instances = append(b.Instances, instances[:min(len(instances), maxInstances-len(b.Instances))]...)
	}
	return nil
}

// ask gives the names a name points to. A socket of another port than 5353 gets an answer
// as from an ordinary name server, with the id and the question (RFC 6762 section 6.7).
func ask(conn net.Conn, name string) (pointed []string, err error) {
	id := uint16(rand.Uint32())
	packed, err := question(id, name).Pack()
	if err != nil {
		return nil, err
	}
	_, err = probe.Ask(conn, packed, func(data []byte) bool {
		var fits bool
		pointed, fits = ParseAnswer(data, id, name)
		return fits
	})
	return pointed, err
}

func question(id uint16, name string) *dns.Msg {
	m := (&dns.Msg{}).SetQuestion(name, dns.TypePTR)
	m.Id, m.RecursionDesired = id, false
	return m
}

// ParseAnswer gives the names that the pointers of name point to. fits is false if data is
// no answer of a responder: authoritative, below "local", and with at least one pointer, so
// that a name server that has nothing to say is none.
func ParseAnswer(data []byte, id uint16, name string) (pointed []string, fits bool) {
	m := &dns.Msg{}
	if err := m.Unpack(data); err != nil || m.Id != id || !m.Response || !m.Authoritative || m.Rcode != dns.RcodeSuccess {
		return nil, false
	}
	for _, rr := range m.Answer {
		ptr, ok := rr.(*dns.PTR)
		if ok && strings.EqualFold(ptr.Hdr.Name, name) && strings.HasSuffix(ptr.Ptr, ".local.") {
			pointed = append(pointed, probe.Text([]byte(strings.TrimSuffix(ptr.Ptr, "."))))
		}
	}
	return pointed, len(pointed) > 0
}
