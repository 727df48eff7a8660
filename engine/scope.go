package engine

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Scope is where packets may go. The zero Scope permits public and private
// addresses and nothing else: not loopback, not link-local, not multicast, not
// reserved ranges (RFC 6890) and not the metadata services of clouds, which
// hand out credentials to whoever asks from the right machine.
type Scope struct {
	// Allow names addresses permitted beyond the default. A metadata address
	// is permitted only by naming that very address, never by a range around it.
	Allow []netip.Prefix
	// Exclude names addresses that are never touched. It wins over Allow.
	Exclude []netip.Prefix
}

// Excluding gives the scope without some targets. Domains among them exclude nothing.
func (s Scope) Excluding(targets []Target) Scope {
	s.Exclude = slices.Concat(s.Exclude, prefixesOf(targets)) // never into the list of another scope
	return s
}

// LoopbackPrefixes gives 127.0.0.0/8 and ::1/128: what the embedded engine and the
// command line add to [Scope.Allow], because their user owns the machine.
func LoopbackPrefixes() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// metadataAddresses are the well-known metadata services: AWS, GCP, Azure,
// OpenStack and others share 169.254.169.254; the rest are single vendors'.
var metadataAddresses = []netip.Addr{
	netip.MustParseAddr("169.254.169.254"),
	netip.MustParseAddr("169.254.170.2"),   // AWS ECS task credentials
	netip.MustParseAddr("169.254.170.23"),  // AWS EKS pod credentials
	netip.MustParseAddr("fd00:ec2::23"),    // AWS EKS pod credentials over IPv6
	netip.MustParseAddr("fd00:ec2::254"),   // AWS over IPv6
	netip.MustParseAddr("fd20:ce::254"),    // GCP over IPv6
	netip.MustParseAddr("100.100.100.200"), // Alibaba
	netip.MustParseAddr("168.63.129.16"),   // Azure platform
	netip.MustParseAddr("192.0.0.192"),     // Oracle
}

// reservedPrefixes are the ranges of RFC 6890 that are neither public nor
// private and so never meant as a target.
var reservedPrefixes = []reservedPrefix{
	{netip.MustParsePrefix("0.0.0.0/8"), "reserved"},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("::/128"), "unspecified"},
	{netip.MustParsePrefix("::1/128"), "loopback"},
	{netip.MustParsePrefix("fe80::/10"), "link-local"},
	{netip.MustParsePrefix("ff00::/8"), "multicast"},
}

type reservedPrefix struct {
	prefix netip.Prefix
	what   string
}

// Permit reports why addr may not be touched, as a [Forbidden] [Error], or nil.
// An IPv4 address in IPv6 clothing is judged as the IPv4 address it is, one that
// carries another also as that.
func (s Scope) Permit(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	if inner, ok := CarriedIPv4(addr); ok {
		if err := s.Permit(inner); err != nil {
			return err
		}
	}
	for _, p := range s.Exclude {
		if p.Contains(addr) {
			return outOfScope(addr.String(), "excluded", "")
		}
	}
	for _, m := range metadataAddresses {
		if m == addr {
			return s.permitMetadata(addr)
		}
	}
	for _, p := range s.Allow {
		if p.Contains(addr) {
			return nil
		}
	}
	for _, r := range reservedPrefixes {
		if r.prefix.Contains(addr) {
			return outOfScope(addr.String(), r.what, "name it in --allow where the engine is started, if it is meant")
		}
	}
	return nil
}

// The ranges of addresses that carry an IPv4 address.
var (
	sixToFour  = netip.MustParsePrefix("2002::/16")
	teredo     = netip.MustParsePrefix("2001::/32")
	nat64      = netip.MustParsePrefix("64:ff9b::/96")
	localNAT64 = netip.MustParsePrefix("64:ff9b:1::/48")
	translated = netip.MustParsePrefix("::ffff:0:0:0/96")
	compatible = netip.MustParsePrefix("::/96")
)

// CarriedIPv4 gives the IPv4 address to which a translator or a tunnel on the way
// delivers what is sent to addr: NAT64 (RFC 6052 section 2.1) and its local prefix (RFC
// 8215), SIIT (RFC 2765 section 2.1), 6to4 (RFC 3056 section 2), Teredo (RFC 4380
// section 4) and the retired IPv4-compatible addresses (RFC 4291 section 2.5.5.1).
// Prefixes that a network has chosen for its own translators cannot be known.
func CarriedIPv4(addr netip.Addr) (netip.Addr, bool) {
	b := addr.As16()
	switch {
	case addr.Is4():
		return netip.Addr{}, false
	case sixToFour.Contains(addr):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	case teredo.Contains(addr): // the client's, its bits inverted
		return netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]}), true
	case localNAT64.Contains(addr) && [4]byte(b[12:]) == [4]byte{}: // a prefix of 48 bits (RFC 6052 section 2.2)
		return netip.AddrFrom4([4]byte{b[6], b[7], b[9], b[10]}), true
	case nat64.Contains(addr), localNAT64.Contains(addr), translated.Contains(addr),
		compatible.Contains(addr) && !addr.IsUnspecified() && !addr.IsLoopback():
		return netip.AddrFrom4([4]byte(b[12:])), true
	}
	return netip.Addr{}, false
}

func (s Scope) permitMetadata(addr netip.Addr) error {
	for _, p := range s.Allow {
		if p.IsSingleIP() && p.Addr() == addr {
			return nil
		}
	}
	return outOfScope(addr.String(), "a cloud metadata service", "name the address itself in --allow where the engine is started, if it is meant")
}

// PermitTarget applies [Scope.Permit] to what can be known of a target before
// names are resolved: an address, or a CIDR that lies wholly in a refused
// range. What lies partly in one is scanned without that part.
func (s Scope) PermitTarget(t Target) error {
	prefix, ok := t.Prefix()
	if !ok {
		return nil
	}
	if prefix.IsSingleIP() {
		return s.Permit(prefix.Addr())
	}
	for _, p := range s.Exclude {
		if covers(p, prefix) {
			return outOfScope(string(t), "excluded", "")
		}
	}
	for _, r := range reservedPrefixes {
		if covers(r.prefix, prefix) && !s.overlapsAllowed(prefix) {
			return outOfScope(string(t), r.what, "name it in --allow where the engine is started, if it is meant")
		}
	}
	return nil
}

func (s Scope) overlapsAllowed(prefix netip.Prefix) bool {
	for _, p := range s.Allow {
		if p.Overlaps(prefix) {
			return true
		}
	}
	return false
}

func covers(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

func outOfScope(what, why, hint string) error {
	return &Error{
		Kind:   Forbidden,
		Title:  "Target is out of scope",
		Detail: fmt.Sprintf("%s is %s", what, why),
		Hint:   hint,
	}
}

// ParsePrefixes reads a comma list of addresses and CIDRs.
func ParsePrefixes(list string) ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		prefix, ok := Target(item).Prefix()
		if !ok {
			return nil, &Error{Kind: Invalid, Title: "Address range is not valid", Detail: fmt.Sprintf("%q is neither an address nor a CIDR", item), Hint: "write a comma list such as 192.0.2.0/24,2001:db8::1"}
		}
		prefixes = append(prefixes, prefix)
	}
	return prefixes, nil
}
