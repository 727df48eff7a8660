package engine

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxNoteRunes is the longest note or reason in characters.
const MaxNoteRunes = 2000

// Nobody stands for no assignee where an e-mail address is asked for: no address is
// without an @.
const Nobody = "nobody"

// IssueRequest is what a person may change of an issue at once.
type IssueRequest struct {
	// State is "" to leave it, [IssueAccepted], [IssueFalsePositive], or [IssuePresent]
	// to take a decision back: the issue is then what scans last saw of it.
	State    IssueState `json:"state,omitempty"`
	Reason   string     `json:"reason,omitempty"`   // required for a decision; a note else
	Expires  *time.Time `json:"expires,omitempty"`  // until when it is accepted; nil for good
	Assignee string     `json:"assignee,omitempty"` // an e-mail address or [Nobody]; "" to leave it
}

// Validate reports the first thing wrong with the request at the time, naming its field.
func (r IssueRequest) Validate(at time.Time) error {
	if r.State == "" && r.Assignee == "" {
		return badIssue("state", "nothing is to be changed", "name a state or an assignee")
	}
	if r.State == "" && (r.Reason != "" || r.Expires != nil) {
		return badIssue("state", "a reason or an expiry is given, and no state", `name the state, such as "accepted"`)
	}
	if err := r.validateState(); err != nil {
		return err
	}
	if r.State.Decided() && strings.TrimSpace(r.Reason) == "" {
		return badIssue("reason", "no reason is given", "say why: whoever reads it in a year was not there")
	}
	if r.Reason != "" {
		if err := validateNote("reason", r.Reason); err != nil {
			return err
		}
	}
	return r.validateExpires(at)
}

// validateState: an issue is not fixed because somebody says so.
func (r IssueRequest) validateState() error {
	switch r.State {
	case "", IssuePresent, IssueAccepted, IssueFalsePositive:
		return nil
	case IssueFixed, IssueRevived:
		return badIssue("state", fmt.Sprintf("only a scan can find that an issue is %s", r.State), "scan the target again")
	}
	return In("state", r.State.Validate())
}

func (r IssueRequest) validateExpires(at time.Time) error {
	switch {
	case r.Expires == nil:
		return nil
	case r.State != IssueAccepted:
		return badIssue("expires", fmt.Sprintf("%s does not expire", r.State), "only what is accepted does; leave expires out")
	case !r.Expires.After(at):
		return badIssue("expires", r.Expires.Format(time.RFC3339)+" has passed", "name a time to come")
	}
	return nil
}

// ValidateNote reports a note that is empty, too long or not text.
func ValidateNote(note string) error { return validateNote("note", note) }

func validateNote(field, note string) error {
	n := utf8.RuneCountInString(note)
	switch {
	case strings.TrimSpace(note) == "":
		return badIssue(field, "the "+field+" is empty", "write something")
	case n > MaxNoteRunes:
		return badIssue(field, fmt.Sprintf("the %s has %d characters, at most %d are allowed", field, n, MaxNoteRunes), "shorten it")
	case !isPlainText(note):
		return badIssue(field, "the "+field+" holds characters that cannot be printed", "write it as plain text")
	}
	return nil
}

// isPlainText reports whether text can be printed, on several lines if need be.
func isPlainText(text string) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	return utf8.ValidString(text) && !strings.ContainsFunc(text, control)
}

// ParseExpiry reads when something expires: a time of RFC 3339, or a date, which is
// meant with its whole day in UTC.
func ParseExpiry(text string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC(), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, badIssue("expires", fmt.Sprintf("%q is not a date", text), "write it as 2027-01-31, or as 2027-01-31T18:00:00Z")
	}
	return day.AddDate(0, 0, 1), nil
}

func badIssue(field, detail, hint string) error {
	return &Error{Kind: Invalid, Title: "Issue cannot be changed so", Field: field, Detail: detail, Hint: hint}
}

// Decide changes the state as a valid request asks for. What is present or revived and
// is asked to be stays as it is; a fixed issue cannot be reopened.
func (i *Issue) Decide(r IssueRequest, by Owner, at time.Time) error {
	switch {
	case r.State == "":
	case r.State.Decided():
		i.Reason, i.Expires = r.Reason, r.Expires
		i.turn(r.State, IssueChange{At: at, Event: IssueDecided, By: &by, Note: r.Reason})
	case i.State.Decided():
		i.turn(i.observed(), IssueChange{At: at, Event: IssueReopened, By: &by, Note: r.Reason})
	case i.State == IssueFixed:
		return &Error{
			Kind: Conflict, Title: "Issue is fixed", Field: "state", Detail: fmt.Sprintf("issue %d is fixed: there is nothing to reopen", i.ID),
			Hint: "scan the target again; if it is there, the issue is revived",
		}
	}
	return nil
}

// Assign gives the issue to somebody, or to nobody for nil. by is nil if the engine does.
func (i *Issue) Assign(to, by *Owner, at time.Time) {
	note := Nobody
	if to != nil {
		note = to.Email
	}
	i.Assignee = to
	i.write(IssueChange{At: at, From: i.State, Event: IssueAssigned, By: by, Note: note})
}

// Note adds a note to the history.
func (i *Issue) Note(note string, by Owner, at time.Time) {
	i.write(IssueChange{At: at, From: i.State, Event: IssueNoted, By: &by, Note: note})
}
