package wiretest

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// Network is a simulated network: what comes back for each SYN, and when. The
// same seed and the same questions give the same answers. It does not look at
// the clock: whoever asks says when a SYN was sent, on the clock of a [Wire] or
// on the real one of a TUN device. It is not safe for concurrent use.
type Network struct {
	hosts   func(netip.Addr) Host
	dice    *rand.Rand
	buckets map[netip.Addr]*bucket // of hosts that limit their rate only
	replies []Reply
}

// NewNetwork makes a network. hosts says who is at an address; it is asked for
// each SYN and gives the same each time.
func NewNetwork(seed uint64, hosts func(netip.Addr) Host) *Network {
	return &Network{
		hosts:   hosts,
		dice:    rand.New(rand.NewPCG(seed, 1)),
		buckets: map[netip.Addr]*bucket{},
	}
}

// Host gives the truth about an address.
func (n *Network) Host(addr netip.Addr) Host { return n.hosts(addr) }

// Reply is an answer that arrives some time after the SYN was sent.
type Reply struct {
	Kind  wire.Kind // Open, Closed or Barred
	After time.Duration
}

// SYN gives the answers to a SYN sent at some time: none when it or they were
// lost or dropped, two for a duplicate. The slice is good until the next call.
func (n *Network) SYN(at time.Time, to netip.AddrPort) []Reply {
	host := n.hosts(to.Addr())
	n.replies = n.replies[:0]
	if host.Dead || n.isLost(host) || !n.takesIn(at, to.Addr(), host) {
		return nil
	}
	kind, ok := host.says(to.Port())
	if !ok {
		return nil
	}
	n.reply(kind, host)
	if host.Duplicate > 0 && n.dice.Float64() < host.Duplicate {
		n.reply(kind, host)
	}
	return n.replies
}

func (n *Network) reply(kind wire.Kind, host Host) {
	if !n.isLost(host) {
		n.replies = append(n.replies, Reply{Kind: kind, After: host.delay(n.dice)})
	}
}

func (n *Network) isLost(host Host) bool {
	return host.Loss > 0 && n.dice.Float64() < host.Loss
}

// takesIn asks the host's token bucket, half a round trip after the SYN was sent.
func (n *Network) takesIn(at time.Time, addr netip.Addr, host Host) bool {
	if host.Rate <= 0 {
		return true
	}
	b, ok := n.buckets[addr]
	if !ok {
		b = &bucket{}
		n.buckets[addr] = b
	}
	return b.take(at.Add(host.RTT/2), host)
}
