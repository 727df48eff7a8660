package private_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// merge makes issues of what the scans have found.
func (r *room) merge() {
	r.t.Helper()
	if err := r.control.Merge(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// issues is a page as it is on the wire.
type issues struct {
	Issues []engine.Issue
	Total  int
	Counts engine.IssueCounts
}

// withIssues makes five issues, numbered in this order, the second of which is accepted.
func withIssues(t *testing.T) *room {
	r := open(t)
	r.done("x", webs(1), []engine.Finding{
		finding("a.critical", engine.Critical, 6379), finding("b.high", engine.High, 443), finding("c.high", engine.High, 80), finding("d.low", engine.Low, 80), finding("e.info", engine.Info, 22),
	})
	r.merge()
	r.own("PATCH /api/issues/2/", `{"state": "accepted", "reason": "behind a VPN"}`).is(200)
	return r
}

func TestIssues(t *testing.T) {
	r := withIssues(t)
	for parameters, want := range map[string][]engine.IssueID{
		"":                                  {1, 2, 3, 4, 5},
		"?state=present,revived":            {1, 3, 4, 5},
		"?state=accepted&state=fixed":       {2},
		"?severity=high":                    {2, 3},
		"?severity=high,low&state=present":  {3, 4},
		"?rule=d.low,e.info":                {4, 5},
		"?target=192.0.2.1&severity=low":    {4},
		"?target=192.0.2.9":                 {},
		"?assignee=nobody&severity=info":    {5},
		"?assignee=own@example.com":         {},
		"?text=C.HIGH":                      {3},
		"?text=" + fingerprintOf("e.info"):  {5},
		"?fingerprint=" + fingerprintOf(""): {},
		"?size=2":                           {1, 2},
		"?start=3&size=9":                   {4, 5},
		"?start=9":                          {},
	} {
		var page issues
		r.own("GET /api/issues/"+parameters, "").is(200).into(&page)
		ids := []engine.IssueID{}
		for _, issue := range page.Issues {
			ids = append(ids, issue.ID)
		}
		if !slices.Equal(ids, want) || page.Issues == nil {
			t.Errorf("%q: %v, want %v", parameters, ids, want)
		}
		if strings.Contains(parameters, "size") && page.Total != 5 || page.Total != page.Counts.Total() {
			t.Errorf("%q: total is %d, counts are %+v", parameters, page.Total, page.Counts)
		}
	}
	var page issues
	r.own("GET /api/issues/?size=1&severity=high", "").into(&page)
	if page.Total != 2 || page.Counts.Present.High != 1 || page.Counts.Accepted.High != 1 {
		t.Errorf("counts are %+v, want those of all that pass", page.Counts)
	}
}

func fingerprintOf(rule string) string { return engine.Fingerprint(rule, "192.0.2.1", 22, "tcp", "") }

func TestIssuesRefuse(t *testing.T) {
	r := withIssues(t)
	for parameters, field := range map[string]string{
		"?state=open": "state[0]", "?severity=high,bad": "severity[1]", "?start=-1": "start", "?size=0": "size", "?size=1001": "size",
		"?assignee=foreign@example.com": "assignee", "?start=x": "start",
	} {
		r.own("GET /api/issues/"+parameters, "").fails(400, engine.Invalid, field)
	}
	for body, field := range map[string]string{
		`{}`: "state", `{"state":"fixed"}`: "state", `{"state":"acepted"}`: "state", `{"state":"accepted"}`: "reason", `{"state":"accepted","reason":3}`: "reason",
		`{"state":"accepted","reason":"x","expires":"soon"}`:       "expires",
		`{"state":"accepted","reason":"x","expires":"2020-01-01"}`: "expires",
		`{"assignee":"foreign@example.com"}`:                       "assignee",
	} {
		r.own("PATCH /api/issues/1/", body).fails(400, engine.Invalid, field)
	}
	r.own("POST /api/issues/1/notes/", `{"note":" "}`).fails(400, engine.Invalid, "note")
	r.own("GET /api/issues_trend/?days=0", "").fails(400, engine.Invalid, "days")
	r.own("GET /api/issues_trend/?days=9999", "").fails(400, engine.Invalid, "days")
	r.own("GET /api/issues/1/history/?size=0", "").fails(400, engine.Invalid, "size")
}

// TestIssueLife decides, assigns and notes over HTTP, and reads what became of it.
func TestIssueLife(t *testing.T) {
	r := withIssues(t)
	var issue engine.Issue
	year := time.Now().Year() + 1
	r.own("PATCH /api/issues/3/", fmt.Sprintf(`{"state":"accepted","reason":"until the move","expires":"%d-01-31","assignee":"OWN@example.com"}`, year)).is(200).into(&issue)
	if issue.State != engine.IssueAccepted || !issue.Expires.Equal(time.Date(year, 2, 1, 0, 0, 0, 0, time.UTC)) || issue.Assignee.Email != "own@example.com" {
		t.Errorf("accepted, the issue is %+v", issue)
	}
	r.own("POST /api/issues/3/notes/", `{"note":"asked\nthe network team"}`).is(201)
	r.own("PATCH /api/issues/3/", `{"state":"present","assignee":"nobody"}`).is(200).into(&issue)
	if issue.State != engine.IssuePresent || issue.Expires != nil || issue.Assignee != nil {
		t.Errorf("reopened, the issue is %+v", issue)
	}
	var history []engine.IssueChange
	r.own("GET /api/issues/3/history/?start=1&size=9", "").is(200).into(&history)
	var events []engine.IssueEvent
	for _, line := range history {
		events = append(events, line.Event)
		if line.By == nil || line.By.Email != "own@example.com" {
			t.Errorf("a line is by %+v", line.By)
		}
	}
	want := []engine.IssueEvent{engine.IssueDecided, engine.IssueAssigned, engine.IssueNoted, engine.IssueReopened, engine.IssueAssigned}
	if !slices.Equal(events, want) || history[2].Note != "asked\nthe network team" {
		t.Errorf("the history is %+v, want %v", history, want)
	}
	r.own("GET /api/issues/3/history/?start=99", "").is(200).into(&history)
	var trend []engine.IssueDay
	r.own("GET /api/issues_trend/?days=3", "").is(200).into(&trend)
	if len(trend) != 3 || trend[2].Total != 4 || trend[2].Date != time.Now().UTC().Format(time.DateOnly) {
		t.Errorf("the trend is %+v", trend)
	}
}

// TestForeignIssuesAreNotFound: for a stranger every route of an issue says the same as
// for one that does not exist.
func TestForeignIssuesAreNotFound(t *testing.T) {
	r := withIssues(t)
	for _, line := range []string{"GET /api/issues/%s/", "PATCH /api/issues/%s/", "POST /api/issues/%s/notes/", "GET /api/issues/%s/history/"} {
		const body = `{"note":"x","assignee":"nobody"}`
		r.send(fmt.Sprintf(line, "1"), body, "X-API-Key: "+foreignKey).fails(404, engine.NotFound, "id")
		r.own(fmt.Sprintf(line, "999999"), body).fails(404, engine.NotFound, "id")
		r.own(fmt.Sprintf(line, "first"), body).fails(404, engine.NotFound, "id")
	}
	var page issues
	r.send("GET /api/issues/", "", "X-API-Key: "+foreignKey).is(200).into(&page)
	if page.Total != 0 {
		t.Errorf("a stranger sees %d issues", page.Total)
	}
}

// TestFindingsKnowTheirIssues: a finding says what was decided, and since when it is known.
func TestFindingsKnowTheirIssues(t *testing.T) {
	r := withIssues(t)
	id := r.done("again", nil, []engine.Finding{finding("b.high", engine.High, 443), finding("z.new", engine.Low, 1)})
	var page findings
	r.own(fmt.Sprintf("GET /api/scanner/%d/findings/", id), "").is(200).into(&page)
	known, fresh := page.Findings[0], page.Findings[1]
	if known.IssueState != engine.IssueAccepted || known.FirstSeen == nil || fresh.IssueState != "" || fresh.FirstSeen != nil {
		t.Errorf("before the scan is merged the findings are %+v and %+v", known, fresh)
	}
	r.merge()
	r.own(fmt.Sprintf("GET /api/scanner/%d/findings/", id), "").is(200).into(&page)
	if fresh = page.Findings[1]; fresh.IssueState != engine.IssuePresent || !fresh.FirstSeen.After(*known.FirstSeen) {
		t.Errorf("then it is %+v", fresh)
	}
}
