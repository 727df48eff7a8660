package policy

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Assessed is a finding with what is known about it beyond its scan.
type Assessed struct {
	Finding     *engine.Finding
	New         bool          // the baseline does not know it
	Age         time.Duration // since it was first seen by anybody, as far as is known
	Suppression *Suppression  // what sets it aside; nil for active ones
}

// Assessment is the findings of one scan, sorted by what is to be done about them.
type Assessment struct {
	Active     []Assessed // what a policy judges
	Suppressed []Assessed // set aside, with the reason
	Fixed      []Known    // of the baseline, and not there any more
	Unknown    []Known    // of the baseline, and not seen again, but the scan cannot tell
	Notices    []Notice   // what is to be said about suppressions, in the order of their files
	Baseline   string     // the baseline's name; "" without one
	At         time.Time  // when it was made: expiries are held against it
}

// Counts are the numbers of an assessment. Its JSON form is part of reports.
type Counts struct {
	New        int `json:"new"`
	Known      int `json:"known"`
	Fixed      int `json:"fixed"`
	Unknown    int `json:"unknown"`
	Suppressed int `json:"suppressed"`
}

// Counts counts.
func (a Assessment) Counts() Counts {
	c := Counts{Fixed: len(a.Fixed), Unknown: len(a.Unknown), Suppressed: len(a.Suppressed)}
	for i := range a.Active {
		if a.Active[i].New {
			c.New++
		} else {
			c.Known++
		}
	}
	return c
}

// Assess compares the findings of a scan with a baseline and sets aside what is
// suppressed at the time, by a file or by what was decided about its issue. What the scan did not see again is fixed where it can tell,
// and unknown elsewhere.
func Assess(seen engine.Sight, findings []engine.Finding, baseline Baseline, suppressions Suppressions, at time.Time) Assessment {
	result := Assessment{Baseline: baseline.Name, At: at}
	used := make([]bool, len(suppressions.List))
	found := make(map[string]bool, len(findings))
	for i := range findings {
		f := &findings[i]
		found[f.Fingerprint] = true
		one := baseline.assess(f, at)
		one.Suppression = suppressions.decided(f, at)
		if place := suppressions.find(f, at); place >= 0 {
			used[place] = true
			one.Suppression = &suppressions.List[place]
		}
		if one.Suppression != nil {
			result.Suppressed = append(result.Suppressed, one)
			continue
		}
		result.Active = append(result.Active, one)
	}
	for _, known := range baseline.without(found) {
		if seen.Finding(known.Rule, known.place()) {
			result.Fixed = append(result.Fixed, known)
		} else {
			result.Unknown = append(result.Unknown, known)
		}
	}
	result.Notices = suppressions.notices(used, at)
	return result
}

// Plain is an assessment of findings without a baseline or suppressions: all are
// active, and new.
func Plain(findings []engine.Finding) Assessment {
	return Assess(engine.Sight{}, findings, Baseline{}, Suppressions{DistrustIssues: true}, time.Time{})
}
