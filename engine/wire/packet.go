package wire

import (
	"encoding/binary"
	"net/netip"
)

// packet is an IP packet as far as it concerns us.
type packet struct {
	from, to netip.Addr
	protocol uint8
	payload  []byte // as far as it was captured or quoted
}

// extensions is how many extension headers are skipped at most. RFC 8200 section
// 4.1 lets four kinds come before a segment, one of them twice.
const extensions = 5

// parseIPv4 reads a header (RFC 791 section 3.1). Fragments other than the first
// are nothing; what follows the packet is cut off.
func parseIPv4(b []byte) (packet, bool) {
	if len(b) < ipv4Header || b[0]>>4 != 4 {
		return packet{}, false
	}
	header, total := int(b[0]&0xf)*4, int(binary.BigEndian.Uint16(b[2:]))
	if header < ipv4Header || header > len(b) || total < header || binary.BigEndian.Uint16(b[6:])&0x1fff != 0 {
		return packet{}, false
	}
	return packet{
		from: netip.AddrFrom4([4]byte(b[12:16])), to: netip.AddrFrom4([4]byte(b[16:20])),
		protocol: b[9], payload: b[header:min(total, len(b))],
	}, true
}

// parseIPv6 reads a header and skips extension headers (RFC 8200 sections 3 and 4).
func parseIPv6(b []byte) (packet, bool) {
	if len(b) < ipv6Header || b[0]>>4 != 6 {
		return packet{}, false
	}
	size := int(binary.BigEndian.Uint16(b[4:]))
	p := packet{
		from: netip.AddrFrom16([16]byte(b[8:24])), to: netip.AddrFrom16([16]byte(b[24:40])),
		protocol: b[6], payload: b[ipv6Header:min(ipv6Header+size, len(b))],
	}
	return p, p.skipExtensions()
}

// skipExtensions goes on to the header of the protocol, and reports whether it is there.
func (p *packet) skipExtensions() bool {
	for range extensions + 1 {
		switch p.protocol {
		case 0, 43, 60: // hop-by-hop options, routing, destination options
			if !p.skip(8, 1) {
				return false
			}
		case 44: // fragment; only the first has ports
			if len(p.payload) < 8 || binary.BigEndian.Uint16(p.payload[2:])&^7 != 0 || !p.skip(8, 0) {
				return false
			}
		default:
			return true
		}
	}
	return false
}

// skip goes over an extension header, of which the second byte counts the units of
// 8 bytes beyond the first, where it does.
func (p *packet) skip(first, counts int) bool {
	if len(p.payload) < first {
		return false
	}
	size := first + counts*8*int(p.payload[1])
	if len(p.payload) < size {
		return false
	}
	p.protocol, p.payload = p.payload[0], p.payload[size:]
	return true
}
