package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Issues is what pages about issues show.
type Issues struct {
	Issues   []engine.Issue
	Counts   engine.IssueCounts // of all that pass, of which Issues may be a part
	Terminal Terminal
}

// WriteIssues writes issues to w as a table, in the order they have.
func WriteIssues(w io.Writer, r Issues) error {
	t := newTable(r.Terminal)
	t.counted(r.Counts)
	rows := make([]issueRow, len(r.Issues))
	for i := range r.Issues {
		rows[i] = rowOf(&r.Issues[i])
	}
	t.issues(rows)
	if left := r.Counts.Total() - len(rows); left > 0 {
		t.line(2, fmt.Sprintf("… and %d more", left))
	}
	return t.writeTo(w)
}

func (t *table) writeTo(w io.Writer) error {
	if _, err := io.WriteString(w, t.out.String()); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// counted writes how many issues there are of each state.
func (t *table) counted(counts engine.IssueCounts) {
	var parts []string
	for _, state := range engine.IssueStates() {
		if n := counts.Of(state).Total; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	if parts == nil {
		parts = []string{"none"}
	}
	t.out.WriteString(t.paint.bold("Issues") + "  " + fit(strings.Join(parts, " · "), t.width-8) + "\n")
}

// issueRow is an issue as text.
type issueRow struct {
	id, state, place, title string
	severity                engine.Severity
}

func rowOf(i *engine.Issue) issueRow {
	return issueRow{
		id: strconv.FormatInt(int64(i.ID), 10), state: clean(string(i.State), 20), severity: i.Severity,
		place: whereIs(i), title: clean(i.Title, maxShownText),
	}
}

// whereIs is where an issue is: "192.0.2.1:80/admin".
func whereIs(i *engine.Issue) string {
	where := endpointOf(i.Host, i.Port)
	if i.Path != "/" {
		where += clean(i.Path, maxShownText)
	}
	return where
}

// issues writes a line for each: number, severity, state, place and title.
func (t *table) issues(rows []issueRow) {
	ids, states, places := 0, 0, 0
	for _, r := range rows {
		ids, states, places = max(ids, columns(r.id)), max(states, columns(r.state)), max(places, columns(r.place))
	}
	places = min(places, t.width/3)
	for _, r := range rows {
		severity := pad(strings.ToUpper(string(r.severity)), 8)
		before := "  " + pad(r.id, ids) + "  "
		after := "  " + pad(r.state, states) + "  " + pad(r.place, places) + "  " + r.title
		t.out.WriteString(before + t.paint.severity(r.severity, severity) + fit(after, t.width-columns(before)-8) + "\n")
	}
}

// WriteIssue writes one issue to w with its history.
func WriteIssue(w io.Writer, i engine.Issue, history []engine.IssueChange, terminal Terminal) error {
	t := newTable(terminal)
	t.out.WriteString(t.paint.bold(fit(fmt.Sprintf("Issue %d · %s", i.ID, clean(i.Title, maxShownText)), t.width)) + "\n")
	for _, fact := range factsOf(&i) {
		if fact[1] != "" {
			t.line(2, pad(fact[0], 12)+fact[1])
		}
	}
	t.out.WriteString("\n" + t.paint.bold("History") + "\n")
	for _, change := range history {
		t.line(2, lineOf(change))
		for _, text := range cleanLines(change.Note, engine.MaxNoteRunes) {
			t.line(4, text)
		}
	}
	return t.writeTo(w)
}

// factsOf lists what there is to say of an issue; what is empty is not shown.
func factsOf(i *engine.Issue) [][2]string {
	state := string(i.State)
	if i.Expires != nil {
		state += " until " + minute(*i.Expires)
	}
	if i.State.Decided() && i.Gone {
		state += "; the last scan that could tell did not find it"
	}
	assignee := engine.Nobody
	if i.Assignee != nil {
		assignee = clean(i.Assignee.Email, maxShownText)
	}
	return [][2]string{
		{"state", clean(state, maxShownText)},
		{"reason", clean(i.Reason, maxShownText)},
		{"severity", clean(string(i.Severity), maxShownText)},
		{"check", clean(i.Rule, maxShownText)},
		{"place", whereIs(i)},
		{"first seen", fmt.Sprintf("%s, scan %d", minute(i.FirstSeen), i.FirstScan)},
		{"last seen", fmt.Sprintf("%s, scan %d", minute(i.LastSeen), i.LastScan)},
		{"times seen", strconv.Itoa(i.TimesSeen)},
		{"assignee", assignee},
		{"fingerprint", clean(i.Fingerprint, maxShownText)},
	}
}

func minute(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }

// lineOf is a line of the history without its note: "2026-11-25 09:00 UTC  decided:
// present → accepted, by ann@example.com".
func lineOf(c engine.IssueChange) string {
	text := minute(c.At) + "  " + string(c.Event)
	switch {
	case c.From == "":
		text += ": " + string(c.To)
	case c.From != c.To:
		text += ": " + string(c.From) + " → " + string(c.To)
	}
	if c.By != nil {
		text += ", by " + c.By.Email
	}
	if c.ScanID != nil {
		text += fmt.Sprintf(", scan %d", *c.ScanID)
	}
	return clean(text, maxShownText)
}

// WriteIssueTrend writes how many issues were open day by day.
func WriteIssueTrend(w io.Writer, days []engine.IssueDay, terminal Terminal) error {
	t := newTable(terminal)
	t.out.WriteString(t.paint.bold(fit("Open issues  critical    high  medium     low    info   total", t.width)) + "\n")
	for _, d := range days {
		t.line(0, fmt.Sprintf("%-11s  %8d  %6d  %6d  %6d  %6d  %6d", clean(d.Date, 11), d.Critical, d.High, d.Medium, d.Low, d.Info, d.Total))
	}
	return t.writeTo(w)
}
