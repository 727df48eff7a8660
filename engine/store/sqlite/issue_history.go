package sqlite

import (
	"database/sql"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// changeColumns are the columns of a line of the history of an issue, in the order of
// changeFields.
const changeColumns = "at, event, was, becomes, scan_id, note, by_id, by_email"

// changeFields are for writing.
func changeFields(c *engine.IssueChange) []any {
	var by sql.NullInt64
	email := ""
	if c.By != nil {
		by, email = sql.NullInt64{Int64: int64(c.By.ID), Valid: true}, c.By.Email
	}
	return []any{moment{&c.At}, &c.Event, &c.From, &c.To, &c.ScanID, &c.Note, by, email}
}

func readChange(r row) (c engine.IssueChange, err error) {
	var by sql.NullInt64
	var email string
	err = r.Scan(&c.ID, moment{&c.At}, &c.Event, &c.From, &c.To, &c.ScanID, &c.Note, &by, &email)
	if by.Valid {
		c.By = &engine.Owner{ID: engine.UserID(by.Int64), Email: email}
	}
	return c, err
}

func (t *transaction) IssueHistory(id engine.IssueID, start, size int) (history []engine.IssueChange, err error) {
	take := func(r row) error {
		change, err := readChange(r)
		history = append(history, change)
		return err
	}
	if size == 0 {
		size = -1 // SQLite: no limit
	}
	return history, t.each("read history of issue", take,
		"SELECT id, "+changeColumns+" FROM issue_changes WHERE issue_id = ? ORDER BY id LIMIT ? OFFSET ?", id, size, start)
}

func (t *transaction) IssueTurns(p engine.Party, first time.Time) (before engine.SeverityCounts, turns map[string]engine.SeverityTurns, err error) {
	turns = map[string]engine.SeverityTurns{}
	start := dayNumber(first)
	take := func(r row) error {
		var day int64
		var severity engine.Severity
		var turn int
		if err := r.Scan(&day, mildness{&severity}, &turn); err != nil {
			return err
		}
		if day < start {
			before.Add(severity, turn)
			return nil
		}
		date := time.Unix(0, 0).UTC().AddDate(0, 0, int(day)).Format(time.DateOnly)
		if turns[date] == nil {
			turns[date] = engine.SeverityTurns{}
		}
		turns[date][severity] += turn
		return nil
	}
	return before, turns, t.each("read days of issues", take,
		"SELECT max(day, ?), mildness, sum(turn) FROM issue_days WHERE party = ? GROUP BY 1, 2", start-1, party{&p})
}
