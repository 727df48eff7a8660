package engine

import "time"

// Decision is what a person decided about an issue, so that scans need not be told of its
// findings again. Its text is the person's.
type Decision struct {
	State   IssueState `json:"state"`   // [IssueAccepted] or [IssueFalsePositive]
	Reason  string     `json:"reason"`  // why
	Expires *time.Time `json:"expires"` // until when it holds; nil for good
	By      *Owner     `json:"by"`      // who decided; nil if that is not on record
	At      time.Time  `json:"at"`      // when
}

// Decision is what holds of the issue, nil if nothing is decided.
func (i *Issue) Decision() *Decision {
	if !i.State.Decided() || i.DecidedAt == nil {
		return nil
	}
	return &Decision{State: i.State, Reason: i.Reason, Expires: i.Expires, By: i.DecidedBy, At: *i.DecidedAt}
}

// Holds reports whether the decision is in force at a time. What has expired is so before
// the engine takes note of it.
func (d *Decision) Holds(at time.Time) bool {
	return d != nil && (d.Expires == nil || at.Before(*d.Expires))
}
