package action

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// place is one entry of a list of targets, and where it stands.
type place struct {
	targets []engine.Target // several for a range
	port    int             // 0 for none
	line    int             // of its file, from 1
}

// parsePlaces reads a list of targets, separated by commas, space and line breaks; #
// begins a comment.
func parsePlaces(name, text string) ([]place, error) {
	var list []place
	line := 0
	for row := range strings.Lines(text) {
		line++
		row, _, _ = strings.Cut(strings.TrimSpace(row), "#")
		isGap := func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }
		for word := range strings.FieldsFuncSeq(row, isGap) {
			one, err := parsePlace(word)
			if err != nil {
				return nil, engine.In(fmt.Sprintf("%s[%d]", name, len(list)), err)
			}
			one.line = line
			list = append(list, one)
		}
	}
	return list, nil
}

// parsePlace reads host, IP, CIDR, range, host:port, [v6]:port or URL.
func parsePlace(word string) (place, error) {
	if strings.Contains(word, "://") {
		return parseURL(word)
	}
	if first, last, ok := strings.Cut(word, "-"); ok {
		if from, err := netip.ParseAddr(first); err == nil {
			return parseRange(word, from, last)
		}
	}
	if addrPort, err := netip.ParseAddrPort(word); err == nil {
		return placeAt(addrPort.Addr().String(), int(addrPort.Port()))
	}
	if host, digits, ok := strings.Cut(word, ":"); ok && !strings.Contains(digits, ":") {
		port, err := strconv.ParseUint(digits, 10, 16)
		if err != nil || port == 0 {
			return place{}, badTarget(word, fmt.Sprintf("%q is no port", digits))
		}
		return placeAt(host, int(port))
	}
	return placeAt(strings.Trim(word, "[]"), 0)
}

func placeAt(host string, port int) (place, error) {
	target := engine.Target(host)
	return place{targets: []engine.Target{target}, port: port}, target.Validate()
}

// parseURL takes the host of a URL, and its port or that of its scheme.
func parseURL(word string) (place, error) {
	u, err := url.Parse(word)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return place{}, badTarget("of a URL", "it has no host, or a user's name in it") // which may be a secret
	}
	known := map[string]string{"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21", "ssh": "22", "redis": "6379"}
	digits := u.Port()
	if digits == "" {
		digits = known[u.Scheme]
	}
	port, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || port == 0 {
		return place{}, badTarget(word, fmt.Sprintf("the port of %s:// is not known", u.Scheme))
	}
	return placeAt(u.Hostname(), int(port))
}

// parseRange reads 192.0.2.1-192.0.2.9 or 192.0.2.1-9 as the fewest CIDRs.
func parseRange(word string, from netip.Addr, end string) (place, error) {
	if from.Is4() && !strings.Contains(end, ".") {
		end = from.String()[:strings.LastIndexByte(from.String(), '.')+1] + end
	}
	to, err := netip.ParseAddr(end)
	if err != nil || to.BitLen() != from.BitLen() || to.Less(from) {
		return place{}, badTarget(word, "it is no range of addresses from a lower to a higher one")
	}
	var p place
	for {
		block := widest(from, to)
		p.targets = append(p.targets, engine.Target(block.String()))
		last := lastOf(block)
		if last == to {
			return p, nil
		}
		from = last.Next()
	}
}

// widest is the largest block that begins at from and does not go beyond to.
func widest(from, to netip.Addr) netip.Prefix {
	for bits := range from.BitLen() {
		block := netip.PrefixFrom(from, bits)
		if block.Masked().Addr() == from && !to.Less(lastOf(block)) {
			return block
		}
	}
	return netip.PrefixFrom(from, from.BitLen())
}

// lastOf is the last address of a block.
func lastOf(block netip.Prefix) netip.Addr {
	bytes := block.Addr().AsSlice()
	for bit := block.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

func badTarget(word, why string) error {
	return &engine.Error{
		Kind: engine.Invalid, Title: "Target is not valid", Detail: fmt.Sprintf("target %q: %s", word, why),
		Hint: "write a host, an IP address, a CIDR, a range such as 192.0.2.1-192.0.2.9, host:port, [v6]:port or a URL",
	}
}

// targetsOf gives the targets of a list.
func targetsOf(list []place) (targets []engine.Target) {
	for _, p := range list {
		targets = append(targets, p.targets...)
	}
	return targets
}

// withPorts adds the ports that targets name to a set; they alone are it where every
// target names one and no set is given.
func withPorts(list []place, ports engine.Ports) engine.Ports {
	var named []string
	all := true
	for _, p := range list {
		if p.port == 0 {
			all = false
		} else if digits := strconv.Itoa(p.port); !slices.Contains(named, digits) {
			named = append(named, digits)
		}
	}
	if len(named) == 0 {
		return ports
	}
	if ports == "" && !all {
		ports = engine.PortsDefault
	}
	if ports != "" {
		named = append([]string{string(ports)}, named...)
	}
	return engine.Ports(strings.Join(named, ","))
}
