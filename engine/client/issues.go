package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	issuesPath = "/api/issues/"
	// issuesPart is how many issues, or lines of a history, are asked for at a time, the
	// most there are in an answer.
	issuesPart = 1000
)

func issuePath(id engine.IssueID) string { return fmt.Sprintf("%s%d/", issuesPath, id) }

// IssueQuery selects issues; what is empty selects nothing away.
type IssueQuery struct {
	States       []engine.IssueState
	Severities   []engine.Severity
	Rules        []string        // ids of checks
	Targets      []engine.Target // targets, names or addresses
	Fingerprints []string
	Assignee     string // an e-mail address or [engine.Nobody]
	Text         string // anywhere in what tells issues apart
	Limit        int    // how many to give; 0 is all
	Offset       int    // how many to leave out first
}

// IssuePage is what was asked for. Total and Counts are of all issues that pass, however
// many of them are given here.
type IssuePage struct {
	Issues []engine.Issue     `json:"issues"`
	Total  int                `json:"total"`
	Counts engine.IssueCounts `json:"counts"`
}

// Issues gives issues of the caller's team, or their own, worst first.
func (c *Client) Issues(ctx context.Context, q IssueQuery) (IssuePage, error) {
	var last IssuePage
	all, err := gather(q.Limit, q.Offset, func(there int) (_ []engine.Issue, total int, err error) {
		last, err = c.issues(ctx, q, there)
		return last.Issues, last.Total, err
	})
	if err != nil {
		return IssuePage{}, err
	}
	last.Issues = all
	return last, nil
}

// issues asks for the part after those that are already there.
func (c *Client) issues(ctx context.Context, q IssueQuery, there int) (page IssuePage, err error) {
	size := issuesPart
	if q.Limit > 0 {
		size = min(size, q.Limit-there)
	}
	parameters := part(q.Offset+there, size)
	set(parameters, "state", commaWords(q.States))
	set(parameters, "severity", commaWords(q.Severities))
	set(parameters, "rule", commaWords(q.Rules))
	set(parameters, "target", commaWords(q.Targets))
	set(parameters, "fingerprint", commaWords(q.Fingerprints))
	set(parameters, "assignee", q.Assignee)
	set(parameters, "text", q.Text)
	err = c.call(ctx, get(issuesPath, parameters), &page)
	return page, err
}

func part(start, size int) url.Values {
	return url.Values{"start": {strconv.Itoa(start)}, "size": {strconv.Itoa(size)}}
}

// commaWords gives "a,b".
func commaWords[W ~string](words []W) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ",")
}

// Issue gives one issue.
func (c *Client) Issue(ctx context.Context, id engine.IssueID) (issue engine.Issue, err error) {
	err = c.call(ctx, get(issuePath(id), nil), &issue)
	return issue, err
}

// ChangeIssue decides about an issue, or gives it to somebody. It is sent once only: a
// second time it would be a second line of the history.
func (c *Client) ChangeIssue(ctx context.Context, id engine.IssueID, r engine.IssueRequest) (issue engine.Issue, err error) {
	err = c.call(ctx, request{method: http.MethodPatch, path: issuePath(id), body: r}, &issue)
	return issue, err
}

// NoteIssue adds a note to the history of an issue. It is sent once only.
func (c *Client) NoteIssue(ctx context.Context, id engine.IssueID, note string) (issue engine.Issue, err error) {
	err = c.call(ctx, request{method: http.MethodPost, path: issuePath(id) + "notes/", body: map[string]string{"note": note}}, &issue)
	return issue, err
}

// IssueHistory gives the whole history of an issue, the oldest line first.
func (c *Client) IssueHistory(ctx context.Context, id engine.IssueID) (history []engine.IssueChange, err error) {
	for {
		var more []engine.IssueChange
		if err := c.call(ctx, get(issuePath(id)+"history/", part(len(history), issuesPart)), &more); err != nil {
			return nil, err
		}
		history = append(history, more...)
		if len(more) < issuesPart {
			return history, nil
		}
	}
}

// IssueTrend says how many issues were open at the end of each of the last days.
func (c *Client) IssueTrend(ctx context.Context, days int) (trend []engine.IssueDay, err error) {
	err = c.call(ctx, get("/api/issues_trend/", url.Values{"days": {strconv.Itoa(days)}}), &trend)
	return trend, err
}
