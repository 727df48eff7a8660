package wire

import (
	"encoding/binary"
	"math/bits"
)

// Sizes and numbers of the headers (RFC 791 section 3.1, RFC 8200 section 3,
// RFC 9293 section 3.1, the IANA protocol numbers).
const (
	ipv4Header = 20
	ipv6Header = 40
	tcpHeader  = 20

	protocolICMP   = 1
	protocolTCP    = 6
	protocolICMPv6 = 58

	flagFIN = 0x01
	flagSYN = 0x02
	flagRST = 0x04
	flagACK = 0x10

	hops = 64 // the default of the Internet, RFC 1700
)

// synSegment is a SYN as Linux sends it, without the time stamp, so that no
// middlebox takes it for a scan's and small stacks find the options they know:
// maximum segment size 1460 (RFC 9293 section 3.7.1), selective acknowledgement
// permitted (RFC 2018 section 2), window scale 7 (RFC 7323 section 2.2). Ports,
// sequence number and checksum are filled in.
func synSegment() [synSize]byte {
	s := [synSize]byte{12: synSize / 4 << 4, 13: flagSYN}
	binary.BigEndian.PutUint16(s[14:], 64240) // the window: 44 segments of 1460
	copy(s[tcpHeader:], []byte{2, 4, 1460 >> 8, 1460 & 0xff, 4, 2, 1, 3, 3, 7, 1, 1})
	return s
}

const (
	synSize    = tcpHeader + 12
	packetSize = ipv6Header + synSize // of the larger family
)

// writer writes SYN packets.
type writer struct {
	segment [synSize]byte
	sum     uint64 // of what is the same in all segments, and of the pseudo header's rest
}

func newWriter() writer {
	w := writer{segment: synSegment()}
	w.sum = add(protocolTCP+synSize, w.segment[:])
	return w
}

// ipv4 writes a packet and gives its length. The system fills in the checksum of
// the IP header (raw(7)).
func (w *writer) ipv4(p *[packetSize]byte, f flow, seq uint32) int {
	const size = ipv4Header + synSize
	from, to := f.ours.As4(), f.theirs.As4()
	binary.BigEndian.PutUint32(p[0:], 4<<28|ipv4Header/4<<24|size)
	binary.BigEndian.PutUint16(p[4:], uint16(seq>>16)|1) // with 0 the system looks for a number of its own
	binary.BigEndian.PutUint16(p[6:], 0x4000)            // do not fragment
	p[8], p[9], p[10], p[11] = hops, protocolTCP, 0, 0
	copy(p[12:16], from[:])
	copy(p[16:20], to[:])
	w.tcp(p[ipv4Header:size], f, seq, add(w.sum, p[12:20]))
	return size
}

func (w *writer) ipv6(p *[packetSize]byte, f flow, seq uint32) int {
	const size = ipv6Header + synSize
	from, to := f.ours.As16(), f.theirs.As16()
	binary.BigEndian.PutUint32(p[0:], 6<<28)
	binary.BigEndian.PutUint16(p[4:], synSize)
	p[6], p[7] = protocolTCP, hops
	copy(p[8:24], from[:])
	copy(p[24:40], to[:])
	w.tcp(p[ipv6Header:size], f, seq, add(w.sum, p[8:40]))
	return size
}

// tcp writes the segment; sum is that of the pseudo header and of the template.
func (w *writer) tcp(p []byte, f flow, seq uint32, sum uint64) {
	copy(p, w.segment[:])
	binary.BigEndian.PutUint16(p[0:], f.ourPort)
	binary.BigEndian.PutUint16(p[2:], f.theirPort)
	binary.BigEndian.PutUint32(p[4:], seq)
	binary.BigEndian.PutUint16(p[16:], ^fold(add(sum, p[0:8])))
}

// add adds p, of which the length is a multiple of 4, to a sum for the checksum of
// RFC 1071: sums of larger words fold to the same.
func add(sum uint64, p []byte) uint64 {
	for ; len(p) >= 4; p = p[4:] {
		sum += uint64(binary.BigEndian.Uint32(p))
	}
	return sum
}

// fold makes 16 bits of a sum; a carry is added at the low end.
func fold(sum uint64) uint16 {
	words, carry := bits.Add32(uint32(sum>>32), uint32(sum), 0)
	halves := (words >> 16) + (words & 0xffff) + carry
	halves = (halves >> 16) + (halves & 0xffff)
	return uint16(halves>>16 + halves&0xffff)
}
