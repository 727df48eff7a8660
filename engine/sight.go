package engine

import (
	"net/netip"
	"slices"
	"strings"
)

// Sight is what a scan can tell about places where an earlier one saw something: that
// the scan did not see it again means that it is gone, or it means nothing. It means
// something only if the scan is [Scan.Complete], was asked to look there, and got an
// answer from the host, if only that a port is closed. A port that is open and told
// nothing does not tell what is fixed there either. The zero Sight tells nothing.
//
// Whoever compares scans asks it, so that none calls gone what another calls unknown.
type Sight struct {
	complete bool
	declared bool            // it was told what to expect
	cves     bool            // it looked up known vulnerabilities
	names    map[Target]bool // canonical targets
	targets  prefixSet
	excluded prefixSet
	tcp, udp []PortRange
	hosts    []netip.Addr      // that answered, sorted
	moving   map[Target]bool   // names that are scanned at one address, and were open at it
	quiet    map[Endpoint]bool // open ports that told nothing
	rules    map[string]bool   // that were looked for; nil is all
	examined Examined
}

// ExposureRule is what the rules of findings begin with that are about a scan's
// expectations.
const ExposureRule = "exposure."

// NewSight of a scan on record, whose ports are valid. Of its findings nothing is used.
func NewSight(r Results) Sight {
	s := Sight{complete: r.Scan.Complete(), declared: r.Scan.Expect != nil, cves: r.Scan.looksUpCVEs(), names: map[Target]bool{}, moving: map[Target]bool{}, quiet: map[Endpoint]bool{}, examined: r.Names}
	for _, t := range r.Scan.Targets {
		s.names[t.Canonical()] = true
	}
	s.targets, s.excluded = newPrefixSet(r.Scan.Targets), newPrefixSet(r.Scan.Exclude)
	s.tcp, _ = r.Scan.Ports.Ranges()
	s.udp, _ = r.Scan.Ports.UDPRanges()
	for _, addr := range r.Hosts {
		s.hosts = append(s.hosts, addr.Unmap())
	}
	slices.SortFunc(s.hosts, netip.Addr.Compare)
	if r.Rules != nil {
		s.rules = make(map[string]bool, len(r.Rules))
	}
	for _, rule := range r.Rules {
		s.rules[rule] = true
	}
	for _, e := range r.Quiet {
		s.quiet[e.port()] = true
	}
	if r.Scan.Profile.Addresses != AllAddresses {
		s.meet(r.Ports)
	}
	return s
}

// meet notes the names that led to an open port.
func (s *Sight) meet(open []Endpoint) {
	for _, e := range open {
		if e.Target.Kind() == TargetDomain {
			s.moving[e.Target.Canonical()] = true
		}
	}
}

// Complete reports whether the scan can tell anything.
func (s Sight) Complete() bool { return s.complete }

// Port reports whether an open port that the scan did not see is closed.
func (s Sight) Port(place Endpoint) bool {
	return s.complete && s.asked(place) && s.answered(place.Addr)
}

// Finding reports whether a finding that the scan did not make is fixed. Findings are
// followed by their target: one of a name is fixed, too, if the name leads elsewhere by
// now, and something answers there. Of a name that is scanned at several addresses it
// cannot be told which one was meant, so its address has to answer. One that is about a
// name itself is at no port: it is fixed if the DNS answered what it is about, see
// [Examined].
// What differs from a declaration only a scan finds that was given one, and known
// vulnerabilities only one that had a list of them; and no scan finds what it was not
// told to look for.
func (s Sight) Finding(rule string, place Endpoint) bool {
	if !s.looksFor(rule) {
		return false
	}
	if place.Port == 0 {
		return s.complete && s.names[place.Target.Canonical()] && (place.Addr.IsValid() || s.examined.tells(rule, place.Target))
	}
	return s.complete && s.asked(place) && !s.isQuiet(place) && (s.answered(place.Addr) || s.moved(place))
}

func (s Sight) looksFor(rule string) bool {
	switch {
	case s.rules != nil && !s.rules[rule]:
		return false
	case strings.HasPrefix(rule, ExposureRule):
		return s.declared
	case rule == RuleKnownVulnerable || rule == RuleExploited:
		return s.cves
	}
	return true
}

// asked reports whether the scan was to look at a place. What is known without a
// transport may be of either.
func (s Sight) asked(place Endpoint) bool {
	return s.askedPort(place) && !s.excluded.contains(place.Addr) &&
		(s.names[place.Target.Canonical()] || s.targets.contains(place.Addr))
}

func (s Sight) askedPort(place Endpoint) bool {
	in := func(r PortRange) bool { return r.First <= place.Port && place.Port <= r.Last }
	tcp, udp := slices.ContainsFunc(s.tcp, in), slices.ContainsFunc(s.udp, in)
	switch place.Transport {
	case TCP:
		return tcp
	case UDP:
		return udp
	}
	return tcp || udp
}

func (s Sight) answered(addr netip.Addr) bool {
	_, ok := slices.BinarySearchFunc(s.hosts, addr.Unmap(), netip.Addr.Compare)
	return ok
}

// isQuiet reports whether a place is open and nothing was learnt about it. What is
// known without a transport may be of either.
func (s Sight) isQuiet(place Endpoint) bool {
	if place.Transport != "" {
		return s.quiet[place.port()]
	}
	tcp, udp := place.port(), place.port()
	tcp.Transport, udp.Transport = TCP, UDP
	return s.quiet[tcp] || s.quiet[udp]
}

// moved reports whether a place is that of a name, and the name led to something open.
func (s Sight) moved(place Endpoint) bool {
	name := place.Target.Canonical()
	return s.moving[name] && (place.Name == "" || Target(place.Name).Canonical() == name)
}

// prefixSet finds the prefix of an address among many: it looks once for each length
// that occurs.
type prefixSet struct {
	prefixes map[netip.Prefix]bool
	lengths  []int
}

func newPrefixSet(targets []Target) prefixSet {
	s := prefixSet{prefixes: map[netip.Prefix]bool{}}
	for _, p := range prefixesOf(targets) {
		s.prefixes[p] = true
		if !slices.Contains(s.lengths, p.Bits()) {
			s.lengths = append(s.lengths, p.Bits())
		}
	}
	return s
}

func (s prefixSet) contains(addr netip.Addr) bool {
	return slices.ContainsFunc(s.lengths, func(bits int) bool {
		p, err := addr.Unmap().Prefix(bits) // fails for lengths of the other family
		return err == nil && s.prefixes[p]
	})
}
