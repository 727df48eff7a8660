package report

import (
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// state says what became of a finding since the baseline.
type state string

// The states. Without a baseline whatever is not suppressed is new.
const (
	stateNew        state = "new"
	stateKnown      state = "known"
	stateFixed      state = "fixed"
	stateUnknown    state = "unknown" // of the baseline, not seen again, but the scan cannot tell
	stateSuppressed state = "suppressed"
)

func stateOf(a *policy.Assessed) state {
	switch {
	case a.Suppression != nil:
		return stateSuppressed
	case a.New:
		return stateNew
	}
	return stateKnown
}

// suppressionText is why a finding was set aside, in one line of clean text:
// "accepted until 2027-01-31: behind VPN (@team-web, SEC-123)".
func suppressionText(s *policy.Suppression) string {
	text := fmt.Sprintf("%s %s: %s", s.Status, s.Term(), clean(s.Reason, maxShownText))
	switch {
	case s.Owner != "" && s.Ticket != "":
		text += fmt.Sprintf(" (%s, %s)", clean(s.Owner, maxShownText), clean(s.Ticket, maxShownText))
	case s.Owner+s.Ticket != "":
		text += fmt.Sprintf(" (%s)", clean(s.Owner+s.Ticket, maxShownText))
	}
	return text
}

// days is a time in whole days.
func days(d time.Duration) int { return int(d / (24 * time.Hour)) }
