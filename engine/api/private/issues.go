package private

import (
	"fmt"
	"math"
	"strconv"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// Sizes of a part of the issues, or of a history, and of a trend.
const (
	issuesPart = 100
	maxIssues  = 1000
	trendDays  = 30
)

// issuesObject is a page of issues. Total and Counts are of all that pass the filter.
type issuesObject struct {
	Issues []engine.Issue     `json:"issues"`
	Total  int                `json:"total"`
	Counts engine.IssueCounts `json:"counts"`
}

func (d *dialect) listIssues(call *api.Call) error {
	query, err := issueQuery(call.Parameters())
	if err != nil {
		return err
	}
	page, err := d.control.Issues(call.Context(), call.Caller, query)
	if err != nil {
		return err
	}
	if page.Issues == nil {
		page.Issues = []engine.Issue{}
	}
	return call.Answer(issuesObject{Issues: page.Issues, Total: page.Counts.Total(), Counts: page.Counts})
}

func issueQuery(parameters api.Arguments) (q control.IssueQuery, err error) {
	if q.States, err = validWords[engine.IssueState](parameters, "state"); err != nil {
		return q, err
	}
	if q.Severities, err = validWords[engine.Severity](parameters, "severity"); err != nil {
		return q, err
	}
	if q.Rules, err = parameters.List("rule"); err != nil {
		return q, err
	}
	if q.Fingerprints, err = parameters.List("fingerprint"); err != nil {
		return q, err
	}
	targets, err := parameters.List("target")
	if err != nil {
		return q, err
	}
	for _, target := range targets {
		q.Targets = append(q.Targets, engine.Target(target))
	}
	if q.Assignee, err = parameters.Text("assignee"); err != nil {
		return q, err
	}
	if q.Text, err = parameters.Word("text"); err != nil {
		return q, err
	}
	q.Start, q.Size, err = partOf(parameters)
	return q, err
}

// word is a text that is one of several.
type word interface {
	~string
	Validate() error
}

func validWords[W word](parameters api.Arguments, name string) ([]W, error) {
	list, err := parameters.List(name)
	if err != nil {
		return nil, err
	}
	var words []W
	for i, item := range list {
		words = append(words, W(item))
		if err := words[i].Validate(); err != nil {
			return nil, engine.In(fmt.Sprintf("%s[%d]", name, i), err)
		}
	}
	return words, nil
}

// partOf reads which part of a list is wanted.
func partOf(parameters api.Arguments) (start, size int, err error) {
	first, _, err := parameters.Int("start")
	if err != nil {
		return 0, 0, err
	}
	if first < 0 || first > math.MaxInt32 {
		return 0, 0, invalid("start", fmt.Sprintf("start is %d", first), "the first part begins at 0")
	}
	n, given, err := parameters.Int("size")
	if !given {
		n = issuesPart
	}
	if err == nil && (n < 1 || n > maxIssues) {
		err = invalid("size", fmt.Sprintf("size is %d", n), fmt.Sprintf("write a number from 1 to %d, and start for the next part", maxIssues))
	}
	return int(first), int(n), err
}

func (d *dialect) getIssue(call *api.Call) error {
	id, err := issueID(call)
	if err != nil {
		return err
	}
	issue, err := d.control.Issue(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	return call.Answer(issue)
}

func issueID(call *api.Call) (engine.IssueID, error) {
	text := call.Path("id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, &engine.Error{Kind: engine.NotFound, Title: "No such issue", Field: "id", Detail: fmt.Sprintf("there is no issue %q", text), Hint: "the id of an issue is a number"}
	}
	return engine.IssueID(id), nil
}

func (d *dialect) changeIssue(call *api.Call) error {
	id, err := issueID(call)
	if err != nil {
		return err
	}
	body, err := call.Body()
	if err != nil {
		return err
	}
	request, err := issueRequest(body)
	if err != nil {
		return err
	}
	issue, err := d.control.ChangeIssue(call.Context(), call.Caller, id, request)
	if err != nil {
		return err
	}
	return call.Answer(issue)
}

func issueRequest(body api.Arguments) (request engine.IssueRequest, err error) {
	state, err := body.Text("state")
	if err != nil {
		return request, err
	}
	request.State = engine.IssueState(state)
	if request.Reason, err = body.Text("reason"); err != nil {
		return request, err
	}
	if request.Assignee, err = body.Text("assignee"); err != nil {
		return request, err
	}
	expires, err := body.Text("expires")
	if err != nil || expires == "" {
		return request, err
	}
	until, err := engine.ParseExpiry(expires)
	request.Expires = &until
	return request, err
}

func (d *dialect) noteIssue(call *api.Call) error {
	id, err := issueID(call)
	if err != nil {
		return err
	}
	body, err := call.Body()
	if err != nil {
		return err
	}
	note, err := body.Text("note")
	if err != nil {
		return err
	}
	issue, err := d.control.NoteIssue(call.Context(), call.Caller, id, note)
	if err != nil {
		return err
	}
	return call.Answer(issue)
}

func (d *dialect) getIssueHistory(call *api.Call) error {
	id, err := issueID(call)
	if err != nil {
		return err
	}
	start, size, err := partOf(call.Parameters())
	if err != nil {
		return err
	}
	history, err := d.control.IssueHistory(call.Context(), call.Caller, id, start, size)
	if err != nil {
		return err
	}
	if history == nil {
		history = []engine.IssueChange{}
	}
	return call.Answer(history)
}

func (d *dialect) getIssueTrend(call *api.Call) error {
	days, given, err := call.Parameters().Int("days")
	if err != nil {
		return err
	}
	if !given {
		days = trendDays
	}
	if days < 1 || days > engine.MaxTrendDays {
		return invalid("days", fmt.Sprintf("days is %d", days), fmt.Sprintf("write a number from 1 to %d", engine.MaxTrendDays))
	}
	trend, err := d.control.IssueTrend(call.Context(), call.Caller, int(days))
	if err != nil {
		return err
	}
	return call.Answer(trend)
}
