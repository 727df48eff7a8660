package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// hostileIssue is an issue all of whose text tries to steer the terminal.
func hostileIssue() engine.Issue {
	const evil = "a\x1b[2J\u202eb\nc\u009b31m##[error]"
	seen := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	return engine.Issue{
		ID: 12, Fingerprint: evil, State: engine.IssueAccepted, Gone: true, Rule: evil, Title: evil + strings.Repeat("é", 300), Severity: engine.Critical,
		Target: evil, Host: evil, IP: "192.0.2.1", Port: 80, Path: "/" + evil, FirstSeen: seen, LastSeen: seen, TimesSeen: 3, FirstScan: 1, LastScan: 2,
		Reason: evil, Expires: &seen, Assignee: &engine.Owner{Email: evil},
	}
}

func TestHostileIssues(t *testing.T) {
	issue := hostileIssue()
	scan := engine.ScanID(2)
	history := []engine.IssueChange{
		{At: issue.FirstSeen, Event: engine.IssueSeen, To: engine.IssuePresent, ScanID: &scan},
		{At: issue.FirstSeen, Event: engine.IssueDecided, From: engine.IssuePresent, To: engine.IssueAccepted, By: issue.Assignee, Note: issue.Reason},
	}
	page := report.Issues{Issues: []engine.Issue{issue}, Terminal: report.Terminal{Width: 60}}
	page.Counts.Accepted.Add(engine.Critical, 3)
	for name, write := range map[string]func(*strings.Builder) error{
		"list":  func(b *strings.Builder) error { return report.WriteIssues(b, page) },
		"issue": func(b *strings.Builder) error { return report.WriteIssue(b, issue, history, page.Terminal) },
		"trend": func(b *strings.Builder) error {
			return report.WriteIssueTrend(b, []engine.IssueDay{{Date: issue.Rule}}, page.Terminal)
		},
	} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Error(err)
		}
		if strings.ContainsAny(b.String(), "\x1b\u202e\u009b") || strings.Contains(b.String(), "##[") {
			t.Errorf("the %s lets through:\n%q", name, b.String())
		}
		for line := range strings.Lines(b.String()) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 60 {
				t.Errorf("a line of the %s has %d columns: %q", name, n, line)
			}
		}
	}
}

func TestIssuesTable(t *testing.T) {
	one := engine.Issue{ID: 7, State: engine.IssuePresent, Severity: engine.High, Title: "Redis answers without a password", Host: "192.0.2.1", IP: "192.0.2.1", Port: 6379}
	two := engine.Issue{ID: 12, State: engine.IssueRevived, Severity: engine.Low, Title: "Web server lists a folder", Host: "www.example.com", IP: "192.0.2.2", Port: 80, Path: "/files"}
	page := report.Issues{Issues: []engine.Issue{one, two}}
	page.Counts.Present.Add(engine.High, 1)
	page.Counts.Revived.Add(engine.Low, 2)
	var b strings.Builder
	if err := report.WriteIssues(&b, page); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"Issues  1 present · 2 revived",
		"  7   HIGH      present  192.0.2.1:6379            Redis answers without a password",
		"  12  LOW       revived  www.example.com:80/files  Web server lists a folder",
		"  … and 1 more",
		"",
	}, "\n")
	if b.String() != want {
		t.Errorf("the table is\n%s, want\n%s", b.String(), want)
	}
	b.Reset()
	if err := report.WriteIssueTrend(&b, []engine.IssueDay{{Date: "2026-11-25", SeverityCounts: engine.SeverityCounts{High: 1, Low: 12, Total: 13}}}, report.Terminal{}); err != nil {
		t.Fatal(err)
	}
	if want := "Open issues  critical    high  medium     low    info   total\n2026-11-25          0       1       0      12       0      13\n"; b.String() != want {
		t.Errorf("the trend is\n%s, want\n%s", b.String(), want)
	}
}
