package engine

import (
	"net/netip"
	"slices"
	"time"
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

	// Suppressed are what would be new had nobody decided about its issue, see
	// [Diff.SetAside]. A comparison that trusts no decisions has them in New.
	Suppressed []Finding `json:"suppressed"`

	OpenedPorts  []Endpoint `json:"opened_ports"`
	ClosedPorts  []Endpoint `json:"closed_ports"`
	UnknownPorts []Endpoint `json:"unknown_ports"` // not seen again, but the later scan cannot tell

	ChangedServices []ChangedService `json:"changed_services"` // at ports that are open in both
}

// ChangedService is what spoke at a place, and what does now. What either scan could
// not tell is no change.
type ChangedService struct {
	Endpoint
	Before Service `json:"before"`
	Now    Service `json:"now"`
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
	Hosts    []netip.Addr // that answered at all, if only that a port is closed; in any order
	Quiet    []Endpoint   // those of Ports about which nothing was learnt
	Names    Examined
	Rules    []string // what was looked for; nil is whatever there is
}

// Complete reports whether the scan can tell that something is not there: it is done,
// every part of it was, and it reached a host. Of which places it can is a [Sight].
func (s *Scan) Complete() bool {
	return s.State() == StateDone && s.Summary.TasksFailed == 0 && s.Summary.HostsUp > 0
}

// Compare says what changed from base to now. What now was not asked to look at, or
// could not, is unknown and never fixed or closed, see [Sight]. Which services changed is
// another question: see [ChangedServices].
func Compare(base, now Results) Diff {
	d := Diff{
		Base: base.Scan.ID, Scan: now.Scan.ID, Complete: now.Scan.Complete(),
		New: []Finding{}, Fixed: []Finding{}, Changed: []ChangedFinding{}, Unknown: []Finding{}, Suppressed: []Finding{}, ChangedServices: []ChangedService{},
	}
	seen := NewSight(now)
	d.compareFindings(base.Findings, now.Findings, seen)
	d.comparePorts(base.Ports, now.Ports, seen)
	return d
}

func (d *Diff) compareFindings(base, now []Finding, seen Sight) {
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
		case seen.Finding(f.Rule, f.Place()):
			d.Fixed = append(d.Fixed, f)
		default:
			d.Unknown = append(d.Unknown, f)
		}
	}
}

// SetAside takes out of the new findings those about which somebody decided, as far as
// that holds at a time.
func (d *Diff) SetAside(at time.Time) {
	fresh := []Finding{}
	for _, f := range d.New {
		if f.Decision.Holds(at) {
			d.Suppressed = append(d.Suppressed, f)
		} else {
			fresh = append(fresh, f)
		}
	}
	d.New = fresh
}

// TakeBack undoes [Diff.SetAside], for who trusts no decisions: the worst come first again.
func (d *Diff) TakeBack() {
	d.New, d.Suppressed = append(d.New, d.Suppressed...), []Finding{}
	slices.SortStableFunc(d.New, func(a, b Finding) int { return b.Severity.Rank() - a.Severity.Rank() })
}

func (d *Diff) comparePorts(base, now []Endpoint, seen Sight) {
	d.OpenedPorts = missingPorts(now, base)
	d.ClosedPorts, d.UnknownPorts = []Endpoint{}, []Endpoint{}
	for _, port := range missingPorts(base, now) {
		if seen.Port(port) {
			d.ClosedPorts = append(d.ClosedPorts, port)
		} else {
			d.UnknownPorts = append(d.UnknownPorts, port)
		}
	}
}

// missingPorts gives those of ports that are not among others, by address and port.
func missingPorts(ports, others []Endpoint) []Endpoint {
	there := make(map[Endpoint]bool, len(others))
	for _, e := range others {
		there[e.port()] = true
	}
	missing := []Endpoint{}
	for _, e := range ports {
		if !there[e.port()] {
			missing = append(missing, e)
		}
	}
	slices.SortFunc(missing, Endpoint.compare)
	return missing
}
