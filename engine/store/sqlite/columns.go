package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// row is a result to read: of [sql.Rows] or [sql.Row].
type row interface {
	Scan(dest ...any) error
}

// A list of pointers to the members of a struct, with the types below around
// those that have no column type, serves both ways: as the arguments of a
// statement that writes and as the destinations of one that reads.

// placeholders gives "?, ?, ?" for a list of column names.
func placeholders(columns string) string {
	return strings.Repeat("?, ", strings.Count(columns, ",")) + "?"
}

// moment is a time as microseconds since 1970; the zero time is NULL.
type moment struct{ at *time.Time }

// Value implements [driver.Valuer].
func (m moment) Value() (driver.Value, error) {
	if m.at.IsZero() {
		return nil, nil
	}
	return m.at.UnixMicro(), nil
}

// Scan implements [sql.Scanner].
func (m moment) Scan(src any) error {
	switch micros := src.(type) {
	case nil:
		*m.at = time.Time{}
	case int64:
		*m.at = time.UnixMicro(micros).UTC()
	default:
		return fmt.Errorf("a time is a number, not %T", src)
	}
	return nil
}

// maybe is a time that may be missing; nil is NULL.
type maybe struct{ at **time.Time }

// Value implements [driver.Valuer].
func (m maybe) Value() (driver.Value, error) {
	if *m.at == nil {
		return nil, nil
	}
	return (*m.at).UnixMicro(), nil
}

// Scan implements [sql.Scanner].
func (m maybe) Scan(src any) error {
	*m.at = nil
	if src == nil {
		return nil
	}
	*m.at = new(time.Time)
	return moment{*m.at}.Scan(src)
}

// reference is an id of another row; 0 is NULL.
type reference[ID ~int64] struct{ id *ID }

// Value implements [driver.Valuer].
func (r reference[ID]) Value() (driver.Value, error) {
	if *r.id == 0 {
		return nil, nil
	}
	return int64(*r.id), nil
}

// Scan implements [sql.Scanner].
func (r reference[ID]) Scan(src any) error {
	*r.id = 0
	if src == nil {
		return nil
	}
	id, ok := src.(int64)
	if !ok {
		return fmt.Errorf("an id is a number, not %T", src)
	}
	*r.id = ID(id)
	return nil
}

// document is a value as JSON text.
type document struct{ value any }

// Value implements [driver.Valuer]. It gives a string: LIKE and the JSON
// functions find nothing in a BLOB.
func (d document) Value() (driver.Value, error) {
	text, err := json.Marshal(d.value)
	return string(text), err
}

// Scan implements [sql.Scanner].
func (d document) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("a document is text, not %T", src)
	}
	return json.Unmarshal([]byte(text), d.value)
}
