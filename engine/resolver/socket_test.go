package resolver_test

import (
	"net"
	"net/netip"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

// TestServerThatIsNotThere leaves nothing to complain of at the end: sockets that an
// ICMP error has ended are closed already.
func TestServerThatIsNotThere(t *testing.T) {
	gone, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := netip.MustParseAddrPort(gone.LocalAddr().String())
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := resolver.New(resolver.Config{Servers: []netip.AddrPort{at}})
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := r.Lookup(t.Context(), "name.example"); err == nil {
		t.Errorf("%v, want an error", answer)
	}
	if err := r.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
