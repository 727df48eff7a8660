package wire

const icmpHeader = 8 // before what is quoted, RFC 792 and RFC 4443 section 3.1

// icmpKind is what an ICMP error says (RFC 792, RFC 1812 section 5.2.7.1), 0 for
// one that says nothing about whether a port can be reached. Port unreachable is
// [Closed] only from the host itself.
func icmpKind(kind, code byte) Kind {
	const unreachable = 3
	switch {
	case kind != unreachable:
		return 0
	case code == 3: // port
		return Closed
	case code == 4 || code == 5 || code > 15: // too large, source route failed, unknown
		return 0
	}
	return Barred // net, host or protocol; unknown, isolated or prohibited
}

// icmpv6Kind is the same of ICMPv6 (RFC 4443 section 3.1).
func icmpv6Kind(kind, code byte) Kind {
	const unreachable = 1
	switch {
	case kind != unreachable || code > 7:
		return 0
	case code == 4: // port
		return Closed
	}
	return Barred // no route, prohibited, beyond the scope, no such address, policy, rejected
}
