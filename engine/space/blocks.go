package space

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"sort"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// blocks are the addresses of a space, each with an ordinal.
type blocks []block

// block is a prefix and how many addresses come before it.
type block struct {
	prefix netip.Prefix
	before uint64
}

// add takes prefixes that do not overlap, of at most so many addresses together.
func (b *blocks) add(prefixes []netip.Prefix, most uint64) (addresses uint64, err error) {
	for _, p := range prefixes {
		n := uint64(engine.Target(p.String()).AddressCount())
		if n > most-addresses {
			return 0, tooLarge(p)
		}
		*b = append(*b, block{prefix: p, before: addresses})
		addresses += n
	}
	return addresses, nil
}

func (b blocks) addr(ordinal uint64) netip.Addr {
	i := sort.Search(len(b), func(i int) bool { return b[i].before > ordinal }) - 1
	return offset(b[i].prefix.Addr(), ordinal-b[i].before)
}

// ordinal is the inverse of addr. The blocks are sorted and do not overlap, so
// only the last that begins at or before addr can contain it.
func (b blocks) ordinal(addr netip.Addr) (uint64, bool) {
	i := sort.Search(len(b), func(i int) bool { return b[i].prefix.Addr().Compare(addr) > 0 }) - 1
	if i < 0 || !b[i].prefix.Contains(addr) {
		return 0, false
	}
	return b[i].before + low(addr) - low(b[i].prefix.Addr()), true
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

// low is the part of an address that offset adds to.
func low(addr netip.Addr) uint64 {
	if addr.Is4() {
		b := addr.As4()
		return uint64(binary.BigEndian.Uint32(b[:]))
	}
	b := addr.As16()
	return binary.BigEndian.Uint64(b[8:])
}
