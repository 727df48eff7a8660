package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// recordColumns are the columns that a save writes, in the order of recordFields.
const recordColumns = "party, owner_id, name, version, due, refers, body, extra, updated_at"

func recordFields(r *engine.Record) []any {
	return []any{
		party{&r.Party}, reference[engine.UserID]{&r.OwnerID}, &r.Name, &r.Version, moment{&r.Due}, document{&r.Refers}, raw{&r.Body}, raw{&r.Extra}, moment{&r.UpdatedAt},
	}
}

func readRecord(r row) (record engine.Record, err error) {
	err = r.Scan(append([]any{&record.ID, &record.Kind, moment{&record.CreatedAt}}, recordFields(&record)...)...)
	return record, err
}

func (t *transaction) InsertRecord(record *engine.Record) error {
	record.Version = 1
	id, err := t.insert("insert record", "INSERT INTO records (kind, created_at, "+recordColumns+") VALUES (?, ?, "+placeholders(recordColumns)+")",
		append([]any{record.Kind, moment{&record.CreatedAt}}, recordFields(record)...)...)
	if err != nil {
		return recordRefused(record, err)
	}
	record.ID = engine.RecordID(id)
	return nil
}

func (t *transaction) Record(id engine.RecordID) (record engine.Record, err error) {
	take := func(r row) error {
		record, err = readRecord(r)
		return err
	}
	if err := t.one("read record", noRecord(id), take, "SELECT id, kind, created_at, "+recordColumns+" FROM records WHERE id = ?", id); err != nil {
		return engine.Record{}, err
	}
	return record, nil
}

func (t *transaction) Records(filter store.RecordFilter) (records []engine.Record, err error) {
	take := func(r row) error {
		record, err := readRecord(r)
		records = append(records, record)
		return err
	}
	where, args := filterRecords(filter)
	order := " ORDER BY id"
	if !filter.DueBy.IsZero() {
		order = " ORDER BY due, id"
	}
	if filter.Size > 0 || filter.Start > 0 {
		order, args = order+" LIMIT ? OFFSET ?", append(args, sqlLimit(filter.Size), filter.Start)
	}
	return records, t.each("read records", take, "SELECT id, kind, created_at, "+recordColumns+" FROM records WHERE "+where+order, args...)
}

func (t *transaction) CountRecords(filter store.RecordFilter) (n int, err error) {
	take := func(r row) error { return r.Scan(&n) }
	where, args := filterRecords(filter)
	return n, t.one("count records", nil, take, "SELECT count(*) FROM records WHERE "+where, args...)
}

// filterRecords gives the condition for filter, with its arguments.
func filterRecords(f store.RecordFilter) (where string, args []any) {
	c := conditions{where: []string{"TRUE"}}
	c.add(f.Party != engine.Party{}, "party = ?", party{&f.Party})
	c.add(f.Kind != "", "kind = ?", f.Kind)
	c.among("id", len(f.IDs), f.IDs)
	c.add(f.Name != "", "name = ?", f.Name)
	c.add(!f.DueBy.IsZero(), "due <= ?", moment{&f.DueBy})
	c.add(f.RefersTo != 0, "EXISTS (SELECT 1 FROM json_each(refers) WHERE value = ?)", f.RefersTo)
	c.add(f.AfterID != 0, "id > ?", f.AfterID)
	return strings.Join(c.where, " AND "), c.args
}

func (t *transaction) SaveRecord(record *engine.Record) error {
	next := *record
	next.Version++
	query := "UPDATE records SET (" + recordColumns + ") = (" + placeholders(recordColumns) + ") WHERE id = ? AND version = ?"
	err := t.change("save record", errStale, query, append(recordFields(&next), record.ID, record.Version)...)
	if errors.Is(err, errStale) {
		return t.staleRecord(record)
	}
	if err != nil {
		return recordRefused(record, err)
	}
	*record = next
	return nil
}

func (t *transaction) NoteRecord(record *engine.Record) error {
	return t.change("note record", noRecord(record.ID), "UPDATE records SET due = ?, body = ? WHERE id = ?", moment{&record.Due}, raw{&record.Body}, record.ID)
}

// errStale says that no record has this id and this version.
var errStale = &engine.Error{Kind: engine.Conflict, Title: "Record was changed meanwhile"}

// staleRecord explains why a record was not saved.
func (t *transaction) staleRecord(record *engine.Record) error {
	there, err := t.Record(record.ID)
	if err != nil {
		return err
	}
	e := *errStale
	e.Field, e.Hint = "version", "read it again, and make the change there"
	e.Detail = fmt.Sprintf("%s %d has version %d now, not %d", record.Kind.Word(), record.ID, there.Version, record.Version)
	return &e
}

func (t *transaction) EraseRecord(id engine.RecordID) error {
	return t.change("erase record", noRecord(id), "DELETE FROM records WHERE id = ?", id)
}

// eraseRecordsOf removes the records of a party.
func (t *transaction) eraseRecordsOf(p engine.Party) error {
	_, err := t.exec("erase records", "DELETE FROM records WHERE party = ?", party{&p})
	return err
}

// recordRefused explains the constraints a caller can break.
func recordRefused(record *engine.Record, err error) error {
	switch extendedCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return taken("Name is in use", fmt.Sprintf("there is a %s %q already", record.Kind.Word(), record.Name), "name", err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return noUser(record.OwnerID)
	}
	return err
}

func noRecord(id engine.RecordID) error { return notFound("record", int64(id)) }

// raw is JSON as it is; nil is null.
type raw struct{ text *json.RawMessage }

// Value implements [driver.Valuer].
func (r raw) Value() (driver.Value, error) {
	if *r.text == nil {
		return "null", nil
	}
	return string(*r.text), nil
}

// Scan implements [sql.Scanner].
func (r raw) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("JSON is text, not %T", src)
	}
	if *r.text = nil; text != "null" {
		*r.text = json.RawMessage(text)
	}
	return nil
}
