package policy

import (
	"net/netip"
	"path"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Limits of a suppression.
const (
	// maxAhead is how far ahead an expiry may lie: a year later somebody should
	// look again.
	maxAhead = 366 * day
	// NoticeAhead is from when on an expiry is announced.
	NoticeAhead = 14 * day
)

// SuppressionStatus says why a finding is set aside.
type SuppressionStatus string

// The statuses.
const (
	SuppressionAccepted      SuppressionStatus = "accepted"
	SuppressionFalsePositive SuppressionStatus = "false-positive"
	SuppressionMitigated     SuppressionStatus = "mitigated"
	SuppressionInProgress    SuppressionStatus = "in-progress"
)

func suppressionStatuses() []string {
	return []string{string(SuppressionAccepted), string(SuppressionFalsePositive), string(SuppressionMitigated), string(SuppressionInProgress)}
}

// Suppression sets findings aside: one by its fingerprint, or all that every
// given matcher matches.
type Suppression struct {
	ID       string            // fingerprint; "" for matchers
	Rule     string            // glob over rule ids
	Target   string            // glob over targets and addresses, or a CIDR
	Port     int               // 0: any
	Path     string            // glob over paths
	Severity string            // "<=medium": never hides what is worse
	Reason   string            // required
	Expires  time.Time         // the last day it holds, at 00:00 UTC; required of a file, the zero time is for good
	Status   SuppressionStatus // accepted if not given
	Owner    string
	Ticket   string

	File string // where it stands; "" for what was decided about an issue
	Line int    // from 1

	ceiling engine.Severity // of Severity; "" for any
}

// Suppressions is what sets findings aside: what the files of suppressions say, and what
// was decided about issues.
type Suppressions struct {
	List  []Suppression
	Rules []string // ids of the checks there are, for hints; nil if they are not known

	// DistrustIssues judges findings whatever was decided about their issues.
	DistrustIssues bool
}

// Expired reports whether the last day is over.
func (s *Suppression) Expired(at time.Time) bool {
	return !s.Expires.IsZero() && !at.Before(s.Expires.AddDate(0, 0, 1))
}

// LastDay is the last day it holds, as 2027-01-31; "" for good.
func (s *Suppression) LastDay() string {
	if s.Expires.IsZero() {
		return ""
	}
	return s.Expires.Format(time.DateOnly)
}

// Term says how long it holds: "until 2027-01-31", "for good".
func (s *Suppression) Term() string {
	if s.Expires.IsZero() {
		return "for good"
	}
	return "until " + s.LastDay()
}

// Expiring reports whether it is in force and its end should be announced.
func (s *Suppression) Expiring(at time.Time) bool {
	return !s.Expires.IsZero() && !s.Expired(at) && at.Add(NoticeAhead).After(s.Expires)
}

// Matches reports whether all that is given matches the finding, expired or not.
func (s *Suppression) Matches(f *engine.Finding) bool {
	return (s.ID == "" || s.ID == f.Fingerprint) &&
		(s.Rule == "" || matchGlob(s.Rule, f.Rule)) &&
		(s.Target == "" || s.matchesTarget(f)) &&
		(s.Port == 0 || s.Port == f.Port) &&
		(s.Path == "" || matchWide(s.Path, f.Path)) &&
		(s.ceiling == "" || s.ceiling.AtLeast(f.Severity))
}

// matchesTarget compares with all the finding knows its place by.
func (s *Suppression) matchesTarget(f *engine.Finding) bool {
	if prefix, err := netip.ParsePrefix(s.Target); err == nil {
		address, err := netip.ParseAddr(f.IP)
		return err == nil && prefix.Contains(address.Unmap())
	}
	pattern := strings.ToLower(s.Target)
	for _, name := range []string{string(f.Target), f.Host, f.IP} {
		if name != "" && matchWide(pattern, strings.ToLower(name)) {
			return true
		}
	}
	return false
}

// matchWide is a glob whose star crosses slashes too.
func matchWide(glob, text string) bool {
	ok, err := path.Match(strings.ReplaceAll(glob, "/", "\x01"), strings.ReplaceAll(text, "/", "\x01"))
	return err == nil && ok
}

// decided gives what was decided about the issue of a finding as a suppression, nil if
// nothing holds.
func (s Suppressions) decided(f *engine.Finding, at time.Time) *Suppression {
	d := f.Decision
	if s.DistrustIssues || !d.Holds(at) {
		return nil
	}
	one := &Suppression{ID: f.Fingerprint, Reason: d.Reason, Status: SuppressionAccepted}
	if d.State == engine.IssueFalsePositive {
		one.Status = SuppressionFalsePositive
	}
	if d.Expires != nil {
		one.Expires = d.Expires.Add(-time.Nanosecond).UTC().Truncate(day) // an issue expires at a moment
	}
	if d.By != nil {
		one.Owner = d.By.Email
	}
	return one
}

// find gives the place of the first suppression in force that matches, -1 if none does.
func (s Suppressions) find(f *engine.Finding, at time.Time) int {
	for i := range s.List {
		if one := &s.List[i]; !one.Expired(at) && one.Matches(f) {
			return i
		}
	}
	return -1
}
