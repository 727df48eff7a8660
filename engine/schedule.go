package engine

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// ScheduleKind is the kind of the records of schedules.
const ScheduleKind RecordKind = "schedule"

// Misfire says what becomes of a planned run that the server was not there for.
type Misfire string

// The rules for that; "" is [MisfireSkip].
const (
	MisfireSkip Misfire = "skip"     // it is left out; the next one comes as planned
	MisfireOnce Misfire = "run_once" // it is made up for at once, one run for however many were missed
)

// Overlap says what becomes of a planned run while the scan of the run before goes on.
type Overlap string

// The rules for that; "" is [OverlapSkip].
const (
	OverlapSkip  Overlap = "skip"  // it is left out
	OverlapQueue Overlap = "queue" // it waits for that scan to end, one run for however many wait
)

// Schedule asks for the same scan again and again, at times of a rule. The scans are
// those of who declared it.
type Schedule struct {
	Stamp

	Name       string      `json:"name"`
	Scan       ScanRequest `json:"scan"`      // what every run asks for
	Cron       string      `json:"cron"`      // "30 2 * * *"; either this or RRule
	RRule      string      `json:"rrule"`     // "FREQ=WEEKLY;BYDAY=MO", see RFC 5545 section 3.3.10
	TimeZone   string      `json:"time_zone"` // a name of the IANA database; "" is UTC
	Enabled    *bool       `json:"enabled"`   // nil is true
	StartAt    *time.Time  `json:"start_at"`  // no run before; an RRule begins to count here, without it when it was declared
	EndAt      *time.Time  `json:"end_at"`    // no run after
	MaxRuns    int         `json:"max_runs"`  // scans that are made; 0 has no limit
	Misfire    Misfire     `json:"misfire"`
	Overlap    Overlap     `json:"overlap"`
	FailNotify []RecordID  `json:"fail_notify"` // notifications that are told of failures, whatever events they are for

	// What the engine keeps of it.
	NextRunAt  *time.Time `json:"next_run_at"`  // nil: never again, as it is
	Runs       int        `json:"runs"`         // scans that were made for planned runs
	LastScanID ScanID     `json:"last_scan_id"` // 0 before the first
	LastStatus Status     `json:"last_status"`  // of that scan; "" if it is gone
	Waiting    bool       `json:"waiting"`      // for the scan of the run before
}

// ScheduleState are the members of a [Schedule] that the engine keeps.
func ScheduleState() []string {
	return []string{"next_run_at", "runs", "last_scan_id", "last_status", "waiting"}
}

var _ interface {
	Noun
	Timed
	Referring
} = (*Schedule)(nil)

// RecordKind implements [Noun].
func (*Schedule) RecordKind() RecordKind { return ScheduleKind }

// RecordName implements [Noun].
func (s *Schedule) RecordName() string { return s.Name }

// Due implements [Timed]: the next planned run.
func (s *Schedule) Due() time.Time {
	if s.NextRunAt == nil {
		return time.Time{}
	}
	return *s.NextRunAt
}

// References implements [Referring].
func (s *Schedule) References() []Reference {
	return slices.Concat(
		ReferencesTo(DeclaredTargetKind, "scan.target_ids", s.Scan.TargetIDs),
		ReferencesTo(TargetGroupKind, "scan.target_group_ids", s.Scan.TargetGroupIDs),
		ReferencesTo(NotificationKind, "fail_notify", s.FailNotify),
	)
}

// Settle gives a valid schedule the form it is kept in.
func (s *Schedule) Settle() {
	s.FailNotify = slices.Compact(slices.Sorted(slices.Values(s.FailNotify)))
	if s.FailNotify == nil {
		s.FailNotify = []RecordID{}
	}
	s.Misfire, s.Overlap = cmp.Or(s.Misfire, MisfireSkip), cmp.Or(s.Overlap, OverlapSkip)
	s.TimeZone, s.Enabled = cmp.Or(s.TimeZone, "UTC"), new(s.IsEnabled())
	s.StartAt, s.EndAt = inUTC(s.StartAt), inUTC(s.EndAt)
	if s.Scan.Targets == nil {
		s.Scan.Targets = []Target{}
	}
}

func inUTC(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	return new(at.UTC())
}

// IsEnabled reports whether planned runs are made.
func (s *Schedule) IsEnabled() bool { return s.Enabled == nil || *s.Enabled }

// maxFailNotify is how many notifications a schedule may name.
const maxFailNotify = 20

// Validate implements [Noun]. Whether the rule can be read, package recurrence says, and
// whether the scan can be made, whoever knows what it names.
func (s *Schedule) Validate() error {
	if err := ValidateRecordName(s.Name); err != nil {
		return err
	}
	if (s.Cron == "") == (s.RRule == "") {
		return badSchedule("cron", "exactly one of cron and rrule says when it runs", `write "cron": "30 2 * * *" for every night at half past two`)
	}
	if err := oneOf("misfire", s.Misfire, MisfireSkip, MisfireOnce); err != nil {
		return titled("Schedule is not valid", err)
	}
	if err := oneOf("overlap", s.Overlap, OverlapSkip, OverlapQueue); err != nil {
		return titled("Schedule is not valid", err)
	}
	switch {
	case s.MaxRuns < 0:
		return badSchedule("max_runs", fmt.Sprintf("max_runs is %d", s.MaxRuns), "write 0 for no limit")
	case s.StartAt != nil && s.EndAt != nil && !s.StartAt.Before(*s.EndAt):
		return badSchedule("end_at", "it ends before it starts", "write an end_at after start_at")
	case len(s.FailNotify) > maxFailNotify:
		return badSchedule("fail_notify", fmt.Sprintf("%d notifications are named, at most %d are told", len(s.FailNotify), maxFailNotify), "")
	}
	return nil
}

func badSchedule(field, detail, hint string) error {
	return &Error{Kind: Invalid, Title: "Schedule is not valid", Field: field, Detail: detail, Hint: hint}
}

// RunOutcome says what became of a planned run.
type RunOutcome string

// The outcomes.
const (
	RunStarted RunOutcome = "started" // a scan was made
	RunSkipped RunOutcome = "skipped" // the scan of the run before had not ended
	RunMissed  RunOutcome = "missed"  // the server was not there
	RunRefused RunOutcome = "refused" // the scan was not allowed; the reason says why
)

// ScheduleRun is what became of one planned run, or of one that somebody asked for.
type ScheduleRun struct {
	ScheduleID RecordID   `json:"schedule_id"`
	PlannedAt  time.Time  `json:"planned_at"` // with the schedule it names the run: there is one for each time
	At         time.Time  `json:"at"`         // when that was decided
	Manual     bool       `json:"manual"`     // somebody asked for it
	Outcome    RunOutcome `json:"outcome"`
	Reason     string     `json:"reason"`  // why it was not started, as a sentence; ""
	ScanID     ScanID     `json:"scan_id"` // 0: none was made
	Status     Status     `json:"status"`  // of the scan; "" if there is none. Never stored
}
