package resolver_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

// serve runs a DNS server on a free port of loopback until the test ends.
func serve(tb testing.TB, handle dns.HandlerFunc) netip.AddrPort {
	tb.Helper()
	packets, listener := bothTransports(tb)
	for _, s := range []*dns.Server{{PacketConn: packets, Handler: handle}, {Listener: listener, Handler: handle}} {
		var started sync.WaitGroup
		started.Add(1)
		s.NotifyStartedFunc = started.Done
		go func() { _ = s.ActivateAndServe() }()
		started.Wait()
		tb.Cleanup(func() { _ = s.Shutdown() })
	}
	return netip.MustParseAddrPort(packets.LocalAddr().String())
}

// bothTransports takes a port that is free for UDP and for TCP: one of the two alone
// may be somebody's.
func bothTransports(tb testing.TB) (packets net.PacketConn, listener net.Listener) {
	tb.Helper()
	for {
		packets, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			tb.Fatal(err)
		}
		listener, err := net.Listen("tcp", packets.LocalAddr().String())
		if err == nil {
			return packets, listener
		}
		_ = packets.Close()
	}
}

// zone answers from lines of a zone file; a name it lacks does not exist.
func zone(tb testing.TB, lines ...string) dns.HandlerFunc {
	tb.Helper()
	var records []dns.RR
	for _, line := range lines {
		rr, err := dns.NewRR(line)
		if err != nil {
			tb.Fatal(err)
		}
		records = append(records, rr)
	}
	return func(w dns.ResponseWriter, ask *dns.Msg) {
		reply := new(dns.Msg).SetReply(ask)
		known := false
		for _, rr := range records {
			if !strings.EqualFold(rr.Header().Name, ask.Question[0].Name) {
				continue
			}
			known = true
			if kind := rr.Header().Rrtype; kind == ask.Question[0].Qtype || kind == dns.TypeCNAME {
				reply.Answer = append(reply.Answer, rr)
			}
		}
		if !known {
			reply.Rcode = dns.RcodeNameError
		}
		_ = w.WriteMsg(reply)
	}
}

func open(tb testing.TB, config resolver.Config) *resolver.Resolver {
	tb.Helper()
	r, err := resolver.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = r.Close() })
	return r
}

func addrs(list ...string) []netip.Addr {
	parsed := make([]netip.Addr, 0, len(list))
	for _, a := range list {
		parsed = append(parsed, netip.MustParseAddr(a))
	}
	return parsed
}

func TestLookup(t *testing.T) {
	server := serve(t, zone(t,
		"two.test. A 192.0.2.2", "two.test. A 192.0.2.1", "two.test. AAAA 2001:db8::1",
		"www.test. CNAME cdn.test.", "cdn.test. CNAME edge.test.", "edge.test. A 192.0.2.7",
		"loop.test. CNAME pool.test.", "pool.test. CNAME loop.test.",
		"mail.test. MX 10 two.test.", "mapped.test. AAAA ::ffff:192.0.2.9",
	))
	tests := map[string]struct {
		addrs []netip.Addr
		chain []string
		kind  engine.Kind
	}{
		"two.test":     {addrs: addrs("192.0.2.1", "192.0.2.2", "2001:db8::1")},
		"TWO.test.":    {addrs: addrs("192.0.2.1", "192.0.2.2", "2001:db8::1")},
		"www.test":     {addrs: addrs("192.0.2.7"), chain: []string{"cdn.test", "edge.test"}},
		"mapped.test":  {addrs: addrs("192.0.2.9")},
		"loop.test":    {kind: engine.Internal},
		"missing.test": {kind: engine.NotFound},
		"mail.test":    {kind: engine.NotFound},
	}
	r := open(t, resolver.Config{Servers: []netip.AddrPort{server}})
	for name, want := range tests {
		got, err := r.Lookup(t.Context(), name)
		if engine.KindOf(err) != want.kind && (err != nil || want.kind != "") {
			t.Errorf("%s: error %v, want kind %q", name, err, want.kind)
		}
		if !slices.Equal(got.Addrs, want.addrs) || want.chain != nil && !slices.Equal(got.Chain, want.chain) {
			t.Errorf("%s: %v by %v, want %v by %v", name, got.Addrs, got.Chain, want.addrs, want.chain)
		}
		if err == nil && got.Server != server {
			t.Errorf("%s: answered by %v", name, got.Server)
		}
	}
}

func TestFamilies(t *testing.T) {
	server := serve(t, zone(t, "two.test. A 192.0.2.2", "two.test. AAAA 2001:db8::1"))
	for family, want := range map[resolver.Families][]netip.Addr{
		resolver.IPv4: addrs("192.0.2.2"), resolver.IPv6: addrs("2001:db8::1"), resolver.Both: addrs("192.0.2.2", "2001:db8::1"),
	} {
		got, err := open(t, resolver.Config{Servers: []netip.AddrPort{server}, Families: family}).Lookup(t.Context(), "two.test")
		if err != nil || !slices.Equal(got.Addrs, want) {
			t.Errorf("%d: %v %v, want %v", family, got.Addrs, err, want)
		}
	}
}

// TestBadServers puts servers that do not help before one that does.
func TestBadServers(t *testing.T) {
	good := serve(t, zone(t, "a.test. A 192.0.2.1"))
	closed := func() netip.AddrPort {
		conn, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return netip.MustParseAddrPort(conn.LocalAddr().String())
	}()
	rcode := func(code int) dns.HandlerFunc {
		return func(w dns.ResponseWriter, ask *dns.Msg) { _ = w.WriteMsg(new(dns.Msg).SetRcode(ask, code)) }
	}
	bad := map[string]netip.AddrPort{
		"fails":      serve(t, rcode(dns.RcodeServerFailure)),
		"refuses":    serve(t, rcode(dns.RcodeRefused)),
		"is silent":  serve(t, func(dns.ResponseWriter, *dns.Msg) {}),
		"is not one": closed,
		"lies": serve(t, func(w dns.ResponseWriter, ask *dns.Msg) {
			ask.Question[0].Name = "other.test."
			_ = w.WriteMsg(new(dns.Msg).SetReply(ask))
		}),
		"guesses ids": serve(t, func(w dns.ResponseWriter, ask *dns.Msg) { ask.Id++; _ = w.WriteMsg(new(dns.Msg).SetReply(ask)) }),
		"sends junk":  serve(t, func(w dns.ResponseWriter, _ *dns.Msg) { _, _ = w.Write([]byte{1, 2, 3}) }),
	}
	for name, server := range bad {
		r := open(t, resolver.Config{Servers: []netip.AddrPort{server, good}, Timeout: 50 * time.Millisecond})
		got, err := r.Lookup(t.Context(), "a.test")
		if err != nil || !slices.Equal(got.Addrs, addrs("192.0.2.1")) {
			t.Errorf("a server that %s: %v %v", name, got.Addrs, err)
		}
		alone := open(t, resolver.Config{Servers: []netip.AddrPort{server}, Timeout: 5 * time.Millisecond})
		if got, err := alone.Lookup(t.Context(), "a.test"); engine.KindOf(err) != engine.Internal {
			t.Errorf("only a server that %s: %v %v", name, got.Addrs, err)
		}
	}
}

// TestSlowBesideRefusing: a server that is slow is given more time from turn to turn, also
// where the last one of the list is not asked any more.
func TestSlowBesideRefusing(t *testing.T) {
	answer := zone(t, "a.test. A 192.0.2.1")
	slow := serve(t, func(w dns.ResponseWriter, ask *dns.Msg) {
		<-time.After(100 * time.Millisecond)
		answer(w, ask)
	})
	refuses := serve(t, func(w dns.ResponseWriter, ask *dns.Msg) { _ = w.WriteMsg(new(dns.Msg).SetRcode(ask, dns.RcodeRefused)) })
	r := open(t, resolver.Config{Servers: []netip.AddrPort{slow, refuses}, Timeout: 40 * time.Millisecond, Families: resolver.IPv4})
	if got, err := r.Lookup(t.Context(), "a.test"); err != nil || len(got.Addrs) != 1 {
		t.Errorf("%v %v", got.Addrs, err)
	}
}

func TestLostQuestionsAreAskedAgain(t *testing.T) {
	answer := zone(t, "a.test. A 192.0.2.1")
	var asked atomic.Int64
	server := serve(t, func(w dns.ResponseWriter, ask *dns.Msg) {
		if asked.Add(1) > 2 {
			answer(w, ask)
		}
	})
	r := open(t, resolver.Config{Servers: []netip.AddrPort{server}, Timeout: 20 * time.Millisecond, Families: resolver.IPv4})
	if got, err := r.Lookup(t.Context(), "a.test"); err != nil || len(got.Addrs) != 1 || asked.Load() != 3 {
		t.Errorf("%v %v after %d questions", got.Addrs, err, asked.Load())
	}
}

func TestLongAnswersComeOverTCP(t *testing.T) {
	server := serve(t, func(w dns.ResponseWriter, ask *dns.Msg) {
		reply := new(dns.Msg).SetReply(ask)
		for i := range 200 {
			reply.Answer = append(reply.Answer, &dns.A{Hdr: dns.RR_Header{Name: ask.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(192, 0, 2, byte(i))})
		}
		if w.RemoteAddr().Network() == "udp" {
			reply.Truncate(512)
		}
		_ = w.WriteMsg(reply)
	})
	r := open(t, resolver.Config{Servers: []netip.AddrPort{server}, Families: resolver.IPv4})
	if got, err := r.Lookup(t.Context(), "many.test"); err != nil || len(got.Addrs) != 200 {
		t.Errorf("%d addresses, %v", len(got.Addrs), err)
	}
}

func TestCancel(t *testing.T) {
	server := serve(t, func(dns.ResponseWriter, *dns.Msg) {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, resolver.Config{Servers: []netip.AddrPort{server}}).Lookup(ctx, "a.test"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestClose ends the questions that are out.
func TestClose(t *testing.T) {
	arrived := make(chan bool, 8)
	server := serve(t, func(dns.ResponseWriter, *dns.Msg) { arrived <- true })
	r := open(t, resolver.Config{Servers: []netip.AddrPort{server}, Timeout: time.Hour, Families: resolver.IPv4})
	done := make(chan error)
	go func() { _, err := r.Lookup(t.Context(), "a.test"); done <- err }()
	<-arrived
	_ = r.Close()
	if err := <-done; engine.KindOf(err) != engine.Internal {
		t.Errorf("error %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	server := serve(t, func(w dns.ResponseWriter, ask *dns.Msg) {
		reply := new(dns.Msg).SetReply(ask)
		var n int
		_, _ = fmt.Sscanf(ask.Question[0].Name, "n%d.test.", &n)
		reply.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: ask.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(10, 0, byte(n>>8), byte(n))}}
		_ = w.WriteMsg(reply)
	})
	r := open(t, resolver.Config{Servers: []netip.AddrPort{server}, Families: resolver.IPv4})
	var running sync.WaitGroup
	for n := range 2000 {
		running.Go(func() {
			want := netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)})
			if got, err := r.Lookup(t.Context(), fmt.Sprintf("n%d.test", n)); err != nil || !slices.Equal(got.Addrs, []netip.Addr{want}) {
				t.Errorf("n%d: %v %v", n, got.Addrs, err)
			}
		})
	}
	running.Wait()
}

func TestSystem(t *testing.T) {
	r := open(t, resolver.Config{})
	got, err := r.Lookup(t.Context(), "localhost")
	if err != nil || !slices.ContainsFunc(got.Addrs, netip.Addr.IsLoopback) {
		t.Errorf("localhost: %v %v", got.Addrs, err)
	}
}

func BenchmarkLookup(b *testing.B) {
	server := serve(b, func(w dns.ResponseWriter, ask *dns.Msg) {
		reply := new(dns.Msg).SetReply(ask)
		reply.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: ask.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(192, 0, 2, 1)}}
		_ = w.WriteMsg(reply)
	})
	r := open(b, resolver.Config{Servers: []netip.AddrPort{server}, Families: resolver.IPv4})
	b.SetParallelism(500)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Lookup(b.Context(), "a.test"); err != nil {
				b.Error(err)
			}
		}
	})
}

// TestServersComeBack has a server that goes away with the first question and comes
// back: whatever ICMP error that makes ends a socket, not the search.
func TestServersComeBack(t *testing.T) {
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := netip.MustParseAddrPort(packets.LocalAddr().String())
	asked := make(chan bool, 1)
	go func() { // takes one question, and is gone before it answers
		_, _, _ = packets.ReadFrom(make([]byte, 512))
		_ = packets.Close()
		again, err := net.ListenPacket("udp", at.String())
		if err != nil {
			t.Error(err)
			return
		}
		server := &dns.Server{PacketConn: again, Handler: zone(t, "a.test. A 192.0.2.1")}
		t.Cleanup(func() { _ = again.Close() })
		asked <- true
		_ = server.ActivateAndServe()
	}()
	r := open(t, resolver.Config{Servers: []netip.AddrPort{at}, Families: resolver.IPv4, Timeout: 50 * time.Millisecond})
	if got, err := r.Lookup(t.Context(), "a.test"); err != nil || len(got.Addrs) != 1 {
		t.Errorf("%v %v", got.Addrs, err)
	}
	<-asked
}
