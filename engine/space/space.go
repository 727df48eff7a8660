package space

import (
	"encoding/binary"
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"sort"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// MaxPlaces is how many places a space may have: what a plan allows is smaller
	// by far (a /16 × 65,535 ports is 2^32), and halves of 31 bits fit a word.
	MaxPlaces = 1 << 62
	// rememberedAddresses is up to how many addresses the scope's verdict on each is
	// kept: a byte each, and a task has at most [engine.TaskAddresses].
	rememberedAddresses = 1 << 16
)

// Space is every permitted address of a task with every port. It is not safe for
// concurrent use.
type Space struct {
	blocks   []block
	ports    []uint16
	order    permutation
	scope    engine.Scope
	verdicts []verdict // by ordinal of the address; nil when there are too many
}

// block is a prefix and how many addresses come before it.
type block struct {
	prefix netip.Prefix
	before uint64
}

type verdict uint8

const (
	unknown verdict = iota
	permitted
	refused
)

// New makes the space of prefixes × ports, the ports in rising order as
// [engine.Ports.Ranges] gives them. Prefixes may overlap: each address is
// given out once. The same seed gives the same order. A space of more than
// [MaxPlaces] is an [engine.Limit] error.
func New(prefixes []netip.Prefix, ports []engine.PortRange, scope engine.Scope, seed uint64) (*Space, error) {
	s := &Space{ports: slices.Collect(engine.Each(ports)), scope: scope}
	addresses, err := s.addBlocks(disjoint(prefixes))
	if err != nil {
		return nil, err
	}
	if addresses <= rememberedAddresses {
		s.verdicts = make([]verdict, addresses)
	}
	s.order = newPermutation(addresses*uint64(len(s.ports)), seed)
	return s, nil
}

func (s *Space) addBlocks(prefixes []netip.Prefix) (addresses uint64, err error) {
	most := MaxPlaces / uint64(max(1, len(s.ports)))
	for _, p := range prefixes {
		n := uint64(engine.Target(p.String()).AddressCount())
		if n > most-addresses {
			return 0, tooLarge(p)
		}
		s.blocks = append(s.blocks, block{prefix: p, before: addresses})
		addresses += n
	}
	return addresses, nil
}

func tooLarge(p netip.Prefix) error {
	return &engine.Error{
		Kind: engine.Limit, Title: "Space is too large", Field: "targets",
		Detail: fmt.Sprintf("with %s there are more than %d addresses and ports to try", p, uint64(MaxPlaces)),
		Hint:   "scan smaller ranges or fewer ports",
	}
}

// Len is how many places the space has, the forbidden ones included.
func (s *Space) Len() uint64 { return s.order.size }

// At gives the i-th place of the random order. ok is false where the scope
// forbids the address. i must be below [Space.Len].
func (s *Space) At(i uint64) (place netip.AddrPort, ok bool) {
	n := s.order.at(i)
	perHost := uint64(len(s.ports))
	ordinal := n / perHost
	addr := s.addr(ordinal)
	if !s.permits(ordinal, addr) {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(addr, s.ports[n%perHost]), true
}

// All yields the index and the place of everything permitted, in the random order.
func (s *Space) All() iter.Seq2[uint64, netip.AddrPort] {
	return func(yield func(uint64, netip.AddrPort) bool) {
		for i := range s.Len() {
			if place, ok := s.At(i); ok && !yield(i, place) {
				return
			}
		}
	}
}

// Contains reports whether place is one the space gives out.
func (s *Space) Contains(place netip.AddrPort) bool {
	_, hasPort := slices.BinarySearch(s.ports, place.Port())
	return hasPort && s.scope.Permit(place.Addr()) == nil &&
		slices.ContainsFunc(s.blocks, func(b block) bool { return b.prefix.Contains(place.Addr()) })
}

func (s *Space) addr(ordinal uint64) netip.Addr {
	i := sort.Search(len(s.blocks), func(i int) bool { return s.blocks[i].before > ordinal }) - 1
	return offset(s.blocks[i].prefix.Addr(), ordinal-s.blocks[i].before)
}

func (s *Space) permits(ordinal uint64, addr netip.Addr) bool {
	if s.verdicts == nil {
		return s.scope.Permit(addr) == nil
	}
	if s.verdicts[ordinal] == unknown {
		s.verdicts[ordinal] = permitted
		if s.scope.Permit(addr) != nil {
			s.verdicts[ordinal] = refused
		}
	}
	return s.verdicts[ordinal] == permitted
}

// disjoint gives the same addresses as sorted prefixes that do not overlap. Two
// prefixes either nest or share nothing, so dropping the nested ones is enough.
func disjoint(prefixes []netip.Prefix) []netip.Prefix {
	sorted := make([]netip.Prefix, 0, len(prefixes))
	for _, p := range prefixes {
		sorted = append(sorted, p.Masked())
	}
	slices.SortFunc(sorted, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	kept := sorted[:0]
	for _, p := range sorted {
		if len(kept) == 0 || !kept[len(kept)-1].Overlaps(p) {
			kept = append(kept, p)
		}
	}
	return kept
}

// offset adds n to the host part of an address; the low 64 bits are enough,
// because no space is larger.
func offset(addr netip.Addr, n uint64) netip.Addr {
	if addr.Is4() {
		b := addr.As4()
		binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(n))
		return netip.AddrFrom4(b)
	}
	b := addr.As16()
	binary.BigEndian.PutUint64(b[8:], binary.BigEndian.Uint64(b[8:])+n)
	return netip.AddrFrom16(b)
}
