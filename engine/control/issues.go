package control

import (
	"context"
	"fmt"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// IssueQuery selects issues of the caller's party; the zero query selects all.
type IssueQuery struct {
	States       []engine.IssueState
	Severities   []engine.Severity
	Rules        []string
	Targets      []engine.Target // target, name or address
	Fingerprints []string
	Assignee     string // an e-mail address, [engine.Nobody], or "" for anybody
	Text         string // in title, rule, target, name, address, path or fingerprint
	Start, Size  int
}

// IssuePage is what a query selects. Counts are of all that pass, not of this page.
type IssuePage struct {
	Issues []engine.Issue
	Counts engine.IssueCounts
}

// Issues gives a page of issues, the worst first, of those the ones seen last.
func (c *Control) Issues(ctx context.Context, caller engine.User, q IssueQuery) (page IssuePage, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		filter, err := issueFilter(tx, caller, q)
		if err != nil {
			return err
		}
		if page.Counts, err = tx.CountIssues(filter); err != nil {
			return err
		}
		if page.Issues, err = tx.Issues(filter); err != nil {
			return err
		}
		return assignees(tx, page.Issues)
	})
	return page, err
}

func issueFilter(tx store.Tx, caller engine.User, q IssueQuery) (store.IssueFilter, error) {
	filter := store.IssueFilter{
		States: q.States, Severities: q.Severities, Rules: q.Rules, Targets: q.Targets, Fingerprints: q.Fingerprints,
		Unassigned: q.Assignee == engine.Nobody, Text: q.Text, Start: q.Start, Size: q.Size,
	}
	var err error
	if filter.Party, err = partyNow(tx, caller); err != nil {
		return filter, err
	}
	if q.Assignee != "" && q.Assignee != engine.Nobody {
		user, err := member(tx, filter.Party, q.Assignee)
		filter.Assignee = user.ID
		return filter, err
	}
	return filter, nil
}

// partyNow is whose issues the caller reads and changes: the team's, where everybody
// may decide, or their own. It is read anew, because the caller may have been let in
// before it changed.
func partyNow(tx store.Tx, caller engine.User) (engine.Party, error) {
	user, err := tx.User(caller.ID)
	return user.Party(), err
}

// member gives the user with this e-mail address if they are of the party. What others
// there are is nobody's business.
func member(tx store.Tx, party engine.Party, email string) (engine.User, error) {
	users, err := tx.Users(store.UserFilter{Email: email})
	if err != nil {
		return engine.User{}, err
	}
	if len(users) == 0 || users[0].Party() != party {
		return engine.User{}, &engine.Error{
			Kind: engine.Invalid, Title: "Not in the team", Field: "assignee", Detail: fmt.Sprintf("%q is neither you nor in your team", email),
			Hint: "issues are given to those who may see them; write " + engine.Nobody + " for nobody",
		}
	}
	return users[0], nil
}

// assignees fills in what those who issues are given to are called.
func assignees(tx store.Tx, issues []engine.Issue) error {
	known := map[engine.UserID]engine.Owner{}
	for i := range issues {
		to := issues[i].Assignee
		if to == nil {
			continue
		}
		if _, ok := known[to.ID]; !ok {
			user, err := tx.User(to.ID)
			if err != nil {
				return err
			}
			known[to.ID] = user.Owner()
		}
		*to = known[to.ID]
	}
	return nil
}

// Issue gives an issue of the caller's party.
func (c *Control) Issue(ctx context.Context, caller engine.User, id engine.IssueID) (issue engine.Issue, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		issue, err = issueOf(tx, caller, id)
		return err
	})
	return issue, err
}

// issueOf gives an issue if it is of the caller's party. To a stranger it does not exist.
func issueOf(tx store.Tx, caller engine.User, id engine.IssueID) (engine.Issue, error) {
	party, err := partyNow(tx, caller)
	if err != nil {
		return engine.Issue{}, err
	}
	issue, err := tx.Issue(id)
	if engine.KindOf(err) == engine.NotFound || err == nil && issue.Party != party {
		return engine.Issue{}, &engine.Error{Kind: engine.NotFound, Title: "No such issue", Detail: fmt.Sprintf("there is no issue %d, or not for you", id), Field: "id"}
	}
	one := []engine.Issue{issue}
	if err == nil {
		err = assignees(tx, one)
	}
	return one[0], err
}

// ChangeIssue decides about an issue, reopens it or gives it to somebody. Everybody of
// the party may; the history says who did.
func (c *Control) ChangeIssue(ctx context.Context, caller engine.User, id engine.IssueID, request engine.IssueRequest) (engine.Issue, error) {
	if err := request.Validate(now()); err != nil {
		return engine.Issue{}, err
	}
	return c.changeIssue(ctx, caller, id, func(tx store.Tx, issue *engine.Issue) error {
		if err := issue.Decide(request, caller.Owner(), now()); err != nil {
			return err
		}
		return assign(tx, caller, issue, request.Assignee)
	})
}

// assign gives an issue to who has this e-mail address; "" changes nothing.
func assign(tx store.Tx, caller engine.User, issue *engine.Issue, email string) error {
	by := caller.Owner()
	switch {
	case email == "":
	case email == engine.Nobody && issue.Assignee != nil:
		issue.Assign(nil, &by, now())
	case email != engine.Nobody && (issue.Assignee == nil || !strings.EqualFold(issue.Assignee.Email, email)):
		user, err := member(tx, issue.Party, email)
		if err != nil {
			return err
		}
		issue.Assign(new(user.Owner()), &by, now())
	}
	return nil
}

// NoteIssue adds a note to the history of an issue.
func (c *Control) NoteIssue(ctx context.Context, caller engine.User, id engine.IssueID, note string) (engine.Issue, error) {
	if err := engine.ValidateNote(note); err != nil {
		return engine.Issue{}, err
	}
	return c.changeIssue(ctx, caller, id, func(_ store.Tx, issue *engine.Issue) error {
		issue.Note(note, caller.Owner(), now())
		return nil
	})
}

func (c *Control) changeIssue(ctx context.Context, caller engine.User, id engine.IssueID, fn func(store.Tx, *engine.Issue) error) (issue engine.Issue, err error) {
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		if issue, err = issueOf(tx, caller, id); err != nil {
			return err
		}
		if err := fn(tx, &issue); err != nil {
			return err
		}
		return tx.SaveIssues([]*engine.Issue{&issue})
	})
	return issue, err
}

// IssueHistory gives size lines of the history of an issue from start on, the oldest
// first; all of them for a size of 0.
func (c *Control) IssueHistory(ctx context.Context, caller engine.User, id engine.IssueID, start, size int) (history []engine.IssueChange, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		if _, err := issueOf(tx, caller, id); err != nil {
			return err
		}
		history, err = tx.IssueHistory(id, start, size)
		return err
	})
	return history, err
}

// Follow fills in what is known of the issues of findings: their state, when they were
// first seen, and what was decided about them. Those that are not merged yet have none.
func (c *Control) Follow(ctx context.Context, caller engine.User, findings []engine.Finding) error {
	return c.Store.View(ctx, func(tx store.Tx) error {
		party, err := partyNow(tx, caller)
		if err != nil {
			return err
		}
		known, err := issuesOf(tx, party, findings)
		for i := range findings {
			if issue := known[findings[i].Fingerprint]; issue != nil {
				findings[i].IssueState, findings[i].FirstSeen, findings[i].Decision = issue.State, &issue.FirstSeen, issue.Decision()
			}
		}
		return err
	})
}

// IssueTrend says how many issues of the caller's party were open at the end of each of
// the last days in UTC; the last one is today.
func (c *Control) IssueTrend(ctx context.Context, caller engine.User, days int) (trend []engine.IssueDay, err error) {
	today := now()
	err = c.Store.View(ctx, func(tx store.Tx) error {
		party, err := partyNow(tx, caller)
		if err != nil {
			return err
		}
		before, turns, err := tx.IssueTurns(party, today.AddDate(0, 0, 1-days))
		trend = engine.IssueTrend(today, days, before, turns)
		return err
	})
	return trend, err
}

// unassign takes the issues of a party from somebody who may see them no more.
func unassign(tx store.Tx, party engine.Party, from engine.UserID) error {
	for {
		issues, err := tx.Issues(store.IssueFilter{Party: party, Assignee: from, ByID: true, Size: mergeBatch})
		if err != nil || len(issues) == 0 {
			return err
		}
		for i := range issues {
			issues[i].Assign(nil, nil, now())
			if err := tx.SaveIssues([]*engine.Issue{&issues[i]}); err != nil {
				return err
			}
		}
	}
}

// moveIssues gives issues of a party to others: to says to whom. Where the other has the
// same already, the two become one.
func moveIssues(tx store.Tx, from engine.Party, to func(engine.Issue) (engine.Party, error)) error {
	last := engine.IssueID(0)
	for {
		issues, err := tx.Issues(store.IssueFilter{Party: from, AfterID: last, ByID: true, Size: mergeBatch})
		if err != nil || len(issues) == 0 {
			return err
		}
		for i := range issues {
			party, err := to(issues[i])
			if err != nil {
				return err
			}
			if err := moveIssue(tx, issues[i], party); err != nil {
				return err
			}
			last = issues[i].ID
		}
	}
}

func moveIssue(tx store.Tx, issue engine.Issue, to engine.Party) error {
	if issue.Party == to {
		return nil
	}
	twins, err := tx.Issues(store.IssueFilter{Party: to, Fingerprints: []string{issue.Fingerprint}})
	if err != nil {
		return err
	}
	if len(twins) == 0 {
		issue.Party, issue.ChangedAt = to, now() // the day on which it is counted there
		return tx.SaveIssues([]*engine.Issue{&issue})
	}
	history, err := tx.IssueHistory(issue.ID, 0, 0)
	if err != nil {
		return err
	}
	twins[0].Absorb(issue, history, now())
	if err := tx.SaveIssues([]*engine.Issue{&twins[0]}); err != nil {
		return err
	}
	return tx.EraseIssues([]engine.IssueID{issue.ID})
}
