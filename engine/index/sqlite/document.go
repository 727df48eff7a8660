package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// documentWriter stores documents with their terms in one transaction.
type documentWriter struct {
	tx     *sql.Tx
	packer packer
	bodies bodies

	find, insert, replace, say *sql.Stmt

	saved   map[int64][]byte // documents that are new or have changed
	changed []int64          // those of them that were stored before
}

// saveDocuments stores responses, each in the place of one with its key.
func saveDocuments(ctx context.Context, tx *sql.Tx, fields *fieldWriter, responses []engine.Response) error {
	if len(responses) == 0 {
		return nil
	}
	w := &documentWriter{tx: tx, saved: map[int64][]byte{}}
	if err := errors.Join(w.prepare(ctx), w.packer.load(ctx, tx)); err != nil {
		return fmt.Errorf("save documents: %w", err)
	}
	for i := range responses {
		if err := w.save(ctx, &responses[i]); err != nil {
			return fmt.Errorf("save document %s: %w", responses[i].URI, err)
		}
	}
	if err := errors.Join(w.packer.finish(ctx, tx), w.index(ctx, fields)); err != nil {
		return fmt.Errorf("save documents: %w", err)
	}
	return countChange(ctx, tx)
}

// prepare makes the statements; they end with the transaction.
func (w *documentWriter) prepare(ctx context.Context) (err error) {
	for _, s := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&w.find, "SELECT id FROM doc WHERE key = ?"},
		{&w.insert, "INSERT INTO doc (last_updated, uri_hash, key) VALUES (?, ?, ?)"},
		{&w.replace, "UPDATE doc SET last_updated = ? WHERE id = ?"},
		{&w.say, saveSaying},
	} {
		if *s.to, err = w.tx.PrepareContext(ctx, s.text); err != nil {
			return err
		}
	}
	return nil
}

// save stores a document. One that has not changed is left alone, so that a
// report that comes twice costs little.
func (w *documentWriter) save(ctx context.Context, r *engine.Response) error {
	body, err := r.MarshalJSON() // json.Marshal would look at it all once more
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	key, err := hex.DecodeString(r.Key())
	if err != nil {
		return fmt.Errorf("encode key: %w", err)
	}
	id, old, err := w.stored(ctx, key)
	if err != nil || string(old) == string(body) {
		return err
	}
	if id != 0 {
		return errors.Join(w.change(ctx, id, r, body), w.sayOf(ctx, id, r, body))
	}
	result, err := w.insert.ExecContext(ctx, encodeStamp(r.LastUpdate), hashURI(r.URI), key)
	if err != nil {
		return err
	}
	if id, err = result.LastInsertId(); err != nil {
		return err
	}
	w.saved[id] = body
	return errors.Join(w.packer.add(ctx, w.tx, id, body), w.sayOf(ctx, id, r, body))
}

// sayOf keeps what a document says of its place.
func (w *documentWriter) sayOf(ctx context.Context, id int64, r *engine.Response, body []byte) error {
	said, err := r.Saying(body)
	if err != nil {
		return err
	}
	return putSaying(ctx, w.say, id, &said)
}

// stored gives the id and the text of the document under a key, 0 and nil if there is none.
func (w *documentWriter) stored(ctx context.Context, key []byte) (id int64, body []byte, err error) {
	err = w.find.QueryRowContext(ctx, key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	if body, ok := w.saved[id]; ok {
		return id, body, nil
	}
	found, err := w.bodies.read(ctx, w.tx, []int64{id})
	return id, found[id], err
}

// change puts a new text in the place of an old one.
func (w *documentWriter) change(ctx context.Context, id int64, r *engine.Response, body []byte) error {
	if _, ok := w.saved[id]; !ok {
		w.changed = append(w.changed, id)
	}
	w.saved[id] = body
	if _, err := w.replace.ExecContext(ctx, encodeStamp(r.LastUpdate), id); err != nil {
		return err
	}
	return w.packer.replace(ctx, w.tx, id, body)
}

// index writes the terms of what was saved.
func (w *documentWriter) index(ctx context.Context, fields *fieldWriter) error {
	if len(w.saved) == 0 {
		return nil
	}
	segment, err := writeSegment(ctx, w.tx, fields, w.saved)
	if err != nil {
		return err
	}
	for _, id := range w.changed {
		if _, err := w.tx.ExecContext(ctx, "INSERT OR REPLACE INTO changed (id, segment) VALUES (?, ?)", id, segment); err != nil {
			return fmt.Errorf("note change: %w", err)
		}
	}
	return mergeRipe(ctx, w.tx)
}

// writeSegment writes the terms of documents as a segment and gives its id.
func writeSegment(ctx context.Context, tx *sql.Tx, fields *fieldWriter, documents map[int64][]byte) (id int64, err error) {
	d := newDraft(len(documents))
	e := newEntry(fields, d)
	for _, id := range slices.Sorted(maps.Keys(documents)) {
		if err := e.document(ctx, id, documents[id]); err != nil {
			return 0, err
		}
	}
	return d.write(ctx, tx)
}

// stampForm is how the engine writes moments.
const stampForm = "2006-01-02T15:04:05.000Z"

// encodeStamp gives a moment as milliseconds since 1970, which sort as the texts
// do. A text of another form stays a text, and SQLite sorts it above all numbers.
func encodeStamp(text string) any {
	if at, err := time.Parse(stampForm, text); err == nil && at.Format(stampForm) == text {
		return at.UnixMilli()
	}
	return text
}

func decodeStamp(stored any) string {
	switch v := stored.(type) {
	case int64:
		return time.UnixMilli(v).UTC().Format(stampForm)
	case string:
		return v
	}
	return ""
}

// hashURI gives 64 bits by which the same URI is known again in other indices.
// Hosts choose URIs, so it has to be a hash nobody finds collisions of by design.
func hashURI(uri string) int64 {
	sum := sha256.Sum256([]byte(uri))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}
