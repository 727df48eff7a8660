package resolver_test

import (
	"net/netip"
	"testing"

	"github.com/miekg/dns"

	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

func TestAsk(t *testing.T) {
	first, second := serve(t, zone(t, "a.test. MX 10 first.test.")), serve(t, zone(t, "a.test. MX 10 second.test."))
	r := open(t, resolver.Config{Servers: []netip.AddrPort{first, second}})
	for except, want := range map[netip.AddrPort]string{{}: "first.test.", first: "second.test."} {
		reply, err := r.Ask(t.Context(), resolver.Question{Name: "a.test", Type: dns.TypeMX, Except: except})
		if err != nil || len(reply.Message.Answer) != 1 {
			t.Fatalf("%+v, %v", reply, err)
		}
		if mx, ok := reply.Message.Answer[0].(*dns.MX); !ok || mx.Mx != want {
			t.Errorf("except %v: %v, want %s", except, reply.Message.Answer[0], want)
		}
	}
	if reply, err := r.Ask(t.Context(), resolver.Question{Name: "b.test", Type: dns.TypeMX}); err != nil || reply.Message.Rcode != dns.RcodeNameError {
		t.Errorf("a name that is not there: %+v, %v", reply, err)
	}
}

// TestAskIsHonest: it asks for signatures, valid or not, and gives no part for the whole.
func TestAskIsHonest(t *testing.T) {
	questions := make(chan *dns.Msg, 10)
	server := serve(t, func(w dns.ResponseWriter, ask *dns.Msg) {
		questions <- ask
		reply := new(dns.Msg).SetReply(ask)
		if w.RemoteAddr().Network() == "udp" {
			reply.Truncated = true
			_ = w.WriteMsg(reply)
			return
		}
		_ = w.Close()
	})
	r := open(t, resolver.Config{Servers: []netip.AddrPort{server}})
	if reply, err := r.Ask(t.Context(), resolver.Question{Name: "a.test", Type: dns.TypeTXT}); err == nil {
		t.Errorf("a part was taken for the whole: %v", reply.Message)
	}
	if asked := <-questions; asked.IsEdns0() == nil || !asked.IsEdns0().Do() || !asked.CheckingDisabled {
		t.Errorf("asked %v", asked)
	}
}
