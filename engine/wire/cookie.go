package wire

import (
	"crypto/rand"
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// flow is the two ends of an attempt.
type flow struct {
	ours, theirs       netip.Addr
	ourPort, theirPort uint16
}

// key makes the cookies of one run. Nothing is remembered of the packets that were
// sent: the sequence number of each is a cookie of its flow, and an answer counts
// only with the number that nobody knows who has not seen the packet. That is the
// idea of SYN cookies (RFC 4987 section 3.6) from the other side. A blind forger
// hits one in 2^32.
type key [2]uint64

func newKey() key {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails, and ends the program if the system has no randomness
	return key{binary.LittleEndian.Uint64(b[:8]), binary.LittleEndian.Uint64(b[8:])}
}

// cookie is the sequence number of the packet that opens a flow.
func (k key) cookie(f flow) uint32 {
	ports := uint64(f.ourPort)<<16 | uint64(f.theirPort)
	h := k.start()
	size := uint64(16)
	if f.theirs.Is4() {
		from, to := f.ours.As4(), f.theirs.As4()
		h.word(uint64(binary.BigEndian.Uint32(from[:]))<<32 | uint64(binary.BigEndian.Uint32(to[:])))
	} else {
		from, to := f.ours.As16(), f.theirs.As16()
		h.word(binary.BigEndian.Uint64(from[:8]))
		h.word(binary.BigEndian.Uint64(from[8:]))
		h.word(binary.BigEndian.Uint64(to[:8]))
		h.word(binary.BigEndian.Uint64(to[8:]))
		size = 40
	}
	h.word(ports)
	return uint32(h.sum(size))
}

// sip is the state of SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast
// short-input PRF", 2012, section 2), fed with whole words.
type sip struct{ v0, v1, v2, v3 uint64 }

func (k key) start() sip {
	return sip{k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d, k[0] ^ 0x6c7967656e657261, k[1] ^ 0x7465646279746573}
}

func (s *sip) word(m uint64) {
	s.v3 ^= m
	s.round()
	s.round()
	s.v0 ^= m
}

// sum ends the hash of a message of size bytes, a multiple of 8.
func (s *sip) sum(size uint64) uint64 {
	s.word(size << 56)
	s.v2 ^= 0xff
	for range 4 {
		s.round()
	}
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3
}

func (s *sip) round() {
	s.v0 += s.v1
	s.v1 = bits.RotateLeft64(s.v1, 13) ^ s.v0
	s.v0 = bits.RotateLeft64(s.v0, 32)
	s.v2 += s.v3
	s.v3 = bits.RotateLeft64(s.v3, 16) ^ s.v2
	s.v0 += s.v3
	s.v3 = bits.RotateLeft64(s.v3, 21) ^ s.v0
	s.v2 += s.v1
	s.v1 = bits.RotateLeft64(s.v1, 17) ^ s.v2
	s.v2 = bits.RotateLeft64(s.v2, 32)
}
