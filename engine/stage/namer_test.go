package stage_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/stage"
)

// nameServer answers every question with NXDOMAIN and tells what it was asked for.
func nameServer(t *testing.T) (at netip.AddrPort, asked <-chan string) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	names := make(chan string, 16)
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, question *dns.Msg) {
		names <- question.Question[0].Name
		_ = w.WriteMsg(new(dns.Msg).SetRcode(question, dns.RcodeNameError)) // who asks will ask again
	})}
	ended := make(chan error, 1)
	go func() { ended <- server.ActivateAndServe() }()
	t.Cleanup(func() {
		_ = conn.Close()
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
	return netip.MustParseAddrPort(conn.LocalAddr().String()), names
}

// TestRedirectsAskTheGivenResolvers has a page lead to a name: nobody but the servers
// that were given hears of it.
func TestRedirectsAskTheGivenResolvers(t *testing.T) {
	web := httptest.NewServer(http.RedirectHandler("http://elsewhere.example/", http.StatusFound))
	defer web.Close()
	place := netip.MustParseAddrPort(web.Listener.Addr().String())
	at, asked := nameServer(t)
	_, err := stage.Probe(t.Context(), stage.Probing{
		Config: stage.Config{Allow: engine.LoopbackPrefixes(), Resolvers: []netip.AddrPort{at}},
		Places: []stage.Place{{AddrPort: place}},
		Take:   func(stage.Open) error { return context.Cause(t.Context()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case name := <-asked:
		if name != "elsewhere.example." {
			t.Errorf("asked for %s", name)
		}
	default:
		t.Error("the name server was not asked")
	}
}
