package engine

import (
	"fmt"
	"math"
	"net/netip"
	"strings"
)

// Limits of a target.
const (
	// MaxNameLength is the longest domain name in characters, RFC 1035 section 2.3.4
	// (255 octets on the wire, less the length octets of the first and the root label).
	MaxNameLength = 253
	// MaxLabelLength is the longest label of a domain name, RFC 1035 section 2.3.4.
	MaxLabelLength = 63
)

// Target is one thing to scan as the user wrote it: an IPv4 or IPv6 address, a
// CIDR or a domain name. URLs, wildcards and ports are not targets.
type Target string

// TargetKind says which sort of target a [Target] is.
type TargetKind string

// The kinds of target.
const (
	TargetIP     TargetKind = "ip"
	TargetCIDR   TargetKind = "cidr"
	TargetDomain TargetKind = "domain"
)

// Validate reports why t cannot be scanned, as an [Invalid] [Error] whose hint
// says what to write instead, or nil.
func (t Target) Validate() error {
	s := string(t)
	switch {
	case strings.TrimSpace(s) == "":
		return badTarget(t, "it is empty", "write an address, a CIDR or a domain name")
	case strings.TrimSpace(s) != s:
		return badTarget(t, "it has space around it", fmt.Sprintf("write %q", strings.TrimSpace(s)))
	case strings.Contains(s, "://"):
		return badTarget(t, "it is a URL", fmt.Sprintf("write only the host: %q", hostOfURL(s)))
	case strings.ContainsAny(s, "*?"):
		return badTarget(t, "wildcards cannot be scanned", "list the names, or scan a CIDR")
	}
	if strings.Contains(s, "/") {
		return t.validateCIDR()
	}
	if addr, err := netip.ParseAddr(s); err == nil {
		if addr.Zone() != "" {
			return badTarget(t, "it has a zone", fmt.Sprintf("write %q", addr.WithZone("").String()))
		}
		return nil
	}
	return t.validateName()
}

func (t Target) validateCIDR() error {
	address, _, _ := strings.Cut(string(t), "/")
	if _, err := netip.ParsePrefix(string(t)); err == nil {
		return nil
	}
	if addr, err := netip.ParseAddr(address); err == nil {
		return badTarget(t, "its prefix length is not valid", fmt.Sprintf("write a number from 0 to %d after the slash", addr.BitLen()))
	}
	return badTarget(t, "it is neither a CIDR nor a name", `write a CIDR as "192.0.2.0/24", or only the host of a URL`)
}

// validateName applies RFC 1123 section 2.1 (letters, digits, hyphens), with the
// underscore that real names use, and RFC 3696 section 2: a last label of
// digits only is a misspelt address, not a domain. One of digits and hyphens is a range
// as other scanners write it, which a resolver would be asked for in vain.
func (t Target) validateName() error {
	name := strings.TrimSuffix(string(t), ".")
	if host, port, ok := strings.Cut(name, ":"); ok && isDigits(port) {
		return badTarget(t, "it has a port", fmt.Sprintf("write %q, and the port in ports", host))
	}
	if len(name) > MaxNameLength {
		return badTarget(t, fmt.Sprintf("it has %d characters, a name has at most %d", len(name), MaxNameLength), "")
	}
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if why := badLabel(label); why != "" {
			return badTarget(t, why, "write an address, a CIDR or a domain name")
		}
	}
	switch last := labels[len(labels)-1]; {
	case isDigits(last):
		return badTarget(t, "it looks like an address, but is none", "an IPv4 address is four numbers from 0 to 255")
	case len(labels) > 1 && isDigits(strings.ReplaceAll(last, "-", "")):
		return badTarget(t, "it looks like a range of addresses", `write the range as CIDRs such as "192.0.2.0/24", or list its addresses`)
	}
	return nil
}

func badLabel(label string) string {
	switch {
	case label == "":
		return "it has an empty label"
	case len(label) > MaxLabelLength:
		return fmt.Sprintf("a label has %d characters, at most %d are allowed", len(label), MaxLabelLength)
	case label[0] == '-' || label[len(label)-1] == '-':
		return "a label starts or ends with a hyphen"
	}
	for _, r := range label {
		if r > 127 {
			return fmt.Sprintf("the character %q is not ASCII; write the name in its xn-- form", r)
		}
		if !isNameByte(byte(r)) {
			return fmt.Sprintf("the character %q is not allowed in a name", r)
		}
	}
	return ""
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func hostOfURL(s string) string {
	_, rest, _ := strings.Cut(s, "://")
	host, _, _ := strings.Cut(rest, "/")
	if name, port, ok := strings.Cut(host, ":"); ok && isDigits(port) {
		return name
	}
	return host
}

func badTarget(t Target, why, hint string) error {
	return &Error{
		Kind:   Invalid,
		Title:  "Target is not valid",
		Detail: fmt.Sprintf("target %q: %s", string(t), why),
		Hint:   hint,
	}
}

// Kind says what t is. It is meaningful only for a target that validates.
func (t Target) Kind() TargetKind {
	if strings.Contains(string(t), "/") {
		return TargetCIDR
	}
	if _, err := netip.ParseAddr(string(t)); err == nil {
		return TargetIP
	}
	return TargetDomain
}

// Prefix gives the addresses of an address or a CIDR as a masked prefix, an
// IPv4-mapped IPv6 address as the IPv4 address it is. ok is false for a domain.
func (t Target) Prefix() (prefix netip.Prefix, ok bool) {
	if addr, err := netip.ParseAddr(string(t)); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	p, err := netip.ParsePrefix(string(t))
	if err != nil {
		return netip.Prefix{}, false
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

// Canonical gives the one form all spellings of the same target share:
// "EXAMPLE.com." is "example.com", "192.168.1.7/24" is "192.168.1.0/24", a
// CIDR of one address is that address.
func (t Target) Canonical() Target {
	prefix, ok := t.Prefix()
	switch {
	case !ok:
		return Target(strings.ToLower(strings.TrimSuffix(string(t), ".")))
	case prefix.IsSingleIP():
		return Target(prefix.Addr().String())
	}
	return Target(prefix.String())
}

// AddressCount is how many addresses t stands for: 1 for an address or a
// domain, the size of a CIDR, at most [math.MaxInt64].
func (t Target) AddressCount() int64 {
	prefix, ok := t.Prefix()
	if !ok {
		return 1
	}
	bits := prefix.Addr().BitLen() - prefix.Bits()
	if bits >= 63 {
		return math.MaxInt64
	}
	return 1 << bits
}

// ValidateTargets validates a whole list; the error's field is the position of
// the guilty target: "[3]".
func ValidateTargets(targets []Target) error {
	if len(targets) == 0 {
		return &Error{Kind: Invalid, Title: "No targets", Detail: "the list of targets is empty", Hint: "name at least one address, CIDR or domain"}
	}
	for i, t := range targets {
		if err := t.Validate(); err != nil {
			return In(fmt.Sprintf("[%d]", i), err)
		}
	}
	return nil
}

// AddressCount adds up the addresses of targets, at most [math.MaxInt64]. This
// is also the scan's price in coins: one per address or domain.
func AddressCount(targets []Target) int64 {
	var sum int64
	for _, t := range targets {
		n := t.AddressCount()
		if sum > math.MaxInt64-n {
			return math.MaxInt64
		}
		sum += n
	}
	return sum
}
