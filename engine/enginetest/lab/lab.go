// Package lab makes networks for scanners to find, with the truth about each: on
// Linux, in network namespaces of their own, so that no packet leaves the machine.
// Begin with [Networks] and [Start].
//
// A network is a Go value: who is at which address ([wiretest.Host]). It is put
// up either with real listeners and a real firewall of the kernel, or with a
// responder behind a TUN device that keeps to round trips, losses and rate
// limits. Either way the answers are the ones the value says; services are not
// here but in the zoo. It needs root; [Available] says why it cannot be had.
package lab

import (
	"errors"
	"iter"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

// ErrUnavailable is inside the error of [Available] and [Start] where no lab can be had.
var ErrUnavailable = errors.New("no lab on this machine")

// Network is a network for scanners to find.
type Network struct {
	Name   string
	About  string       // one line for people
	Prefix netip.Prefix // IPv4; each of its addresses is a target
	Ports  []uint16     // the targets' ports, rising
	Kernel bool         // real sockets and nftables; else the responder on a TUN device

	// Host says who is at an address of Prefix, the same each time. With Kernel it
	// says nothing of round trips, losses and limits, which a kernel does not have.
	Host func(netip.Addr) wiretest.Host
}

// Probes is how many ports there are to try.
func (n Network) Probes() int {
	return len(n.Ports) << (n.Prefix.Addr().BitLen() - n.Prefix.Bits())
}

// Addrs gives every target.
func (n Network) Addrs() iter.Seq[netip.Addr] {
	return func(yield func(netip.Addr) bool) {
		for addr := n.Prefix.Addr(); n.Prefix.Contains(addr); addr = addr.Next() {
			if !yield(addr) {
				return
			}
		}
	}
}

// Truth gives every open port there is to find.
func (n Network) Truth() map[netip.AddrPort]bool {
	truth := map[netip.AddrPort]bool{}
	for addr := range n.Addrs() {
		host := n.Host(addr)
		for _, port := range n.Ports {
			if host.Accepts(port) {
				truth[netip.AddrPortFrom(addr, port)] = true
			}
		}
	}
	return truth
}

// Interface is what the scanner's packets leave by.
const Interface = "lab0"

// Where the scanner is, and the router between it and the targets.
var (
	scannerAddr = netip.MustParsePrefix("10.255.0.2/24")
	routerAddr  = netip.MustParsePrefix("10.255.0.1/24")
)
