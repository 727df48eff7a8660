package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// IssueID numbers an issue; ids rise and are never used again.
type IssueID int64

// IssueState says what is to be done about an issue.
type IssueState string

// The states. What scans see moves an issue along the upper row, what people decide
// takes it to the lower one and back:
//
//	                 missed                seen
//	seen ──► present ──────► fixed ──────────────► revived
//	            │            │   ▲                    │
//	            │            │   └───── missed ───────┤
//	            └────────────┼────────────────────────┘
//	                         │ decided, with a reason
//	                         ▼
//	          accepted ◄─ decided ─► false-positive
//	            │   │                     │
//	         expired│                     │
//	            └───┴─── reopened ────────┘
//	                         │
//	                         ▼
//	          present if it was there when it was last looked for, fixed if not
//
// Seen is a scan that found it. Missed is a scan that looked at the place, could tell,
// and did not find it; one that could not reach the target misses nothing. While
// something is decided, what scans see is noted ([Issue.Gone]) and changes no state.
const (
	IssuePresent       IssueState = "present"
	IssueFixed         IssueState = "fixed"
	IssueRevived       IssueState = "revived"
	IssueAccepted      IssueState = "accepted"
	IssueFalsePositive IssueState = "false-positive"
)

// IssueStates lists all states: what is to be done first, then the rest.
func IssueStates() []IssueState {
	return []IssueState{IssuePresent, IssueRevived, IssueAccepted, IssueFalsePositive, IssueFixed}
}

// Validate reports a word that is no state.
func (s IssueState) Validate() error {
	if slices.Contains(IssueStates(), s) {
		return nil
	}
	words := make([]string, len(IssueStates()))
	for i, state := range IssueStates() {
		words[i] = string(state)
	}
	return &Error{
		Kind: Invalid, Title: "State is not valid", Detail: fmt.Sprintf("%q is not a state of an issue", string(s)),
		Hint: Meant(string(s), words, "write one of "+strings.Join(words, ", ")),
	}
}

// Open reports whether something is to be done: it is there, and nobody has decided
// that it may be.
func (s IssueState) Open() bool { return s == IssuePresent || s == IssueRevived }

// Decided reports whether somebody has decided what scans do not change.
func (s IssueState) Decided() bool { return s == IssueAccepted || s == IssueFalsePositive }

// Party is who issues belong to: a team, or somebody who is in none.
type Party struct {
	TeamID TeamID
	UserID UserID // 0 for a team
}

// Party is the user's team, or the user alone.
func (u User) Party() Party {
	if u.TeamID != 0 {
		return Party{TeamID: u.TeamID}
	}
	return Party{UserID: u.ID}
}

// Issue is what the findings of one fingerprint have in common over time. A party has
// one for each fingerprint. Times are UTC. Text about the finding comes from the
// scanned host and is hostile.
type Issue struct {
	ID          IssueID    `json:"id"`
	Fingerprint string     `json:"fingerprint"` // see [Fingerprint]
	State       IssueState `json:"state"`
	Gone        bool       `json:"gone"` // the newest scan that could tell did not find it, whatever was decided

	// Of the newest finding.
	Rule      string   `json:"rule"`
	Title     string   `json:"title"`
	Severity  Severity `json:"severity"`
	Target    Target   `json:"target"` // in its canonical form
	Host      string   `json:"host"`
	IP        string   `json:"ip"`
	Port      int      `json:"port"`
	Transport string   `json:"transport"`
	Protocol  string   `json:"protocol"`
	Path      string   `json:"path"`
	URI       string   `json:"uri"`

	FirstSeen time.Time  `json:"first_seen"` // when the first scan that found it ended
	LastSeen  time.Time  `json:"last_seen"`  // … the newest
	FirstScan ScanID     `json:"first_scan"` // may be gone
	LastScan  ScanID     `json:"last_scan"`
	TimesSeen int        `json:"times_seen"` // how many scans found it
	FixedAt   *time.Time `json:"fixed_at"`   // when the scan began that missed it last
	RevivedAt *time.Time `json:"revived_at"`
	ChangedAt time.Time  `json:"changed_at"` // when its state or severity changed last, or somebody wrote something

	Reason   string     `json:"reason"`  // why it is accepted, or a false positive
	Expires  *time.Time `json:"expires"` // until when it is accepted; nil for good
	Assignee *Owner     `json:"assignee"`

	DecidedBy *Owner     `json:"decided_by"` // who accepted it or called it a false positive
	DecidedAt *time.Time `json:"decided_at"`

	OwnerID UserID        `json:"-"` // whose scan found it first; 0 if that user is gone
	Party   Party         `json:"-"`
	Changes []IssueChange `json:"-"` // lines of its history that are not stored yet
}

// IssueEvent is what happens to an issue.
type IssueEvent string

// The events. Those that change nothing are not in its history.
const (
	IssueSeen     IssueEvent = "seen"
	IssueMissed   IssueEvent = "missed"
	IssueDecided  IssueEvent = "decided"
	IssueReopened IssueEvent = "reopened"
	IssueExpired  IssueEvent = "expired"
	IssueAssigned IssueEvent = "assigned" // the note says to whom
	IssueNoted    IssueEvent = "noted"
)

// IssueChange is one line of an issue's history. Lines are only ever appended; their
// ids rise.
type IssueChange struct {
	ID     int64      `json:"id"` // 0 until stored
	At     time.Time  `json:"timestamp"`
	Event  IssueEvent `json:"event"`
	From   IssueState `json:"from"` // "" for the first line
	To     IssueState `json:"to"`
	By     *Owner     `json:"by"`   // who did it; nil for the engine
	ScanID *ScanID    `json:"scan"` // the scan that saw or missed it
	Note   string     `json:"note"`
}

// NewIssue is the issue of a finding that owner's party did not know. It has been seen
// by no scan yet.
func NewIssue(owner UserID, party Party, fingerprint string) Issue {
	return Issue{Fingerprint: fingerprint, OwnerID: owner, Party: party}
}

// Place is where the issue was seen last.
func (i *Issue) Place() Endpoint {
	return Finding{Target: i.Target, Host: i.Host, IP: i.IP, Port: i.Port, Transport: i.Transport}.Place()
}

// See takes note of a finding of a scan that ended at the time. Scans may come in any
// order: an older one counts, and changes nothing else.
func (i *Issue) See(f *Finding, scan ScanID, at time.Time) {
	i.TimesSeen++
	if i.TimesSeen == 1 || at.Before(i.FirstSeen) {
		i.FirstSeen, i.FirstScan = at, scan
	}
	if at.Before(i.LastSeen) {
		return
	}
	if i.Severity != f.Severity {
		i.ChangedAt = at
	}
	i.Rule, i.Title, i.Severity, i.Target, i.Host = f.Rule, f.Title, f.Severity, f.Target.Canonical(), f.Host
	i.IP, i.Port, i.Transport, i.Protocol, i.Path, i.URI = f.IP, f.Port, f.Transport, f.Protocol, f.Path, f.URI
	i.LastSeen, i.LastScan = at, scan
	if i.Gone && !at.After(*i.FixedAt) {
		return // it was missed since
	}
	i.Gone = false
	i.observe(IssueChange{At: at, Event: IssueSeen, ScanID: &scan})
}

// Miss takes note that a scan looked at the place from began on and did not find it.
// Only a scan that began after the issue was last seen can tell.
func (i *Issue) Miss(scan ScanID, began, at time.Time) {
	if i.Gone || !began.After(i.LastSeen) {
		return
	}
	i.Gone, i.FixedAt = true, &began
	i.observe(IssueChange{At: at, Event: IssueMissed, ScanID: &scan})
}

// observe turns the issue to what was seen of it, unless something is decided.
func (i *Issue) observe(change IssueChange) {
	if !i.State.Decided() && i.State != i.observed() {
		i.turn(i.observed(), change)
	}
}

// observed is the state of the issue by what scans saw alone.
func (i *Issue) observed() IssueState {
	switch {
	case i.Gone:
		return IssueFixed
	case i.State == IssueFixed || i.State == IssueRevived:
		return IssueRevived
	}
	return IssuePresent
}

// turn is the only function that changes the state.
func (i *Issue) turn(to IssueState, change IssueChange) {
	change.From, i.State = i.State, to
	if to == IssueRevived {
		i.RevivedAt = &change.At
	}
	i.DecidedBy, i.DecidedAt = change.By, &change.At
	if !to.Decided() {
		i.Reason, i.Expires, i.DecidedBy, i.DecidedAt = "", nil, nil, nil
	}
	i.write(change)
}

// write adds a line to the history that leads to the state the issue has now.
func (i *Issue) write(change IssueChange) {
	change.To, i.ChangedAt = i.State, change.At
	i.Changes = append(i.Changes, change)
}

// Expire ends an acceptance whose time is up.
func (i *Issue) Expire(at time.Time) {
	if i.State == IssueAccepted && i.Expires != nil && !at.Before(*i.Expires) {
		i.turn(i.observed(), IssueChange{At: at, Event: IssueExpired})
	}
}

// Absorb takes over what another issue of the same fingerprint knows, with its history:
// two parties have become one at the time. What was decided here holds.
func (i *Issue) Absorb(other Issue, history []IssueChange, at time.Time) {
	if other.FirstSeen.Before(i.FirstSeen) {
		i.FirstSeen, i.FirstScan = other.FirstSeen, other.FirstScan
	}
	for _, change := range history {
		change.ID = 0
		i.Changes = append(i.Changes, change)
	}
	i.TimesSeen += other.TimesSeen
	if !other.LastSeen.After(i.LastSeen) {
		return
	}
	i.LastSeen, i.LastScan, i.Severity, i.Title = other.LastSeen, other.LastScan, other.Severity, other.Title
	i.Gone, i.FixedAt, i.ChangedAt = other.Gone, other.FixedAt, at
	event := IssueSeen
	if i.Gone {
		event = IssueMissed
	}
	i.observe(IssueChange{At: at, Event: event, ScanID: &other.LastScan})
}
