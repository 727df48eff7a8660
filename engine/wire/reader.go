package wire

import (
	"encoding/binary"
	"net/netip"
)

// reader makes answers of packets that came in. What is cut off, forged, or meant
// for somebody else is no answer. Checksums are not verified: the system has done
// that, except where the packet never left the machine and has none yet.
type reader struct {
	key   key
	ports sourcePorts
}

// ipv4 reads a packet of IPv4. The answer lacks the time.
func (r *reader) ipv4(b []byte) (Answer, bool) {
	p, ok := parseIPv4(b)
	switch {
	case !ok:
		return Answer{}, false
	case p.protocol == protocolTCP:
		return r.segment(p)
	case p.protocol == protocolICMP && len(p.payload) >= icmpHeader:
		quoted, ok := parseIPv4(p.payload[icmpHeader:])
		return r.refusal(p, quoted, ok, icmpKind(p.payload[0], p.payload[1]))
	}
	return Answer{}, false
}

// ipv6 reads a packet of IPv6.
func (r *reader) ipv6(b []byte) (Answer, bool) {
	p, ok := parseIPv6(b)
	switch {
	case !ok:
		return Answer{}, false
	case p.protocol == protocolTCP:
		return r.segment(p)
	case p.protocol == protocolICMPv6 && len(p.payload) >= icmpHeader:
		quoted, ok := parseIPv6(p.payload[icmpHeader:])
		return r.refusal(p, quoted, ok, icmpv6Kind(p.payload[0], p.payload[1]))
	}
	return Answer{}, false
}

// segment reads the answer to a SYN (RFC 9293 section 3.10.7): SYN and ACK, or RST.
// Both acknowledge the SYN; there are firewalls whose RST acknowledges one less.
func (r *reader) segment(p packet) (Answer, bool) {
	if len(p.payload) < tcpHeader {
		return Answer{}, false
	}
	try, seq, ok := r.expected(flow{
		ours: p.to, theirs: p.from,
		ourPort: binary.BigEndian.Uint16(p.payload[2:]), theirPort: binary.BigEndian.Uint16(p.payload[0:]),
	})
	ahead := binary.BigEndian.Uint32(p.payload[8:]) - seq
	kind := kindOfFlags(p.payload[13])
	if !ok || kind == 0 || ahead > 1 || ahead == 0 && kind == Open {
		return Answer{}, false
	}
	return Answer{Place: netip.AddrPortFrom(p.from, binary.BigEndian.Uint16(p.payload[0:])), Kind: kind, Try: try}, true
}

func kindOfFlags(flags byte) Kind {
	switch flags & (flagFIN | flagSYN | flagRST | flagACK) {
	case flagSYN | flagACK:
		return Open
	case flagRST | flagACK:
		return Closed
	}
	return 0
}

// refusal reads an ICMP error by the SYN that it quotes, of which 8 bytes are
// enough (RFC 792): the ports and the sequence number.
func (r *reader) refusal(p, quoted packet, ok bool, kind Kind) (Answer, bool) {
	if !ok || kind == 0 || quoted.protocol != protocolTCP || len(quoted.payload) < 8 {
		return Answer{}, false
	}
	to := netip.AddrPortFrom(quoted.to, binary.BigEndian.Uint16(quoted.payload[2:]))
	try, seq, ok := r.expected(flow{
		ours: quoted.from, theirs: quoted.to,
		ourPort: binary.BigEndian.Uint16(quoted.payload[0:]), theirPort: to.Port(),
	})
	if !ok || binary.BigEndian.Uint32(quoted.payload[4:]) != seq {
		return Answer{}, false
	}
	if kind == Closed && p.from != quoted.to {
		kind = Barred // somebody else says that the port cannot be reached
	}
	return Answer{Place: to, Kind: kind, Try: try}, true
}

// expected gives the try and the sequence number of the packet that opened a flow,
// if one of ours can have.
func (r *reader) expected(f flow) (try uint8, seq uint32, ok bool) {
	if try, ok = r.ports.try(f.ourPort); !ok {
		return 0, 0, false
	}
	return try, r.key.cookie(f), true
}
