package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a scan that no plan lifts.
const (
	// MaxLabelRunes is the longest label of a scan in characters.
	MaxLabelRunes = 255
	// MaxTargets is how many entries a scan's list of targets may hold. A CIDR
	// is one entry, so this is a limit on the request, not on the addresses.
	MaxTargets = 100_000
	// MaxExclude is how many entries a scan's list of exclusions may hold: every
	// agent gets the list with every task.
	MaxExclude = 10_000
	// MaxAddresses is how many addresses the targets of a scan may stand for: as
	// many as IPv4 has. What is more is a misspelt IPv6 range, which nobody lives
	// long enough to see scanned.
	MaxAddresses = 1 << 32
)

// ScanID numbers a scan; ids rise and are never used again. A scan's index has
// the id of its scan.
type ScanID int64

// State is the state of one step of a scan's history.
type State string

// The states. The edges between them are in [Scan.Advance]:
//
//	             ┌──────────────── re-queued ────────────────┐
//	             ▼                                           │
//	create → pending ──claimed──► scheduled ──first task──► scanning ──last task──► done
//	             │                    │                      │  ▲
//	             │                    │                      └──┘ progress
//	             └────────────────────┴──────────┬───────────┘
//	                                             ▼
//	                                     failed | cancelled
//
// done, failed and cancelled are final.
const (
	StatePending   State = "pending"
	StateScheduled State = "scheduled"
	StateScanning  State = "scanning"
	StateDone      State = "done"
	StateFailed    State = "failed"
	StateCancelled State = "cancelled"
)

// Final reports whether no edge leaves s.
func (s State) Final() bool {
	return s == StateDone || s == StateFailed || s == StateCancelled
}

// Status is the state of a whole scan as the API tells it; always derived from
// the last step, never stored.
type Status string

// The statuses.
const (
	StatusPending    Status = "pending"
	StatusInProgress Status = "in_progress"
	StatusDone       Status = "done"
	StatusFailed     Status = "failed"
	StatusCancelled  Status = "cancelled"
)

// Statuses lists all statuses, in the order in which a scan may have them.
func Statuses() []Status {
	return []Status{StatusPending, StatusInProgress, StatusDone, StatusFailed, StatusCancelled}
}

// Validate reports a word that is no status.
func (s Status) Validate() error {
	words := make([]string, len(Statuses()))
	for i, status := range Statuses() {
		words[i] = string(status)
	}
	if slices.Contains(words, string(s)) {
		return nil
	}
	return &Error{
		Kind: Invalid, Title: "Status is not valid", Detail: fmt.Sprintf("%q is not a status of a scan", string(s)),
		Hint: Meant(string(s), words, "write one of "+strings.Join(words, ", ")),
	}
}

// States gives the states that have this status; none for a word that is no status.
func (s Status) States() (states []State) {
	for _, state := range []State{StatePending, StateScheduled, StateScanning, StateDone, StateFailed, StateCancelled} {
		if state.Status() == s {
			states = append(states, state)
		}
	}
	return states
}

// Final reports whether a scan with this status will not change any more.
func (s Status) Final() bool {
	return s == StatusDone || s == StatusFailed || s == StatusCancelled
}

// Step is one line of a scan's history. Steps are only ever appended. Their
// ids are unique over all scans and rise.
type Step struct {
	ID          int64     `json:"id"` // 0 until stored
	State       State     `json:"state"`
	Description *string   `json:"description"`
	At          time.Time `json:"timestamp"`
}

// stepFields is Step without its methods, so that encoding it does not recurse.
type stepFields Step

// MarshalJSON writes the time as a [Timestamp].
func (s Step) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		stepFields
		At Timestamp `json:"timestamp"`
	}{stepFields(s), Timestamp(s.At)})
}

// Owner is the part of a user that others who may read a scan see.
type Owner struct {
	ID    UserID `json:"id"`
	Email string `json:"email"`
}

// Lease says which process looks after a scan and until when it does so unless
// it renews. The zero Lease is nobody's.
type Lease struct {
	Owner string
	Until time.Time
}

// Scan is one run over targets. Its JSON form is the scan object of the
// private scanner API (contract part 2.1) with members of our own added; times
// are UTC.
type Scan struct {
	ID      ScanID   `json:"id"`
	Label   string   `json:"label"`
	Targets []Target `json:"targets"`
	Ports   Ports    `json:"ports"`
	Exclude []Target `json:"exclude"`
	Profile Profile  `json:"profile"`
	Source  Source   `json:"source"`

	// TargetsDigest and ConfigDigest tell scans of the same targets, and those that were
	// asked for the same; see [TargetsDigest] and [ScanRequest.Digest]. Both are "" for
	// scans of older versions that did not note them.
	TargetsDigest string `json:"targets_digest"`
	ConfigDigest  string `json:"config_digest"`

	ProfileID  RecordID `json:"profile_id,omitzero"`  // the scan profile that was asked for; it may have changed since, or be gone
	ScheduleID RecordID `json:"schedule_id,omitzero"` // the [Schedule] that asked for it, or in whose place somebody did

	Expect    []Expectation `json:"expect,omitzero"` // see [ScanRequest]
	Rules     []string      `json:"rules,omitzero"`  // the checks that were asked, and what else could be found; nil is all that the engine knows
	CreatedAt time.Time     `json:"created_dt"`
	StartedAt *time.Time    `json:"scan_started_dt"`
	EndedAt   *time.Time    `json:"scan_ended_dt"`
	Steps     []Step        `json:"scan_progress"`
	Count     int           `json:"count"` // response documents in the index
	Summary   Summary       `json:"summary"`
	RescanOf  ScanID        `json:"-"` // the scan this one repeats, 0 for none; it may be gone
	DeletedAt *time.Time    `json:"deleted_dt"`

	// What the caller sees of the scan; filled by control, never stored.
	QueuePosition *int     `json:"queue_position"` // 1 is next; nil unless pending
	EstimatedTime *float64 `json:"estimated_time_to_complete"`
	Owner         Owner    `json:"owner"`
	IsFromTeam    bool     `json:"is_scan_from_team"`
	CoinsSpent    int64    `json:"coins_spent"` // 0 under a plan without a limit

	// State of record that no caller sees.
	OwnerID   UserID     `json:"-"`
	Position  int64      `json:"-"` // order among pending scans, lower is sooner
	Lease     Lease      `json:"-"`
	Attached  bool       `json:"-"` // lives with the process that created it: if that dies, the scan is failed
	Attempts  int        `json:"-"` // how often the scan was claimed
	ClaimedAt *time.Time `json:"-"` // when it was claimed last
	Work      int64      `json:"-"` // addresses × ports, see [ScanRequest.Work]
	WorkDone  int64      `json:"-"` // how much of it is done
	ErasingAt *time.Time `json:"-"` // since when the scan is being erased, with its index: it cannot be restored
}

// Summary counts what a scan has found so far.
type Summary struct {
	Critical  int `json:"critical"`
	High      int `json:"high"`
	Medium    int `json:"medium"`
	Low       int `json:"low"`
	Info      int `json:"info"`
	Total     int `json:"total"`
	HostsUp   int `json:"hosts_up"`
	OpenPorts int `json:"open_ports"`

	// TasksFailed is how many parts of the scan could not be completed: with
	// any, what the scan did not find says nothing.
	TasksFailed int `json:"tasks_failed"`
}

// Add counts n findings of severity s.
func (s *Summary) Add(severity Severity, n int) {
	counts := map[Severity]*int{Critical: &s.Critical, High: &s.High, Medium: &s.Medium, Low: &s.Low, Info: &s.Info}
	if c, ok := counts[severity]; ok {
		*c += n
		s.Total += n
	}
}

// AtLeast is how many findings are as bad as floor, or worse.
func (s Summary) AtLeast(floor Severity) int {
	counts := map[Severity]int{Critical: s.Critical, High: s.High, Medium: s.Medium, Low: s.Low, Info: s.Info}
	sum := 0
	for severity, n := range counts {
		if severity.AtLeast(floor) {
			sum += n
		}
	}
	return sum
}

// ScanRequest is what a caller may say about a new scan.
type ScanRequest struct {
	Targets []Target `json:"targets"`
	Exclude []Target `json:"exclude,omitempty"`
	Ports   Ports    `json:"ports,omitempty"`
	Label   string   `json:"label,omitempty"`
	Profile Profile  `json:"profile,omitzero"`
	Source  Source   `json:"source,omitzero"`

	// ProfileID is the id or the name of a [ScanProfile] that says what the request
	// leaves open; "" is none.
	ProfileID string `json:"profile_id,omitempty"`

	// TargetIDs and TargetGroupIDs name a [DeclaredTarget] or a [TargetGroup] each, whose
	// addresses are scanned beside Targets.
	TargetIDs      []RecordID `json:"target_ids,omitempty"`
	TargetGroupIDs []RecordID `json:"target_group_ids,omitempty"`

	// Expect is what should be exposed; nil declares nothing, an empty list that
	// nothing should be.
	Expect []Expectation `json:"expect,omitzero"`
}

// Validate reports the first thing wrong with the request, naming its field.
func (r ScanRequest) Validate() error {
	if len(r.Targets) > MaxTargets {
		return &Error{Kind: Invalid, Title: "Too many targets", Field: "targets", Detail: fmt.Sprintf("the list has %d entries, at most %d are taken", len(r.Targets), MaxTargets), Hint: "write address ranges as CIDRs", Limit: MaxTargets, Current: int64(len(r.Targets))}
	}
	if len(r.Exclude) > MaxExclude {
		return &Error{Kind: Invalid, Title: "Too many exclusions", Field: "exclude", Detail: fmt.Sprintf("the list has %d entries, at most %d are taken", len(r.Exclude), MaxExclude), Hint: "write address ranges as CIDRs", Limit: MaxExclude, Current: int64(len(r.Exclude))}
	}
	if err := ValidateTargets(r.Targets); err != nil {
		return In("targets", err)
	}
	if err := ValidateReach(r.Targets); err != nil {
		return err
	}
	for i, t := range r.Exclude {
		if err := validateExclude(t); err != nil {
			return In(fmt.Sprintf("exclude[%d]", i), err)
		}
	}
	if err := r.Ports.Validate(); err != nil {
		return err
	}
	if err := r.Profile.Validate(); err != nil {
		return In("profile", err)
	}
	if err := r.Source.Validate(); err != nil {
		return In("source", err)
	}
	if err := r.validateExpectations(); err != nil {
		return err
	}
	return ValidateLabel(r.Label)
}

// maxWork keeps the work of many scans countable.
const maxWork = 1 << 48

// Work is how much there is to do: addresses × ports, at most 2⁴⁸. A domain counts as
// one address.
func (r ScanRequest) Work() int64 {
	ports := int64(max(1, r.Ports.Count()))
	return min(AddressCount(r.Targets), maxWork/ports) * ports
}

// ValidateReach reports targets that stand for more than [MaxAddresses] addresses.
func ValidateReach(targets []Target) error {
	n := AddressCount(targets)
	if n <= MaxAddresses {
		return nil
	}
	return &Error{
		Kind: Limit, Title: TitleTargets, Field: widestTarget(targets), Limit: MaxAddresses, Current: n,
		Detail: fmt.Sprintf("the targets stand for %d addresses, one scan takes at most %d, as many as IPv4 has", n, int64(MaxAddresses)),
		Hint:   "scan smaller ranges, or name the addresses in use",
	}
}

func validateExclude(t Target) error {
	if err := t.Validate(); err != nil {
		return err
	}
	if t.Kind() == TargetDomain {
		return &Error{Kind: Invalid, Title: "Exclusion is not valid", Detail: fmt.Sprintf("%q is a name; what is excluded are addresses", string(t)), Hint: "write its addresses or a CIDR"}
	}
	return nil
}

// ValidateLabel reports a label that is too long or not text.
func ValidateLabel(label string) error {
	if n := utf8.RuneCountInString(label); n > MaxLabelRunes || !utf8.ValidString(label) {
		return &Error{Kind: Invalid, Title: "Label is not valid", Field: "label", Detail: fmt.Sprintf("the label has %d characters, at most %d are allowed", n, MaxLabelRunes), Hint: "shorten it"}
	}
	return nil
}

// DefaultLabel is the label of a scan created without one.
func DefaultLabel(at time.Time) string {
	return "Scan " + at.UTC().Format("2006/01/02 15:04:05")
}

// State is the state of the last step; pending for a scan without steps.
func (s *Scan) State() State {
	if len(s.Steps) == 0 {
		return StatePending
	}
	return s.Steps[len(s.Steps)-1].State
}

// Status is what the API calls the scan's state.
func (s *Scan) Status() Status { return s.State().Status() }

// Status is what the API calls the state.
func (s State) Status() Status {
	switch s {
	case StateScheduled, StateScanning:
		return StatusInProgress
	case StateDone:
		return StatusDone
	case StateFailed:
		return StatusFailed
	case StateCancelled:
		return StatusCancelled
	default:
		return StatusPending
	}
}

// IndexID is the id of the scan's index: nil until the scan is done, and nil for
// good if nothing answered (contract part 2.1).
func (s *Scan) IndexID() *ScanID {
	if s.State() != StateDone || s.Count == 0 {
		return nil
	}
	id := s.ID
	return &id
}

// LastStep is the newest line of the scan's history as text.
func (s *Scan) LastStep() string {
	if len(s.Steps) == 0 {
		return ""
	}
	last := s.Steps[len(s.Steps)-1]
	if last.Description == nil {
		return string(last.State)
	}
	return *last.Description
}

// Advance appends a step. It is the only function that knows the edges of the
// state machine; an edge that does not exist is a [Conflict] and changes nothing.
// description may be empty.
func (s *Scan) Advance(to State, description string, at time.Time) error {
	if !edgeExists(s.State(), to, len(s.Steps) == 0) {
		return &Error{Kind: Conflict, Title: "Scan cannot do that now", Detail: fmt.Sprintf("scan %d is %s and cannot become %s", s.ID, s.State(), to)}
	}
	at = at.UTC().Truncate(time.Microsecond)
	step := Step{State: to, At: at}
	if description != "" {
		step.Description = &description
	}
	s.Steps = append(s.Steps, step)
	if to == StateScanning && s.StartedAt == nil {
		s.StartedAt = &at
	}
	if to.Final() {
		s.EndedAt = &at
		s.Lease = Lease{}
	}
	return nil
}

func edgeExists(from, to State, isNew bool) bool {
	if isNew {
		return to == StatePending
	}
	switch to {
	case StatePending:
		return from == StateScheduled || from == StateScanning
	case StateScheduled:
		return from == StatePending
	case StateScanning:
		return from == StateScheduled || from == StateScanning
	case StateDone:
		return from == StateScanning
	case StateFailed, StateCancelled:
		return !from.Final()
	}
	return false
}

// scanFields is Scan without its methods, so that encoding it does not recurse.
type scanFields Scan

// scanObject adds the derived members of the scan object.
type scanObject struct {
	scanFields
	Name       string          `json:"name"` // the same as label; clients of 0.8 know it by this name
	Status     Status          `json:"status"`
	IndexID    *ScanID         `json:"index_id"`
	RescanOf   *ScanID         `json:"rescan_of"`
	SavedGraph json.RawMessage `json:"saved_graph"`
}

// scanText is the scan object as it is written.
type scanText struct {
	scanObject
	CreatedAt Timestamp  `json:"created_dt"`
	StartedAt *Timestamp `json:"scan_started_dt"`
	EndedAt   *Timestamp `json:"scan_ended_dt"`
	DeletedAt *Timestamp `json:"deleted_dt"`
}

// JSONShape gives a value with the members of the scan object, for documents about it.
func (Scan) JSONShape() any { return scanObject{} }

// MarshalJSON gives the scan object with every member present.
func (s Scan) MarshalJSON() ([]byte, error) {
	if s.Targets == nil {
		s.Targets = []Target{}
	}
	if s.Exclude == nil {
		s.Exclude = []Target{}
	}
	if s.Steps == nil {
		s.Steps = []Step{}
	}
	object := scanObject{scanFields: scanFields(s), Name: s.Label, Status: s.Status(), IndexID: s.IndexID(), SavedGraph: json.RawMessage("null")}
	if s.RescanOf != 0 {
		object.RescanOf = &s.RescanOf
	}
	return json.Marshal(scanText{
		scanObject: object, CreatedAt: Timestamp(s.CreatedAt),
		StartedAt: (*Timestamp)(s.StartedAt), EndedAt: (*Timestamp)(s.EndedAt), DeletedAt: (*Timestamp)(s.DeletedAt),
	})
}

// UnmarshalJSON reads a scan object; derived members are derived again.
func (s *Scan) UnmarshalJSON(data []byte) error {
	object := scanObject{scanFields: scanFields(*s)}
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	*s = Scan(object.scanFields)
	if object.RescanOf != nil {
		s.RescanOf = *object.RescanOf
	}
	return nil
}
