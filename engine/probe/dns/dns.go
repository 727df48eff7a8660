// Package dns asks a name server what it is (version.bind) and whether it
// resolves names for strangers, over TCP and over UDP on the same port. Begin
// with [Probe].
//
// It does not resolve names for the scanner. Of a zone that is transferred to anybody it
// keeps the size, not the records.
package dns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// foreign is a name that no server we scan is authoritative for: RFC 2606 keeps it for
// documentation and IANA serves it. A server that answers it resolves for us.
const foreign = "example.com."

// Block is the member "dns" of a response.
type Block struct {
	Banner             string   `json:"banner"`                 // the same as VersionBind
	VersionBind        string   `json:"version_bind,omitempty"` // TXT version.bind in class CHAOS
	Rcode              string   `json:"rcode"`                  // of the answer to version.bind
	RecursionAvailable bool     `json:"recursion_available"`    // the server says so (RA)
	Recursion          bool     `json:"recursion"`              // and did: it answered a foreign name
	Answers            []string `json:"answers,omitempty"`      // to the foreign name
	Transfer           bool     `json:"axfr"`                   // a zone of the target's was transferred to us
	TransferZone       string   `json:"axfr_zone,omitempty"`
	TransferRecords    int      `json:"axfr_records,omitempty"` // how many came, at most [maxRecords]
}

// Probe speaks to name servers.
type Probe struct{ secure probe.Handshake }

var (
	_ probe.Inner    = Probe{}
	_ probe.Datagram = Probe{}
)

// New makes the probe. secure opens connections that speak TLS (RFC 7858).
func New(secure probe.Handshake) Probe { return Probe{secure} }

// Name is "dns".
func (Probe) Name() string { return "dns" }

// Ports are the server's, with TLS, and what test servers use.
func (Probe) Ports() []uint16 { return []uint16{53, 853, 5353, 5300, 1053} }

// UDPPorts are the same without TLS.
func (Probe) UDPPorts() []uint16 { return []uint16{53, 5300, 1053} }

// Payload asks for the servers of the root, which resolvers know and others refuse.
func (Probe) Payload() []byte {
	return []byte{0x50, 0x4f, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, byte(dns.TypeNS), 0, dns.ClassINET}
}

// Run asks over the endpoint's transport. Where that is TCP it asks over UDP at the same
// time, and for the zones of the endpoint's name; only TCP decides then whether this is a
// name server, because that is how the port was found.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	zones := zonesOf(to)
	to.Name = "" // addresses are asked, not names: the protocol carries none
	datagrams := to
	datagrams.Transport = engine.UDP
	if to.Transport == engine.UDP {
		block, err := askUDP(ctx, d, datagrams)
		if err != nil {
			return probe.Failed(err)
		}
		return probe.Found(response(to, "dns_udp", block))
	}
	var both sync.WaitGroup
	var overUDP *Block
	both.Go(func() { overUDP, _ = askUDP(ctx, d, datagrams) })
	overTCP, err := askTCP(ctx, d, to)
	if err == nil {
		overTCP.transfer(ctx, d, to, zones)
	}
	both.Wait()
	if err != nil {
		return probe.Failed(err)
	}
	responses := []engine.Response{response(to, "dns_tcp", overTCP)}
	if overUDP != nil {
		responses = append(responses, response(datagrams, "dns_udp", overUDP))
	}
	return probe.Found(responses...)
}

// RunTLS asks inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, p.secure, func(conn net.Conn) probe.Result {
		block, err := interview(func(query *dns.Msg, wait time.Duration) (*dns.Msg, error) { return overTCP(conn, query, wait) })
		if err != nil {
			return probe.Failed(err)
		}
		r := response(to, "dns_tls", block)
		if session, ok := conn.(probe.Session); ok {
			session.Describe(&r)
		}
		return probe.Found(r)
	})
}

func response(to engine.Endpoint, protocol string, block *Block) engine.Response {
	r := engine.NewResponse(to, "dns", protocol, "", time.Now())
	r.Blocks["dns"] = block
	r.Tags = probe.Find(products(), block.VersionBind)
	return r
}

// products are compiled when the first server is met, not when the program starts.
var products = sync.OnceValue(func() []probe.Product {
	return []probe.Product{
		{Name: "dnsmasq", FullName: "dnsmasq", Category: "DNS servers", Vendor: "thekelleys", CPE: "dnsmasq", Pattern: regexp.MustCompile(`^dnsmasq-(\d+\.\d+)`)},
		{Name: "unbound", FullName: "Unbound", Category: "DNS servers", Vendor: "nlnetlabs", CPE: "unbound", Pattern: regexp.MustCompile(`^unbound (\d+\.\d+\.\d+)`)},
		{Name: "powerdns", FullName: "PowerDNS", Category: "DNS servers", Vendor: "powerdns", CPE: "authoritative_server", Pattern: regexp.MustCompile(`^PowerDNS Authoritative Server (\d+\.\d+\.\d+)`)},
		{Name: "bind", FullName: "BIND", Category: "DNS servers", Vendor: "isc", CPE: "bind", Pattern: regexp.MustCompile(`^(?:BIND )?(9\.\d+\.\d+)`)},
	}
})

var errNotDNS = errors.New("not an answer of a name server")

// versionQuery asks in class CHAOS for what BIND answers about itself, and others after it.
func versionQuery() *dns.Msg {
	m := &dns.Msg{}
	m.SetQuestion("version.bind.", dns.TypeTXT)
	m.Question[0].Qclass = dns.ClassCHAOS
	m.RecursionDesired = false
	return m
}

func foreignQuery() *dns.Msg {
	m := &dns.Msg{}
	m.SetQuestion(foreign, dns.TypeA)
	return m
}

// ParseAnswer unpacks an answer and checks that it is one to query.
func ParseAnswer(query *dns.Msg, data []byte) (*dns.Msg, error) {
	m := &dns.Msg{}
	if err := m.Unpack(data); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotDNS, err)
	}
	if m.Id != query.Id || !m.Response || m.Opcode != query.Opcode || len(m.Question) > 1 || len(m.Question) == 1 && !isSame(m.Question[0], query.Question[0]) {
		return nil, fmt.Errorf("%w: it answers another question", errNotDNS)
	}
	return m, nil
}

func isSame(a, b dns.Question) bool {
	return a.Qtype == b.Qtype && a.Qclass == b.Qclass && strings.EqualFold(a.Name, b.Name)
}

// newBlock tells what the answer to version.bind says.
func newBlock(version *dns.Msg) *Block {
	block := &Block{Rcode: dns.RcodeToString[version.Rcode], RecursionAvailable: version.RecursionAvailable}
	for _, rr := range version.Answer {
		if txt, ok := rr.(*dns.TXT); ok && len(txt.Txt) > 0 {
			block.VersionBind = probe.Text([]byte(txt.Txt[0]))
		}
	}
	block.Banner = block.VersionBind
	return block
}

// learn tells what the answer to the foreign name says. A referral is no
// recursion, nor is an answer the server claims to be its own.
func (b *Block) learn(answer *dns.Msg) {
	b.RecursionAvailable = b.RecursionAvailable || answer.RecursionAvailable
	for _, rr := range answer.Answer {
		if a, ok := rr.(*dns.A); ok && len(b.Answers) < 8 {
			b.Answers = append(b.Answers, a.A.String())
		}
	}
	b.Recursion = answer.RecursionAvailable && !answer.Authoritative && answer.Rcode == dns.RcodeSuccess && len(b.Answers) > 0
}
