package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// issueColumns are the columns of record beside id and open, in the order of issueFields.
const issueColumns = "party, owner_id, fingerprint, state, gone, mildness, port, first_seen, last_seen, first_scan, last_scan, " +
	"times_seen, fixed_at, revived_at, changed_at, expires_at, assignee_id, rule, target, host, ip, transport, protocol, path, title, uri, reason, decided_at, decided_by"

func issueFields(i *engine.Issue) []any {
	return []any{
		party{&i.Party}, reference[engine.UserID]{&i.OwnerID}, &i.Fingerprint, &i.State, &i.Gone, mildness{&i.Severity}, &i.Port,
		moment{&i.FirstSeen}, moment{&i.LastSeen}, &i.FirstScan, &i.LastScan, &i.TimesSeen, maybe{&i.FixedAt}, maybe{&i.RevivedAt},
		moment{&i.ChangedAt}, maybe{&i.Expires}, assignee{&i.Assignee}, &i.Rule, &i.Target, &i.Host, &i.IP, &i.Transport, &i.Protocol, &i.Path,
		&i.Title, &i.URI, &i.Reason, maybe{&i.DecidedAt}, document{&i.DecidedBy},
	}
}

func readIssue(r row) (issue engine.Issue, err error) {
	err = r.Scan(append([]any{&issue.ID}, issueFields(&issue)...)...)
	return issue, err
}

func (t *transaction) Issue(id engine.IssueID) (issue engine.Issue, err error) {
	take := func(r row) error {
		issue, err = readIssue(r)
		return err
	}
	if err := t.one("read issue", noIssue(id), take, "SELECT id, "+issueColumns+" FROM issues WHERE id = ?", id); err != nil {
		return engine.Issue{}, err
	}
	return issue, nil
}

func (t *transaction) Issues(filter store.IssueFilter) (issues []engine.Issue, err error) {
	take := func(r row) error {
		issue, err := readIssue(r)
		issues = append(issues, issue)
		return err
	}
	where, args := filterIssues(filter)
	tail, args := orderIssues(filter, args)
	return issues, t.each("read issues", take, "SELECT id, "+issueColumns+" FROM issues WHERE "+where+tail, args...)
}

func (t *transaction) CountIssues(filter store.IssueFilter) (counts engine.IssueCounts, err error) {
	take := func(r row) error {
		var state engine.IssueState
		var severity engine.Severity
		var n int
		if err := r.Scan(&state, mildness{&severity}, &n); err != nil {
			return err
		}
		of := counts.Of(state)
		if of == nil {
			return state.Validate()
		}
		of.Add(severity, n)
		return nil
	}
	where, args := filterIssues(filter)
	return counts, t.each("count issues", take, "SELECT state, mildness, count(*) FROM issues WHERE "+where+" GROUP BY state, mildness", args...)
}

// SaveIssues prepares its statements once for all issues: a merge saves hundreds.
func (t *transaction) SaveIssues(issues []*engine.Issue) error {
	w := &issueWriter{transaction: t, prepared: map[string]*sql.Stmt{}}
	defer w.close()
	for _, issue := range issues {
		if err := w.save(issue); err != nil {
			return issueRefused(issue, err)
		}
	}
	return nil
}

// issueWriter writes many issues.
type issueWriter struct {
	*transaction

	prepared map[string]*sql.Stmt
}

func (w *issueWriter) close() {
	for _, statement := range w.prepared {
		_ = statement.Close() // it ends with the transaction anyway
	}
}

// run is exec with a statement that is used again.
func (w *issueWriter) run(doing, query string, args ...any) (sql.Result, error) {
	if w.readOnly {
		return nil, fmt.Errorf("%s: %w", doing, errReadOnly)
	}
	statement := w.prepared[query]
	if statement == nil {
		var err error
		if statement, err = w.tx.PrepareContext(w.ctx, query); err != nil {
			return nil, w.explain(doing, err)
		}
		w.prepared[query] = statement
	}
	result, err := statement.ExecContext(w.ctx, args...)
	return result, w.explain(doing, err)
}

func (w *issueWriter) save(issue *engine.Issue) error {
	var err error
	if issue.ID == 0 {
		err = w.insertIssue(issue)
	} else {
		err = w.updateIssue(issue)
	}
	for i := range issue.Changes {
		if err == nil && issue.Changes[i].ID == 0 {
			err = w.append(issue.ID, &issue.Changes[i])
		}
	}
	return err
}

func (w *issueWriter) insertIssue(issue *engine.Issue) error {
	query := "INSERT INTO issues (" + issueColumns + ", open) VALUES (" + placeholders(issueColumns) + ", ?)"
	result, err := w.run("insert issue", query, append(issueFields(issue), issue.State.Open())...)
	if err != nil {
		return err
	}
	id, err := result.LastInsertId()
	issue.ID = engine.IssueID(id)
	return w.explain("insert issue", err)
}

func (w *issueWriter) updateIssue(issue *engine.Issue) error {
	query := "UPDATE issues SET (" + issueColumns + ", open) = (" + placeholders(issueColumns) + ", ?) WHERE id = ?"
	result, err := w.run("save issue", query, append(issueFields(issue), issue.State.Open(), issue.ID)...)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return noIssue(issue.ID)
	}
	return w.explain("save issue", err)
}

// append stores a line of the history.
func (w *issueWriter) append(issue engine.IssueID, change *engine.IssueChange) error {
	result, err := w.run("append to history of issue",
		"INSERT INTO issue_changes (issue_id, "+changeColumns+") VALUES (?, "+placeholders(changeColumns)+")",
		append([]any{issue}, changeFields(change)...)...)
	if err != nil {
		return err
	}
	change.ID, err = result.LastInsertId()
	return w.explain("append to history of issue", err)
}

// EraseIssues leaves the history to the foreign key, which takes it along.
func (t *transaction) EraseIssues(ids []engine.IssueID) error {
	_, err := t.exec("erase issues", "DELETE FROM issues WHERE id IN (SELECT value FROM json_each(?))", document{ids})
	return err
}

// eraseIssuesOf removes the issues of a party and all that is counted of them.
func (t *transaction) eraseIssuesOf(p engine.Party) error {
	if _, err := t.exec("erase issues", "DELETE FROM issues WHERE party = ?", party{&p}); err != nil {
		return err
	}
	_, err := t.exec("erase days of issues", "DELETE FROM issue_days WHERE party = ?", party{&p})
	return err
}

// issueRefused explains the constraints a caller can break.
func issueRefused(issue *engine.Issue, err error) error {
	switch extendedCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return &engine.Error{Kind: engine.Conflict, Title: "Issue exists", Detail: "there is an issue with the fingerprint " + issue.Fingerprint + " already", Err: err}
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return &engine.Error{Kind: engine.NotFound, Title: "User not found", Detail: fmt.Sprintf("issue %s names a user there is not", issue.Fingerprint), Err: err}
	}
	return err
}

func noIssue(id engine.IssueID) error { return notFound("issue", int64(id)) }

// party is the id of a user, or that of a team made negative.
type party struct{ of *engine.Party }

// Value implements [driver.Valuer].
func (p party) Value() (driver.Value, error) {
	if p.of.TeamID != 0 {
		return -int64(p.of.TeamID), nil
	}
	return int64(p.of.UserID), nil
}

// Scan implements [sql.Scanner].
func (p party) Scan(src any) error {
	id, ok := src.(int64)
	switch {
	case !ok:
		return fmt.Errorf("a party is a number, not %T", src)
	case id < 0:
		*p.of = engine.Party{TeamID: engine.TeamID(-id)}
	default:
		*p.of = engine.Party{UserID: engine.UserID(id)}
	}
	return nil
}

// mildness is a severity as a number: 0 for critical, rising.
type mildness struct{ of *engine.Severity }

// Value implements [driver.Valuer].
func (m mildness) Value() (driver.Value, error) {
	if err := m.of.Validate(); err != nil {
		return nil, err
	}
	return int64(engine.Critical.Rank() - m.of.Rank()), nil
}

// Scan implements [sql.Scanner].
func (m mildness) Scan(src any) error {
	n, ok := src.(int64)
	if !ok || n < 0 || int(n) >= len(engine.Severities()) {
		return fmt.Errorf("a severity is a number from 0, not %v", src)
	}
	*m.of = engine.Severities()[n]
	return nil
}

// assignee is the id of a user, who may be none; NULL is nobody.
type assignee struct{ to **engine.Owner }

// Value implements [driver.Valuer].
func (a assignee) Value() (driver.Value, error) {
	if *a.to == nil {
		return nil, nil
	}
	return int64((*a.to).ID), nil
}

// Scan implements [sql.Scanner].
func (a assignee) Scan(src any) error {
	*a.to = nil
	if src == nil {
		return nil
	}
	owner := engine.Owner{}
	err := reference[engine.UserID]{&owner.ID}.Scan(src)
	*a.to = &owner
	return err
}
