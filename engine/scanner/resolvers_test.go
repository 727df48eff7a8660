package scanner_test

import (
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// nameServer knows one name and says that there is no other.
func nameServer(t *testing.T, name string, addr netip.Addr) engine.NameServers {
	t.Helper()
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{})
	server := &dns.Server{PacketConn: packets, NotifyStartedFunc: func() { close(started) }, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, ask *dns.Msg) {
		reply := new(dns.Msg).SetReply(ask)
		q := ask.Question[0]
		switch {
		case q.Name != name:
			reply.Rcode = dns.RcodeNameError
		case q.Qtype == dns.TypeA:
			reply.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 60}, A: addr.AsSlice()}}
		}
		_ = w.WriteMsg(reply) // a client that has left needs none
	})}
	go func() { _ = server.ActivateAndServe() }() // returns when the server is shut down
	<-started
	t.Cleanup(func() { _ = server.Shutdown() })
	return engine.NameServers(packets.LocalAddr().String())
}

// TestProfileNamesResolvers: they are asked instead of those of the engine, if the scope
// permits.
func TestProfileNamesResolvers(t *testing.T) {
	in := task(ports(1), "box.example.org")
	in.Profile.Resolvers = nameServer(t, "box.example.org.", netip.MustParseAddr("127.0.0.1"))
	found := run(t, scanner.Config{Resolver: phoneBook{}}, in)
	if got := found.uris(); !slices.Equal(got, []string{"domain://box.example.org"}) {
		t.Errorf("found %v", got)
	}
	in.Scope = engine.Scope{}
	if err := scanner.New(scanner.Config{}).Run(t.Context(), in, &basket{}); engine.KindOf(err) != engine.Forbidden {
		t.Errorf("a server out of scope: %v", err)
	}
}
