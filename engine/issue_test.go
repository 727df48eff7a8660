package engine_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// hour is a moment n hours into a day.
func hour(n int) time.Time { return time.Date(2026, 11, 25, n, 0, 0, 0, time.UTC) }

// life is an issue with what happens to it; scan n begins at hour n and ends half an
// hour later.
type life struct {
	*testing.T

	issue engine.Issue
}

func newLife(t *testing.T) *life {
	return &life{T: t, issue: engine.NewIssue(7, engine.Party{UserID: 7}, "f1")}
}

func (l *life) seen(n int) *life {
	l.issue.See(&engine.Finding{Fingerprint: "f1", Severity: engine.High, Title: "t"}, engine.ScanID(n), hour(n).Add(30*time.Minute))
	return l
}

func (l *life) missed(n int) *life {
	l.issue.Miss(engine.ScanID(n), hour(n), hour(n).Add(30*time.Minute))
	return l
}

func (l *life) decided(n int, r engine.IssueRequest) *life {
	l.Helper()
	if err := r.Validate(hour(n)); err != nil {
		l.Error(err)
	}
	if err := l.issue.Decide(r, engine.Owner{ID: 7, Email: "ann@example.com"}, hour(n)); err != nil {
		l.Error(err)
	}
	return l
}

func (l *life) accepted(n int, until *time.Time) *life {
	l.Helper()
	return l.decided(n, engine.IssueRequest{State: engine.IssueAccepted, Reason: "behind a VPN", Expires: until})
}

func (l *life) denied(n int) *life {
	l.Helper()
	return l.decided(n, engine.IssueRequest{State: engine.IssueFalsePositive, Reason: "honeypot"})
}

func (l *life) reopened(n int) *life {
	l.Helper()
	return l.decided(n, engine.IssueRequest{State: engine.IssuePresent})
}

func (l *life) expired(n int) *life {
	l.issue.Expire(hour(n))
	return l
}

// path is the states the issue went through, by its history.
func (l *life) path() string {
	states := make([]string, len(l.issue.Changes))
	for i, change := range l.issue.Changes {
		states[i] = string(change.To)
		if i > 0 && change.From != l.issue.Changes[i-1].To {
			l.Errorf("line %d begins with %s after %s", i, change.From, l.issue.Changes[i-1].To)
		}
	}
	return strings.Join(states, " ")
}

func TestIssueStates(t *testing.T) {
	at := hour(5)
	for name, test := range map[string]struct {
		life *life
		want string
	}{
		"seen":                        {newLife(t).seen(1), "present"},
		"seen again":                  {newLife(t).seen(1).seen(2), "present"},
		"missed":                      {newLife(t).seen(1).missed(2).missed(3), "present fixed"},
		"back":                        {newLife(t).seen(1).missed(2).seen(3).seen(4), "present fixed revived"},
		"gone again":                  {newLife(t).seen(1).missed(2).seen(3).missed(4), "present fixed revived fixed"},
		"accepted":                    {newLife(t).seen(1).accepted(2, nil).seen(3).missed(4).seen(5), "present accepted"},
		"accepted again":              {newLife(t).seen(1).accepted(2, nil).accepted(3, nil), "present accepted accepted"},
		"false positive":              {newLife(t).seen(1).denied(2).missed(3), "present false-positive"},
		"a mind changed":              {newLife(t).seen(1).denied(2).accepted(3, nil), "present false-positive accepted"},
		"reopened":                    {newLife(t).seen(1).accepted(2, nil).reopened(3), "present accepted present"},
		"reopened though gone":        {newLife(t).seen(1).accepted(2, nil).missed(3).reopened(4), "present accepted fixed"},
		"reopened and back":           {newLife(t).seen(1).accepted(2, nil).missed(3).reopened(4).seen(5), "present accepted fixed revived"},
		"decided when fixed":          {newLife(t).seen(1).missed(2).denied(3).reopened(4), "present fixed false-positive fixed"},
		"open already":                {newLife(t).seen(1).reopened(2), "present"},
		"expires later":               {newLife(t).seen(1).accepted(2, &at).expired(4), "present accepted"},
		"expired":                     {newLife(t).seen(1).accepted(2, &at).expired(5).expired(6), "present accepted present"},
		"expired when gone":           {newLife(t).seen(1).accepted(2, &at).missed(3).expired(6), "present accepted fixed"},
		"never expires":               {newLife(t).seen(1).accepted(2, nil).expired(9), "present accepted"},
		"an older scan comes later":   {newLife(t).seen(1).missed(3).seen(2), "present fixed"},
		"it saw what was missed once": {newLife(t).seen(3).missed(2), "present"},
	} {
		if got := test.life.path(); got != test.want {
			t.Errorf("%s: the states are %s, want %s", name, got, test.want)
		}
	}
}

func TestIssueSightings(t *testing.T) {
	issue := newLife(t).seen(2).seen(3).seen(1).issue
	if issue.TimesSeen != 3 || issue.FirstScan != 1 || issue.LastScan != 3 || issue.FirstSeen != hour(1).Add(30*time.Minute) || issue.LastSeen != hour(3).Add(30*time.Minute) {
		t.Errorf("the issue is %+v", issue)
	}
	issue = newLife(t).seen(1).missed(3).seen(2).issue // scan 2 was merged late
	if !issue.Gone || issue.LastScan != 2 || *issue.FixedAt != hour(3) {
		t.Errorf("the issue is %+v", issue)
	}
	before := issue.ChangedAt
	issue.See(&engine.Finding{Severity: engine.Critical, Port: 8080}, 4, hour(9))
	if issue.Severity != engine.Critical || issue.Port != 8080 || issue.Gone || *issue.RevivedAt != hour(9) || !issue.ChangedAt.After(before) {
		t.Errorf("after a newer finding the issue is %+v", issue)
	}
}

func TestIssueRemembersWho(t *testing.T) {
	until := hour(8)
	issue := newLife(t).seen(1).accepted(2, &until).issue
	if issue.Reason != "behind a VPN" || *issue.Expires != until {
		t.Errorf("the issue is %+v", issue)
	}
	if d := issue.Decision(); d.By.Email != "ann@example.com" || d.At != hour(2) || d.Reason != "behind a VPN" || !d.Holds(hour(7)) || d.Holds(hour(8)) {
		t.Errorf("what is decided is %+v", d)
	}
	bob := engine.Owner{ID: 8, Email: "bob@example.com"}
	issue.Assign(&bob, &bob, hour(3))
	issue.Note("asked the team", bob, hour(4))
	issue.Expire(hour(9))
	if issue.Reason != "" || issue.Expires != nil || issue.Decision() != nil || issue.Decision().Holds(hour(1)) {
		t.Errorf("after it expired the issue is %+v", issue)
	}
	one := engine.ScanID(1)
	ann := engine.Owner{ID: 7, Email: "ann@example.com"}
	want := []engine.IssueChange{
		{At: hour(1).Add(30 * time.Minute), Event: engine.IssueSeen, To: engine.IssuePresent, ScanID: &one},
		{At: hour(2), Event: engine.IssueDecided, From: engine.IssuePresent, To: engine.IssueAccepted, By: &ann, Note: "behind a VPN"},
		{At: hour(3), Event: engine.IssueAssigned, From: engine.IssueAccepted, To: engine.IssueAccepted, By: &bob, Note: "bob@example.com"},
		{At: hour(4), Event: engine.IssueNoted, From: engine.IssueAccepted, To: engine.IssueAccepted, By: &bob, Note: "asked the team"},
		{At: hour(9), Event: engine.IssueExpired, From: engine.IssueAccepted, To: engine.IssuePresent},
	}
	if !reflect.DeepEqual(issue.Changes, want) {
		t.Errorf("the history is\n%+v, want\n%+v", issue.Changes, want)
	}
}

func TestReopenFixed(t *testing.T) {
	issue := newLife(t).seen(1).missed(2).issue
	err := issue.Decide(engine.IssueRequest{State: engine.IssuePresent}, engine.Owner{}, hour(3))
	if engine.KindOf(err) != engine.Conflict || issue.State != engine.IssueFixed {
		t.Errorf("reopening a fixed issue gives %v and leaves it %s", err, issue.State)
	}
}

func TestAbsorb(t *testing.T) {
	ours, theirs := newLife(t).seen(3).issue, newLife(t).seen(1).missed(4).issue
	theirs.LastSeen = hour(3).Add(40 * time.Minute)
	ours.Absorb(theirs, theirs.Changes, hour(9))
	if ours.TimesSeen != 2 || ours.FirstScan != 1 || ours.State != engine.IssueFixed || len(ours.Changes) != 4 {
		t.Errorf("two issues became %+v", ours)
	}
	decided := newLife(t).seen(1).denied(2).issue
	decided.Absorb(newLife(t).seen(3).issue, nil, hour(9))
	if decided.State != engine.IssueFalsePositive || decided.LastScan != 3 {
		t.Errorf("a decision became %+v", decided)
	}
}

func TestIssueRequest(t *testing.T) {
	past, future := hour(1), hour(23)
	for field, requests := range map[string][]engine.IssueRequest{
		"": {
			{State: engine.IssueAccepted, Reason: "why", Expires: &future}, {State: engine.IssueFalsePositive, Reason: "line\nby line"},
			{State: engine.IssuePresent}, {Assignee: engine.Nobody},
		},
		"state":   {{}, {Reason: "why"}, {State: engine.IssueFixed}, {State: engine.IssueRevived}, {State: "acepted", Reason: "why"}, {Assignee: "a@b", Expires: &future}},
		"reason":  {{State: engine.IssueAccepted}, {State: engine.IssueFalsePositive, Reason: " "}, {State: engine.IssueAccepted, Reason: "\x1b[2J"}, {State: engine.IssueAccepted, Reason: strings.Repeat("x", engine.MaxNoteRunes+1)}, {State: engine.IssueAccepted, Reason: "\xff"}},
		"expires": {{State: engine.IssueAccepted, Reason: "why", Expires: &past}, {State: engine.IssueFalsePositive, Reason: "why", Expires: &future}, {State: engine.IssuePresent, Expires: &future}},
	} {
		for _, r := range requests {
			if got := fieldOf(r.Validate(hour(12))); got != field {
				t.Errorf("%+v is wrong about %q, want %q", r, got, field)
			}
		}
	}
}

func TestParseExpiry(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-11-25":                hour(24),
		"2026-11-25T03:00:00Z":      hour(3),
		"2026-11-25T03:00:00+02:00": hour(1),
	} {
		if got, err := engine.ParseExpiry(text); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "tomorrow", "25.11.2026", "2026-02-30"} {
		if _, err := engine.ParseExpiry(text); fieldOf(err) != "expires" {
			t.Errorf("%q is taken (%v)", text, err)
		}
	}
}

func TestIssueTrend(t *testing.T) {
	got := engine.IssueTrend(hour(3), 3, engine.SeverityCounts{High: 2, Total: 2}, map[string]engine.SeverityTurns{
		"2026-11-23": {engine.High: -1, engine.Low: 3},
		"2026-11-25": {engine.Low: -3},
	})
	want := []engine.IssueDay{
		{Date: "2026-11-23", SeverityCounts: engine.SeverityCounts{High: 1, Low: 3, Total: 4}},
		{Date: "2026-11-24", SeverityCounts: engine.SeverityCounts{High: 1, Low: 3, Total: 4}},
		{Date: "2026-11-25", SeverityCounts: engine.SeverityCounts{High: 1, Total: 1}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the trend is %+v, want %+v", got, want)
	}
}
