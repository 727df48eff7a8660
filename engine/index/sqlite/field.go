package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// maxFields is how many fields of an index have tokens. Names of fields come in
// part from the hosts that were scanned; whoever invents more must not make the
// index slow for everything else: a document with a field beyond them is judged
// by every query, see entry.go.
const maxFields = 10_000

// dictionary numbers the fields of an index, in the file and in memory. It only
// grows, and holds what is committed.
type dictionary struct {
	mu   sync.RWMutex
	ids  map[string]int64
	last int64
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

type fieldRow struct {
	id   int64
	path string
}

func scanField(rows *sql.Rows) (f fieldRow, err error) {
	if err := rows.Scan(&f.id, &f.path); err != nil {
		return f, fmt.Errorf("read field: %w", err)
	}
	return f, nil
}

func (d *dictionary) merge(added []fieldRow) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids == nil {
		d.ids = map[string]int64{}
	}
	for _, f := range added {
		d.ids[f.path] = f.id
		d.last = max(d.last, f.id)
	}
}

func (d *dictionary) get(path string) (id int64, ok bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	id, ok = d.ids[path]
	return id, ok
}

// matching gives the fields whose path passes.
func (d *dictionary) matching(passes func(path string) bool) (found []fieldRow) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for path, id := range d.ids {
		if passes(path) {
			found = append(found, fieldRow{id, path})
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
	fresh []fieldRow
	ids   map[string]int64 // of fresh
}

func newFieldWriter(ctx context.Context, tx *sql.Tx, d *dictionary) (*fieldWriter, error) {
	if err := d.refresh(ctx, tx); err != nil {
		return nil, err
	}
	return &fieldWriter{tx: tx, known: d, ids: map[string]int64{}}, nil
}

// id gives the number of a field, a new one if it has none. ok is false when
// there are none left.
func (w *fieldWriter) id(ctx context.Context, path string) (id int64, ok bool, err error) {
	if id, ok := w.known.get(path); ok {
		return id, true, nil
	}
	if id, ok := w.ids[path]; ok {
		return id, true, nil
	}
	id = w.known.highest() + int64(len(w.fresh)) + 1
	if id > maxFields {
		return 0, false, nil
	}
	if _, err := w.tx.ExecContext(ctx, "INSERT INTO field (id, path) VALUES (?, ?)", id, path); err != nil {
		return 0, false, fmt.Errorf("add field: %w", err)
	}
	w.fresh = append(w.fresh, fieldRow{id, path})
	w.ids[path] = id
	return id, true, nil
}

// commit makes the new fields known, once the transaction is committed.
func (w *fieldWriter) commit() { w.known.merge(w.fresh) }
