package engine

import (
	"encoding/json"
	"fmt"
	"time"
)

// MaxNoticeIssues is how many issues a notice lists, and how many notices of an issue each
// a scan causes.
const MaxNoticeIssues = 100

// maxNoticeTargets is how many targets a notice lists.
const maxNoticeTargets = 20

// Notice is what a notification tells, as JSON: the body of a webhook. Text in it comes
// from scanned hosts, and is hostile.
type Notice struct {
	Event    NoticeEvent     `json:"event"`
	At       time.Time       `json:"at"`
	Scan     *NoticeScan     `json:"scan,omitempty"`
	Schedule *NoticeSchedule `json:"schedule,omitempty"`
	Counts   *SeverityCounts `json:"counts,omitempty"` // of all that is new
	Issues   []NoticeIssue   `json:"issues,omitempty"` // the worst of them
}

// NoticeScan is the scan a notice is about.
type NoticeScan struct {
	ID         ScanID     `json:"id"`
	Label      string     `json:"label"`
	Status     Status     `json:"status"`
	LastStep   string     `json:"last_step"`
	ScheduleID RecordID   `json:"schedule_id,omitzero"`
	Targets    []Target   `json:"targets"` // the first of them
	TargetsAll int        `json:"target_count"`
	CreatedAt  time.Time  `json:"created_at"`
	EndedAt    *time.Time `json:"ended_at"`
	Summary    Summary    `json:"summary"`
}

// NoticeSchedule is the schedule a notice is about, and its planned run.
type NoticeSchedule struct {
	ID        RecordID   `json:"id"`
	Name      string     `json:"name"`
	PlannedAt *time.Time `json:"planned_at,omitempty"`
	Outcome   RunOutcome `json:"outcome,omitempty"`
	Reason    string     `json:"reason,omitempty"`
	NextRunAt *time.Time `json:"next_run_at,omitempty"`
}

// NoticeIssue is an issue a notice is about.
type NoticeIssue struct {
	ID        IssueID    `json:"id"`
	State     IssueState `json:"state"`
	Rule      string     `json:"rule"`
	Title     string     `json:"title"`
	Severity  Severity   `json:"severity"`
	Target    Target     `json:"target"`
	Host      string     `json:"host"`
	IP        string     `json:"ip"`
	Port      int        `json:"port"`
	Transport string     `json:"transport"`
	URI       string     `json:"uri"`
}

// NoticeOf is what a notice says of a scan.
func NoticeOf(s *Scan) *NoticeScan {
	return &NoticeScan{
		ID: s.ID, Label: s.Label, Status: s.Status(), LastStep: s.LastStep(), ScheduleID: s.ScheduleID,
		Targets: s.Targets[:min(len(s.Targets), maxNoticeTargets)], TargetsAll: len(s.Targets), CreatedAt: s.CreatedAt, EndedAt: s.EndedAt, Summary: s.Summary,
	}
}

// NoticesOf is what a notice says of issues.
func NoticesOf(issues []Issue) []NoticeIssue {
	list := make([]NoticeIssue, len(issues))
	for k, i := range issues {
		list[k] = NoticeIssue{
			ID: i.ID, State: i.State, Rule: i.Rule, Title: i.Title, Severity: i.Severity, Target: i.Target, Host: i.Host, IP: i.IP,
			Port: i.Port, Transport: i.Transport, URI: i.URI,
		}
	}
	return list
}

// DeliveryState says how far a delivery is.
type DeliveryState string

// The states.
const (
	DeliveryPending   DeliveryState = "pending"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryFailed    DeliveryState = "failed" // given up
)

// Delivery is one notice on its way by one notification. It is on record before it is
// sent, and goes out at least once: whoever was told and died before that was noted is
// told again, with the same ID.
type Delivery struct {
	ID             string          `json:"id"` // random; the receiver knows a repeated delivery by it
	NotificationID RecordID        `json:"notification_id"`
	Key            string          `json:"-"` // what it is about: one notification tells it once
	Event          NoticeEvent     `json:"event"`
	State          DeliveryState   `json:"state"`
	Notice         json.RawMessage `json:"notice"` // a [Notice]
	Tries          []DeliveryTry   `json:"tries"`
	Due            *time.Time      `json:"next_try_at"` // nil when it has ended
	CreatedAt      time.Time       `json:"created_at"`
	EndedAt        *time.Time      `json:"ended_at"`
}

// DeliveryTry is one attempt to deliver.
type DeliveryTry struct {
	At         time.Time     `json:"at"`
	StatusCode int           `json:"status_code"` // of the answer; 0 for none, and for mail
	Error      string        `json:"error"`       // ""; never what was answered
	Permanent  bool          `json:"permanent"`   // trying again would not help
	RetryAfter time.Duration `json:"-"`           // what the receiver asked for; 0 for nothing
}

// Succeeded reports whether the receiver took it.
func (t DeliveryTry) Succeeded() bool { return t.Error == "" }

// MaxTries is how often a delivery is tried: over about half a day.
const MaxTries = 8

// MaxRetryAfter is how long a receiver may make it wait.
const MaxRetryAfter = 24 * time.Hour

// backoff is how long to wait after each try but the last.
func backoff(try int) time.Duration {
	steps := [MaxTries - 1]time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour}
	return steps[min(max(try, 1), len(steps))-1]
}

// Note writes down how a try went, and when there is another.
func (d *Delivery) Note(try DeliveryTry) {
	d.Tries = append(d.Tries, try)
	switch {
	case try.Succeeded():
		d.end(DeliveryDelivered, try.At)
	case try.Permanent || len(d.Tries) >= MaxTries:
		d.end(DeliveryFailed, try.At)
	default:
		wait := max(backoff(len(d.Tries)), min(try.RetryAfter, MaxRetryAfter))
		d.Due = new(try.At.Add(wait))
	}
}

func (d *Delivery) end(state DeliveryState, at time.Time) {
	d.State, d.Due, d.EndedAt = state, nil, &at
}

// NewDelivery is a delivery of a notice by a notification that has not been tried.
func NewDelivery(to RecordID, key string, notice Notice) (Delivery, error) {
	text, err := json.Marshal(notice)
	if err != nil {
		return Delivery{}, fmt.Errorf("write notice: %w", err)
	}
	at := notice.At
	return Delivery{
		ID: "dlv_" + NewKey(), NotificationID: to, Key: key, Event: notice.Event, State: DeliveryPending, Notice: text,
		Tries: []DeliveryTry{}, Due: &at, CreatedAt: at,
	}, nil
}
