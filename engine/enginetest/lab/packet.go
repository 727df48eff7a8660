package lab

import (
	"encoding/binary"
	"net/netip"
)

// What the responder reads and writes: IPv4 (RFC 791) without options, TCP
// (RFC 9293 section 3.1), ICMP (RFC 792). Multi-byte fields are big-endian.
const (
	ipHeader   = 20
	tcpHeader  = 20
	icmpHeader = 8
	mssOption  = 4

	protocolICMP = 1
	protocolTCP  = 6

	flagFIN = 0x01
	flagSYN = 0x02
	flagRST = 0x04
	flagACK = 0x10

	// maxReply is the longest reply: ICMP with the header and 8 bytes of what it is about.
	maxReply = ipHeader + icmpHeader + ipHeader + 8
)

// segment is a TCP segment that came from the scanner.
type segment struct {
	packet   []byte // from the IPv4 header to the end of the TCP header's fixed part, at least
	from, to [4]byte
	place    netip.AddrPort // to, with its port
	port     uint16         // from
	seq, ack uint32
	flags    byte
	length   uint32 // of the data
}

// parseSegment reads a packet; ok is false for what is not TCP over IPv4, or a fragment.
func parseSegment(p []byte) (s segment, ok bool) {
	if len(p) < ipHeader+tcpHeader || p[0]>>4 != 4 || p[9] != protocolTCP || binary.BigEndian.Uint16(p[6:])&0x3fff != 0 {
		return segment{}, false
	}
	start := int(p[0]&0x0f) * 4
	total := int(binary.BigEndian.Uint16(p[2:]))
	if start < ipHeader || total > len(p) || start+tcpHeader > total {
		return segment{}, false
	}
	tcp := p[start:total]
	s = segment{
		packet: p, from: [4]byte(p[12:]), to: [4]byte(p[16:]),
		port: binary.BigEndian.Uint16(tcp), seq: binary.BigEndian.Uint32(tcp[4:]), ack: binary.BigEndian.Uint32(tcp[8:]),
		flags: tcp[13],
	}
	s.place = netip.AddrPortFrom(netip.AddrFrom4(s.to), binary.BigEndian.Uint16(tcp[2:]))
	s.length = uint32(max(0, len(tcp)-int(tcp[12]>>4)*4))
	return s, true
}

// reply is a packet on its way back.
type reply struct {
	due    int64 // nanoseconds of the responder's clock
	length uint8
	bytes  [maxReply]byte
}

func (r *reply) packet() []byte { return r.bytes[:r.length] }

// tcp writes an answer to a segment.
func (r *reply) tcp(s segment, flags byte, seq, ack uint32) {
	length := tcpHeader
	if flags&flagSYN != 0 {
		length += mssOption
	}
	r.ip(s.to, s.from, protocolTCP, length)
	t := r.bytes[ipHeader : ipHeader+length]
	clear(t)
	binary.BigEndian.PutUint16(t, s.place.Port())
	binary.BigEndian.PutUint16(t[2:], s.port)
	binary.BigEndian.PutUint32(t[4:], seq)
	binary.BigEndian.PutUint32(t[8:], ack)
	t[12] = byte(length / 4 << 4)
	t[13] = flags
	binary.BigEndian.PutUint16(t[14:], 65535) // window
	if flags&flagSYN != 0 {
		copy(t[tcpHeader:], []byte{2, mssOption, 1460 >> 8, 1460 & 0xff})
	}
	// The pseudo header (RFC 9293 section 3.1): addresses, protocol, length.
	sum := add(uint32(protocolTCP)+uint32(length), r.bytes[12:20])
	binary.BigEndian.PutUint16(t[16:], fold(add(sum, t)))
}

// prohibited writes what a router says that lets nothing pass: destination
// unreachable, communication administratively prohibited (RFC 1812 section 5.2.7.1).
func (r *reply) prohibited(s segment, router [4]byte) {
	about := s.packet[:ipHeader+8]
	r.ip(router, s.from, protocolICMP, icmpHeader+len(about))
	m := r.bytes[ipHeader : ipHeader+icmpHeader+len(about)]
	clear(m[:icmpHeader])
	m[0], m[1] = 3, 13
	copy(m[icmpHeader:], about)
	binary.BigEndian.PutUint16(m[2:], fold(add(0, m)))
}

func (r *reply) ip(from, to [4]byte, protocol byte, length int) {
	r.length = uint8(ipHeader + length)
	h := r.bytes[:ipHeader]
	clear(h)
	h[0] = 4<<4 | ipHeader/4
	binary.BigEndian.PutUint16(h[2:], uint16(r.length))
	h[6] = 0x40 // do not fragment
	h[8] = 64   // hops
	h[9] = protocol
	copy(h[12:], from[:])
	copy(h[16:], to[:])
	binary.BigEndian.PutUint16(h[10:], fold(add(0, h)))
}

// add and fold are the Internet checksum (RFC 1071).
func add(sum uint32, b []byte) uint32 {
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(b[0])<<8 | uint32(b[1])
	}
	return sum
}

func fold(sum uint32) uint16 {
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}
