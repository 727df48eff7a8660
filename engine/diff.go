package engine

import (
	"cmp"
	"net/netip"
	"slices"
)

// Diff is what changed from one scan to a later one. A finding is followed by its
// fingerprint, a port by its address and transport. Lists are never nil.
type Diff struct {
	Base     ScanID `json:"base"`
	Scan     ScanID `json:"scan"`
	Complete bool   `json:"complete"` // see [Scan.Complete]; if not, nothing is fixed or closed

	New       []Finding        `json:"new"`
	Fixed     []Finding        `json:"fixed"`
	Changed   []ChangedFinding `json:"changed"` // its severity or evidence
	Unknown   []Finding        `json:"unknown"` // not seen again, but the later scan cannot tell
	Unchanged int              `json:"unchanged"`

	OpenedPorts []Endpoint `json:"opened_ports"`
	ClosedPorts []Endpoint `json:"closed_ports"`
}

// ChangedFinding is a finding as the base has it and as it is now.
type ChangedFinding struct {
	Before Finding `json:"before"`
	Now    Finding `json:"now"`
}

// Results are what a scan found.
type Results struct {
	Scan     Scan
	Findings []Finding
	Ports    []Endpoint
}

// Complete reports whether what the scan did not find is not there: it is done, every
// part of it was, and it reached a host.
func (s *Scan) Complete() bool {
	return s.State() == StateDone && s.Summary.TasksFailed == 0 && s.Summary.HostsUp > 0
}

// Compare says what changed from base to now. What now was not asked to look at, or
// could not, is unknown and never fixed.
func Compare(base, now Results) Diff {
	d := Diff{
		Base: base.Scan.ID, Scan: now.Scan.ID, Complete: now.Scan.Complete(),
		New: []Finding{}, Fixed: []Finding{}, Changed: []ChangedFinding{}, Unknown: []Finding{},
	}
	seen := newSight(now.Scan)
	d.compareFindings(base.Findings, now.Findings, seen)
	d.comparePorts(base.Ports, now.Ports, seen)
	return d
}

func (d *Diff) compareFindings(base, now []Finding, seen sight) {
	before := make(map[string]*Finding, len(base))
	for i := range base {
		before[base[i].Fingerprint] = &base[i]
	}
	for _, f := range now {
		old, ok := before[f.Fingerprint]
		switch {
		case !ok:
			d.New = append(d.New, f)
		case old.Severity != f.Severity || old.Evidence != f.Evidence:
			d.Changed = append(d.Changed, ChangedFinding{Before: *old, Now: f})
		default:
			d.Unchanged++
		}
		delete(before, f.Fingerprint)
	}
	for _, f := range base {
		switch {
		case before[f.Fingerprint] == nil:
		case d.Complete && seen.finding(&f):
			d.Fixed = append(d.Fixed, f)
		default:
			d.Unknown = append(d.Unknown, f)
		}
	}
}

func (d *Diff) comparePorts(base, now []Endpoint, seen sight) {
	d.OpenedPorts = missingPorts(now, base)
	d.ClosedPorts = []Endpoint{}
	if d.Complete {
		d.ClosedPorts = slices.DeleteFunc(missingPorts(base, now), func(e Endpoint) bool {
			return !seen.place(e.Target, e.Addr, int(e.Port), e.Transport)
		})
	}
}

// missingPorts gives those of ports that are not among others, by address and port.
func missingPorts(ports, others []Endpoint) []Endpoint {
	type place struct {
		addr      netip.AddrPort
		transport string
	}
	at := func(e Endpoint) place { return place{netip.AddrPortFrom(e.Addr, e.Port), e.Transport} }
	there := make(map[place]bool, len(others))
	for _, e := range others {
		there[at(e)] = true
	}
	missing := []Endpoint{}
	for _, e := range ports {
		if !there[at(e)] {
			missing = append(missing, e)
		}
	}
	slices.SortFunc(missing, func(a, b Endpoint) int {
		return cmp.Or(a.Addr.Compare(b.Addr), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Transport, b.Transport))
	})
	return missing
}

// sight is what a scan was asked to look at.
type sight struct {
	names    map[Target]bool // canonical targets
	prefixes []netip.Prefix
	excluded []netip.Prefix
	tcp, udp []PortRange
}

// newSight of a scan on record, whose ports are valid.
func newSight(scan Scan) sight {
	s := sight{names: map[Target]bool{}}
	for _, t := range scan.Targets {
		s.names[t.Canonical()] = true
		if prefix, ok := t.Prefix(); ok {
			s.prefixes = append(s.prefixes, prefix)
		}
	}
	for _, t := range scan.Exclude {
		if prefix, ok := t.Prefix(); ok {
			s.excluded = append(s.excluded, prefix)
		}
	}
	s.tcp, _ = scan.Ports.Ranges()
	s.udp, _ = scan.Ports.UDPRanges()
	return s
}

func (s sight) finding(f *Finding) bool {
	addr, _ := netip.ParseAddr(f.IP)
	return s.place(f.Target, addr, f.Port, TCP) || s.place(f.Target, addr, f.Port, UDP)
}

func (s sight) place(target Target, addr netip.Addr, port int, transport string) bool {
	ranges := s.tcp
	if transport == UDP {
		ranges = s.udp
	}
	asked := slices.ContainsFunc(ranges, func(r PortRange) bool { return int(r.First) <= port && port <= int(r.Last) })
	within := func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) }
	return asked && !slices.ContainsFunc(s.excluded, within) &&
		(s.names[target.Canonical()] || slices.ContainsFunc(s.prefixes, within))
}
