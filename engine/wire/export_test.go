package wire

import (
	"net/netip"

	"golang.org/x/net/bpf"
)

// Reader reads packets with a key that is known.
type Reader = reader

// NewReader makes one.
func NewReader(key [2]uint64, ports uint16) *Reader {
	return &reader{key: key, ports: sourcePorts(ports)}
}

// IPv4 reads a packet.
func (r *reader) IPv4(b []byte) (Answer, bool) { return r.ipv4(b) }

// IPv6 reads a packet.
func (r *reader) IPv6(b []byte) (Answer, bool) { return r.ipv6(b) }

// Packet writes the SYN that opens a flow.
func Packet(key [2]uint64, from, to netip.AddrPort) []byte {
	f := flow{ours: from.Addr(), theirs: to.Addr(), ourPort: from.Port(), theirPort: to.Port()}
	var p [packetSize]byte
	w := newWriter()
	if from.Addr().Is4() {
		return p[:w.ipv4(&p, f, cookie(key, f))]
	}
	return p[:w.ipv6(&p, f, cookie(key, f))]
}

func cookie(k key, f flow) uint32 { return k.cookie(f) }

// SumWords is SipHash-2-4 of whole words.
func SumWords(k [2]uint64, words ...uint64) uint64 {
	h := key(k).start()
	for _, w := range words {
		h.word(w)
	}
	return h.sum(uint64(8 * len(words)))
}

// The filters, for ports from one on.
func FilterIPv4(ports uint16) []bpf.Instruction { return filterIPv4(sourcePorts(ports)) }

// FilterIPv6 is the one for IPv6.
func FilterIPv6(ports uint16) []bpf.Instruction { return filterIPv6(sourcePorts(ports)) }

// Captured is how much of a packet is looked at.
const Captured = captured
