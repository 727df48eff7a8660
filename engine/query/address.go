package query

import (
	"net/netip"
	"strings"
)

// Addrs reads an address or a network, and gives its first and last address.
// IPv4 in IPv6 form is IPv4; zones are refused.
func Addrs(text string) (first, last netip.Addr, ok bool) {
	if addr, ok := parseAddr(text); ok {
		return addr, addr, true
	}
	prefix, ok := parsePrefix(text)
	if !ok {
		return netip.Addr{}, netip.Addr{}, false
	}
	return prefix.Addr(), lastAddr(prefix), true
}

func parseAddr(text string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(text)
	return addr.Unmap(), err == nil && addr.Zone() == ""
}

// parsePrefix reads a network; bits of the host are dropped.
func parsePrefix(text string) (netip.Prefix, bool) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	if prefix.Addr().Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
	}
	return prefix.Masked(), true
}

func lastAddr(prefix netip.Prefix) netip.Addr {
	raw := prefix.Addr().AsSlice()
	for bit := prefix.Bits(); bit < len(raw)*8; bit++ {
		raw[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(raw)
	return last
}

// octetPrefix reads 192.168.* and the like as a network.
func octetPrefix(pattern string) (netip.Prefix, bool) {
	start, starred := strings.CutSuffix(pattern, ".*")
	dots := strings.Count(start, ".")
	if !starred || dots > 2 {
		return netip.Prefix{}, false
	}
	for strings.HasSuffix(start, ".*") && dots > 0 {
		start = strings.TrimSuffix(start, ".*") // 10.*.* is 10.*
		dots--
	}
	addr, ok := parseAddr(start + strings.Repeat(".0", 3-dots))
	return netip.PrefixFrom(addr, 8*(dots+1)), ok
}
