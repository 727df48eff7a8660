package space

import (
	"math/bits"
	"slices"
)

// permutation maps 0 … size-1 onto itself in an order that looks random, so that
// neighbouring probes go to different hosts, without remembering any of it.
//
// It is a Feistel network over the smallest even number of bits that holds size:
// each round replaces (left, right) by (right, left xor f(right)), which can be
// undone whatever f is, so the network is a bijection on that power of four.
// What lands beyond size is sent through again ("cycle walking", Black and
// Rogaway, Ciphers with Arbitrary Finite Domains, section 4): since the walk follows a
// cycle of a bijection it comes back below size, on average within four rounds.
type permutation struct {
	size uint64
	half uint // bits of one half
	keys [rounds]uint64
}

// rounds is how often the halves are mixed. Three make the network look random
// (Luby and Rackoff), one more looks so backwards too; nothing here is secret.
const rounds = 4

func newPermutation(size, seed uint64) permutation {
	p := permutation{size: size, half: max(1, (uint(bits.Len64(size))+1)/2)}
	for i := range p.keys {
		seed += 0x9e3779b97f4a7c15
		p.keys[i] = mix(seed)
	}
	return p
}

// at gives the place of index i, which must be below size.
func (p permutation) at(i uint64) uint64 {
	for i = p.shuffle(i); i >= p.size; {
		i = p.shuffle(i)
	}
	return i
}

func (p permutation) shuffle(i uint64) uint64 {
	mask := uint64(1)<<p.half - 1
	left, right := i>>p.half, i&mask
	for _, key := range p.keys {
		left, right = right, left^(mix(right^key)&mask)
	}
	return left<<p.half | right
}

// of is the inverse of at.
func (p permutation) of(place uint64) uint64 {
	for place = p.unshuffle(place); place >= p.size; {
		place = p.unshuffle(place)
	}
	return place
}

func (p permutation) unshuffle(i uint64) uint64 {
	mask := uint64(1)<<p.half - 1
	left, right := i>>p.half, i&mask
	for _, key := range slices.Backward(p.keys[:]) {
		left, right = right^(mix(left^key)&mask), left
	}
	return left<<p.half | right
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood, Fast Splittable
// Pseudorandom Number Generators, figure 16, constants of Stafford's variant 13).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
