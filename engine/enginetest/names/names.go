// Package names keeps a small DNS on loopback, from the root down: name servers, two
// resolvers, and zones with the truth about each beside them. Begin with [Start].
//
// It is test support. Its servers answer as authoritative and as recursive servers do,
// and sign with real keys; few zones prove absence (NSEC), and no rates are limited.
package names

import (
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// Lab is a DNS that runs.
type Lab struct {
	Resolvers []netip.AddrPort
	Port      uint16    // of its name servers
	Anchor    []*dns.DS // of its root
	Zones     []Zone

	PolicyPort uint16         // of the host of all policies for mail
	Roots      *x509.CertPool // who signs its certificate
}

// Start runs the DNS until the test ends. It is skipped where loopback has one address
// only.
func Start(tb testing.TB) *Lab {
	tb.Helper()
	world, err := newWorld(Zones())
	if err != nil {
		tb.Fatal(err)
	}
	lab := &Lab{Zones: Zones(), Anchor: world.anchor()}
	lab.Port = freePort(tb)
	by, err := newAuthority()
	if err != nil {
		tb.Fatal(err)
	}
	lab.PolicyPort, lab.Roots = servePolicies(tb, lab.Zones, by), by.pool()
	for host, address := range hosts() {
		serve(tb, netip.AddrPortFrom(address, lab.Port), world.server(host))
	}
	for range 2 {
		resolver := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), freePort(tb))
		serve(tb, resolver, world.resolve)
		lab.Resolvers = append(lab.Resolvers, resolver)
	}
	return lab
}

// freePort finds a port that is free on loopback for both transports.
func freePort(tb testing.TB) uint16 {
	tb.Helper()
	for {
		packets, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			tb.Fatal(err)
		}
		place := netip.MustParseAddrPort(packets.LocalAddr().String())
		listener, err := net.Listen("tcp", place.String())
		_ = packets.Close()
		if err == nil {
			_ = listener.Close()
			return place.Port()
		}
	}
}

func serve(tb testing.TB, at netip.AddrPort, handle dns.HandlerFunc) {
	tb.Helper()
	packets, err := net.ListenPacket("udp", at.String())
	if err != nil {
		tb.Skipf("no name server at %s: %v", at, err)
	}
	listener, err := net.Listen("tcp", at.String())
	if err != nil {
		tb.Skipf("no name server at %s: %v", at, err)
	}
	for _, s := range []*dns.Server{{PacketConn: packets, Handler: handle}, {Listener: listener, Handler: handle}} {
		var started sync.WaitGroup
		started.Add(1)
		s.NotifyStartedFunc = started.Done
		go func() { _ = s.ActivateAndServe() }() // returns when the server is shut down
		started.Wait()
		tb.Cleanup(func() { _ = s.Shutdown() })
	}
}

// hosts are the machines that name servers run on.
func hosts() map[string]netip.Addr {
	return map[string]netip.Addr{
		hostOne: netip.MustParseAddr("127.0.1.53"), hostTwo: netip.MustParseAddr("127.0.2.53"), hostNear: netip.MustParseAddr("127.0.1.54"),
		hostMute: netip.MustParseAddr("127.0.5.53"),
		hostLame: netip.MustParseAddr("127.0.3.53"), hostOpen: netip.MustParseAddr("127.0.4.53"),
	}
}

// The name servers, below servers.lab.
const (
	hostOne  = "one"
	hostTwo  = "two"
	hostNear = "near" // in the network of the first
	hostLame = "lame" // knows no zone
	hostMute = "mute" // says nothing
	hostOpen = "open" // hands zones over to anybody
)

// scaffold is what holds the zones up: the root, the top-level domain and the servers.
func scaffold(zones []Zone) []Zone {
	top := Zone{Name: "lab.", Records: []string{"@ NS one.servers", "@ NS two.servers"}}
	servers := Zone{Name: "servers.lab.", Records: []string{"@ NS one", "@ NS two"}}
	for host, address := range hosts() {
		servers.Records = append(servers.Records, fmt.Sprintf("%s A %s", host, address))
	}
	root := Zone{Name: ".", Records: []string{"@ NS one.servers.lab."}}
	return append([]Zone{root, top, servers}, zones...)
}
