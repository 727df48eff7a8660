package names_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/domain"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/names"
)

// between runs a resolver that hands questions on to one of the lab and answers as
// change makes of it; nil is silence.
func between(t *testing.T, lab *names.Lab, change func(reply *dns.Msg) *dns.Msg) netip.AddrPort {
	t.Helper()
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	handle := func(w dns.ResponseWriter, ask *dns.Msg) {
		reply, err := dns.ExchangeContext(context.WithoutCancel(t.Context()), ask, lab.Resolvers[0].String())
		if err != nil {
			return
		}
		if reply = change(reply); reply != nil {
			_ = w.WriteMsg(reply) // the scanner may have left
		}
	}
	var started sync.WaitGroup
	started.Add(1)
	server := &dns.Server{PacketConn: packets, Handler: dns.HandlerFunc(handle), NotifyStartedFunc: started.Done}
	go func() { _ = server.ActivateAndServe() }()
	started.Wait()
	t.Cleanup(func() { _ = server.Shutdown() })
	return netip.MustParseAddrPort(packets.LocalAddr().String())
}

// library is loaded once for all tests.
var library = sync.OnceValues(check.Load)

// loopback dials what it is told to.
type loopback struct{}

func (loopback) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, to.Transport, netip.AddrPortFrom(to.Addr, to.Port).String())
}

func examine(t *testing.T, lab *names.Lab, asker domain.Asker, name string, more func(*domain.Config)) (*domain.Block, []string) {
	t.Helper()
	config := domain.Config{
		Asker: asker, Dialer: loopback{}, Permit: func(netip.Addr) error { return nil },
		Anchors: lab.Anchor, Port: lab.Port, Wait: 100 * time.Millisecond,
	}
	if more != nil {
		more(&config)
	}
	block, err := domain.Examine(t.Context(), config, name)
	if err != nil {
		t.Fatal(err)
	}
	checks, err := library()
	if err != nil {
		t.Fatal(err)
	}
	r := engine.NewDomainResponse(engine.Target(name), time.Now())
	r.Blocks["dns"] = block
	findings, err := checks.Judge(r)
	if err != nil {
		t.Fatal(err)
	}
	return block, rulesOf(findings, name)
}

// TestDoubtIsNoFinding: whatever kind of question gets no answer, a failure, or a part of
// one, nothing is said to be wrong with a domain of which nothing is.
func TestDoubtIsNoFinding(t *testing.T) {
	lab := names.Start(t)
	troubles := map[string]func(*dns.Msg) *dns.Msg{
		"silence": func(*dns.Msg) *dns.Msg { return nil },
		"failure": func(reply *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(reply, dns.RcodeServerFailure) },
		"refusal": func(reply *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(reply, dns.RcodeRefused) },
		"part":    func(reply *dns.Msg) *dns.Msg { reply.Truncated, reply.Answer = true, nil; return reply },
	}
	for trouble, spoil := range troubles {
		for _, kind := range []uint16{dns.TypeSOA, dns.TypeNS, dns.TypeAAAA, dns.TypeMX, dns.TypeTXT, dns.TypeCAA, dns.TypeTLSA, dns.TypeDS, dns.TypeDNSKEY} {
			t.Run(trouble+" "+dns.TypeToString[kind], func(t *testing.T) {
				t.Parallel()
				asked := ask(t, between(t, lab, func(reply *dns.Msg) *dns.Msg {
					if reply.Question[0].Qtype == kind {
						return spoil(reply)
					}
					return reply
				}))
				block, rules := examine(t, lab, asked, "clean.lab", nil)
				told := func(line string) bool { return strings.HasPrefix(line, dns.TypeToString[kind]+" ") }
				if len(rules) > 0 || !slices.ContainsFunc(block.Unanswered, told) {
					t.Errorf("found %v, unanswered %q", rules, block.Unanswered)
				}
			})
		}
	}
}

// TestNobodyAnswers is a name of which nothing is known.
func TestNobodyAnswers(t *testing.T) {
	lab := names.Start(t)
	asked := ask(t, between(t, lab, func(*dns.Msg) *dns.Msg { return nil }))
	for name, asker := range map[string]domain.Asker{"clean.lab": asked, "missing.clean.lab": ask(t, lab.Resolvers...)} {
		if block, err := domain.Examine(t.Context(), domain.Config{Asker: asker, Dialer: loopback{}}, name); !errors.Is(err, domain.ErrUnknown) {
			t.Errorf("%s: %+v, %v", name, block, err)
		}
	}
}

// TestSignaturesThatCannotBeJudged: with a resolver that keeps them to itself, or an
// anchor that is not the root's, nothing is known, even of a zone that is broken.
func TestSignaturesThatCannotBeJudged(t *testing.T) {
	lab := names.Start(t)
	stripped := ask(t, between(t, lab, func(reply *dns.Msg) *dns.Msg {
		reply.Answer = slices.DeleteFunc(reply.Answer, func(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeRRSIG })
		return reply
	}))
	for _, name := range []string{"clean.lab", "expired.lab"} {
		if block, _ := examine(t, lab, stripped, name, nil); block.DNSSEC != nil {
			t.Errorf("%s without signatures: %+v", name, block.DNSSEC)
		}
		foreign := func(c *domain.Config) { c.Anchors = nil } // those of the real root
		if block, _ := examine(t, lab, ask(t, lab.Resolvers...), name, foreign); block.DNSSEC != nil {
			t.Errorf("%s below another root: %+v", name, block.DNSSEC)
		}
	}
}

// TestReasons says why signatures do not hold.
func TestReasons(t *testing.T) {
	lab := names.Start(t)
	for name, want := range map[string]string{"expired.lab": "DNSKEY: the signature has expired", "wrongds.lab": "no key of the zone fits its DS"} {
		if block, _ := examine(t, lab, ask(t, lab.Resolvers...), name, nil); block.DNSSEC == nil || block.DNSSEC.Reason != want {
			t.Errorf("%s: %+v, want %q", name, block.DNSSEC, want)
		}
	}
	if block, _ := examine(t, lab, ask(t, lab.Resolvers...), "clean.lab", nil); block.DNSSEC == nil || block.DNSSEC.State != domain.Secure {
		t.Errorf("clean.lab: %+v", block.DNSSEC)
	}
}

// TestOneResolverBlocks: where only one of two says that the target of an alias is
// missing, it does not dangle.
func TestOneResolverBlocks(t *testing.T) {
	lab := names.Start(t)
	knows := between(t, lab, func(reply *dns.Msg) *dns.Msg {
		if reply.Rcode == dns.RcodeNameError {
			reply.Rcode = dns.RcodeSuccess
		}
		return reply
	})
	if block, rules := examine(t, lab, ask(t, lab.Resolvers[0], knows), "www.dangling.lab", nil); block.Dangling != nil || len(rules) > 0 {
		t.Errorf("found %v: %+v", rules, block.Dangling)
	}
}

// TestServersThatMayNotBeAsked are not, and nothing is said about them.
func TestServersThatMayNotBeAsked(t *testing.T) {
	lab := names.Start(t)
	forbid := func(c *domain.Config) {
		c.Permit = func(netip.Addr) error { return errors.New("no") } //nolint:err113 // a test's
		c.Dialer = untouchable{t}
	}
	block, rules := examine(t, lab, ask(t, lab.Resolvers...), "lame.lab", forbid)
	if len(rules) > 0 || len(block.Servers) != 3 || block.Servers[0].State != domain.ServerNotAsked {
		t.Errorf("found %v: %+v", rules, block.Servers)
	}
}

// untouchable fails the test that it is asked to dial in.
type untouchable struct{ t *testing.T }

func (u untouchable) Dial(_ context.Context, to engine.Endpoint) (net.Conn, error) {
	u.t.Errorf("%s was dialled", to)
	return nil, net.ErrClosed
}

// TestHijackedQuestions: in a network that answers in place of every name server, none
// is said to be lame.
func TestHijackedQuestions(t *testing.T) {
	lab := names.Start(t)
	hijack := func(c *domain.Config) { c.Dialer = elsewhere{lab.Resolvers[0]} }
	block, rules := examine(t, lab, ask(t, lab.Resolvers...), "clean.lab", hijack)
	if len(rules) > 0 || block.Servers[0].State != domain.ServerSilent {
		t.Errorf("found %v: %+v", rules, block.Servers)
	}
}

// elsewhere dials one place, whatever it is told.
type elsewhere struct{ place netip.AddrPort }

func (e elsewhere) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	to.Addr, to.Port = e.place.Addr(), e.place.Port()
	return loopback{}.Dial(ctx, to)
}

// TestManyRecords: records are validated together, however many are told.
func TestManyRecords(t *testing.T) {
	lab := names.Start(t)
	block, rules := examine(t, lab, ask(t, lab.Resolvers...), "crowd.lab", nil)
	if len(rules) > 0 || block.DNSSEC == nil || block.DNSSEC.State != domain.Secure || len(block.TXT) != 64 {
		t.Errorf("found %v: %d texts, %+v", rules, len(block.TXT), block.DNSSEC)
	}
	if want := []string{engine.UnansweredPolicy + "mta-sts.crowd.lab"}; !slices.Equal(block.Unanswered, want) { // no web server is there
		t.Errorf("unanswered are %q", block.Unanswered)
	}
}
