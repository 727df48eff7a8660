package scanner_test

import (
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

// A host that refuses every connection is there, and that is told once for each host.
func TestHostThatOnlyRefusesIsUp(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := netip.MustParseAddrPort(listener.Addr().String()).Port()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	found := &basket{}
	if err := scanner.New(scanner.Config{}).Run(t.Context(), task(ports(int(free)), "127.0.0.1", "127.0.0.3"), found); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(found.up, netip.Addr.Compare)
	if want := []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.3")}; !slices.Equal(found.up, want) || len(found.open) != 0 {
		t.Errorf("up %v, open %v, want %v and none", found.up, found.open, want)
	}
}
