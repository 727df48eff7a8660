package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// maxFields is how many fields of an index have terms. Names of fields come in
// part from the hosts that were scanned; whoever invents more must not make the
// index slow for everything else: a document with a field beyond them is judged
// by every query, see entry.go.
const maxFields = 10_000

// field is one with its number, and the types its values have.
type field struct {
	id                 int64
	path               string
	text, flag, number query.Type // of texts, of true and false, of numbers
	isHostLike         bool
}

func newField(id int64, path string) *field {
	return &field{
		id: id, path: path, isHostLike: isHostLike(path),
		text: query.TypeOf(path, ""), flag: query.TypeOf(path, true), number: query.TypeOf(path, 0.0),
	}
}

// typeOf is [query.TypeOf] of the field.
func (f *field) typeOf(value any) query.Type {
	switch value.(type) {
	case string:
		return f.text
	case bool:
		return f.flag
	}
	return f.number
}

// dictionary numbers the fields of an index, in the file and in memory. It only
// grows, and holds what is committed.
type dictionary struct {
	mu    sync.RWMutex
	known map[string]*field
	last  int64
}

// refresh reads what was added since, by this process or another.
func (d *dictionary) refresh(ctx context.Context, q querier) error {
	added, err := collect(ctx, q, scanField, "SELECT id, path FROM field WHERE id > ? ORDER BY id", d.highest())
	if err != nil {
		return fmt.Errorf("read fields: %w", err)
	}
	d.merge(added)
	return nil
}

func scanField(rows *sql.Rows) (*field, error) {
	var id int64
	var path string
	if err := rows.Scan(&id, &path); err != nil {
		return nil, fmt.Errorf("read field: %w", err)
	}
	return newField(id, path), nil
}

func (d *dictionary) merge(added []*field) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil {
		d.known = map[string]*field{}
	}
	for _, f := range added {
		d.known[f.path] = f
		d.last = max(d.last, f.id)
	}
}

// get gives a field by its path, nil if there is none.
func (d *dictionary) get(path string) *field {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.known[path]
}

// matching gives the fields whose path passes.
func (d *dictionary) matching(passes func(path string) bool) (found []*field) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for path, f := range d.known {
		if passes(path) {
			found = append(found, f)
		}
	}
	return found
}

func (d *dictionary) highest() int64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.last
}

// fieldWriter numbers fields within one transaction. What it adds becomes known
// to others only by commit.
type fieldWriter struct {
	tx    *sql.Tx
	known *dictionary
	fresh []*field
	used  map[string]*field
}

func newFieldWriter(ctx context.Context, tx *sql.Tx, d *dictionary) (*fieldWriter, error) {
	if err := d.refresh(ctx, tx); err != nil {
		return nil, err
	}
	return &fieldWriter{tx: tx, known: d, used: map[string]*field{}}, nil
}

// get gives a field, a new one if it is not there; nil when there are none left.
func (w *fieldWriter) get(ctx context.Context, path []byte) (*field, error) {
	if f, ok := w.used[string(path)]; ok {
		return f, nil
	}
	f := w.known.get(string(path))
	if f == nil {
		var err error
		if f, err = w.add(ctx, string(path)); f == nil {
			return nil, err
		}
	}
	w.used[f.path] = f
	return f, nil
}

func (w *fieldWriter) add(ctx context.Context, path string) (*field, error) {
	id := w.known.highest() + int64(len(w.fresh)) + 1
	if id > maxFields {
		return nil, nil
	}
	if _, err := w.tx.ExecContext(ctx, "INSERT INTO field (id, path) VALUES (?, ?)", id, path); err != nil {
		return nil, fmt.Errorf("add field: %w", err)
	}
	f := newField(id, path)
	w.fresh = append(w.fresh, f)
	return f, nil
}

// commit makes the new fields known, once the transaction is committed.
func (w *fieldWriter) commit() { w.known.merge(w.fresh) }
