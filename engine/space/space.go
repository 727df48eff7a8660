package space

import (
	"fmt"
	"iter"
	"net/netip"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// MaxPlaces is how many places a space may have: what a scan may have
// is smaller by far (all of IPv4 × 65,535 ports is 2^48), and halves of 31 bits fit a word.
const MaxPlaces = 1 << 62

// Space is every permitted address of a task with every port, or a shard of
// that. It is not safe for concurrent use.
//
// The order is: hosts in random order, and of each host its ports in a random
// order that begins elsewhere for each host. So the index of a place is
// (number of the host × ports + number of the port), what is undone of a host is
// one run of indices or a few, and what is known about a host can be forgotten
// when its run is over. Whoever walks the space has several hosts under way at
// the same time, as [Space.All] does.
type Space struct {
	blocks    blocks
	ports     cycle
	hosts     permutation
	scope     engine.Scope
	seed      uint64
	from, to  uint64 // the indices of the whole space that are this shard's
	last      Host   // that At was asked about
	lastGiven bool
}

// New makes the space of prefixes × ports. Prefixes may overlap: each address is
// given out once. Port 0 is reserved (RFC 6335 section 6) and left out. The same
// seed gives the same order. A space of more than [MaxPlaces] is an
// [engine.Limit] error.
func New(prefixes []netip.Prefix, ports []engine.PortRange, scope engine.Scope, seed uint64) (*Space, error) {
	s := &Space{scope: scope, seed: seed, ports: newCycle(ports, seed)}
	most := uint64(MaxPlaces) / uint64(max(1, s.ports.len()))
	addresses, err := s.blocks.add(disjoint(prefixes), most)
	if err != nil {
		return nil, err
	}
	s.hosts = newPermutation(addresses, seed)
	s.to = addresses * uint64(s.ports.len())
	return s, nil
}

func tooLarge(p netip.Prefix) error {
	return &engine.Error{
		Kind: engine.Limit, Title: "Space is too large", Field: "targets",
		Detail: fmt.Sprintf("with %s there are more than %d addresses and ports to try", p, uint64(MaxPlaces)),
		Hint:   "scan smaller ranges or fewer ports",
	}
}

// Len is how many places the space has, the forbidden ones included.
func (s *Space) Len() uint64 { return s.to - s.from }

// Shard gives the i-th of n parts, i below n, that never overlap and together
// are the space; no two differ by more than one host. With fewer hosts than
// parts hosts are cut too, and then no two differ by more than a place.
func (s *Space) Shard(i, n uint64) *Space {
	unit := uint64(1)
	if perHost := uint64(s.ports.len()); perHost > 0 && s.Len()/perHost >= n && s.from%perHost == 0 && s.to%perHost == 0 {
		unit = perHost
	}
	part := *s
	part.lastGiven = false
	part.from = s.from + unit*share(s.Len()/unit, i, n)
	part.to = s.from + unit*share(s.Len()/unit, i+1, n)
	return &part
}

// share is total × i / n without an overflow.
func share(total, i, n uint64) uint64 {
	return total/n*i + total%n*i/n
}

// At gives the i-th place of the random order. ok is false where the scope
// forbids the address. i must be below [Space.Len]. Asking for one host's places
// one after the other is cheap.
func (s *Space) At(i uint64) (place netip.AddrPort, ok bool) {
	if !s.lastGiven || i-s.last.First >= uint64(s.last.Places) {
		s.last, s.lastGiven = s.Host(s.HostOf(i)), true
	}
	if s.last.Forbidden {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(s.last.Addr, s.Port(s.last, int(i-s.last.First))), true
}

// crowd is how many hosts [Space.All] has under way at the same time.
const crowd = 256

// All yields the index and the place of everything permitted, once each, going
// round between many hosts.
func (s *Space) All() iter.Seq2[uint64, netip.AddrPort] {
	return func(yield func(uint64, netip.AddrPort) bool) {
		hosts := make([]Host, 0, crowd)
		for n := range s.Hosts() {
			if h := s.Host(n); !h.Forbidden {
				hosts = append(hosts, h)
			}
			if (len(hosts) == crowd || n == s.Hosts()-1) && !s.each(hosts, yield) {
				return
			}
			if len(hosts) == crowd {
				hosts = hosts[:0]
			}
		}
	}
}

func (s *Space) each(hosts []Host, yield func(uint64, netip.AddrPort) bool) bool {
	for i := range s.ports.len() {
		for _, h := range hosts {
			if i < h.Places && !yield(h.First+uint64(i), netip.AddrPortFrom(h.Addr, s.Port(h, i))) {
				return false
			}
		}
	}
	return true
}

// Contains reports whether place is one the space gives out.
func (s *Space) Contains(place netip.AddrPort) bool {
	slot, ok := s.ports.slot(place.Port())
	if !ok || s.scope.Permit(place.Addr()) != nil {
		return false
	}
	ordinal, ok := s.blocks.ordinal(place.Addr())
	if !ok {
		return false
	}
	perHost := uint64(s.ports.len())
	i := s.hosts.of(ordinal)*perHost + (uint64(slot)+perHost-s.turn(ordinal))%perHost
	return s.from <= i && i < s.to
}

// turn is where in the cycle of ports a host begins.
func (s *Space) turn(ordinal uint64) uint64 {
	return mix(s.seed^mix(ordinal+1)) % uint64(s.ports.len())
}
