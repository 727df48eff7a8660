package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// documentWriter stores documents with their search tokens in one transaction.
type documentWriter struct {
	tx     *sql.Tx
	fields *fieldWriter
	packer packer
	bodies bodies

	find, insert, replace *sql.Stmt
	addToken, addProse    *sql.Stmt
	cutToken, cutProse    *sql.Stmt
}

// saveDocuments stores responses, each in the place of one with its key.
func saveDocuments(ctx context.Context, tx *sql.Tx, fields *fieldWriter, responses []engine.Response) error {
	if len(responses) == 0 {
		return nil
	}
	w := &documentWriter{tx: tx, fields: fields}
	if err := errors.Join(w.prepare(ctx), w.packer.load(ctx, tx)); err != nil {
		return fmt.Errorf("save documents: %w", err)
	}
	for i := range responses {
		if err := w.save(ctx, &responses[i]); err != nil {
			return fmt.Errorf("save document %s: %w", responses[i].URI, err)
		}
	}
	if err := w.packer.finish(ctx, tx); err != nil {
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
		{&w.addToken, "INSERT INTO token (rowid, value) VALUES (?, ?)"},
		{&w.addProse, "INSERT INTO prose (rowid, value) VALUES (?, ?)"},
		{&w.cutToken, "INSERT INTO token (token, rowid, value) VALUES ('delete', ?, ?)"},
		{&w.cutProse, "INSERT INTO prose (prose, rowid, value) VALUES ('delete', ?, ?)"},
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
	body, err := json.Marshal(r)
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
		return w.change(ctx, id, r, old, body)
	}
	result, err := w.insert.ExecContext(ctx, encodeStamp(r.LastUpdate), hashURI(r.URI), key)
	if err != nil {
		return err
	}
	if id, err = result.LastInsertId(); err != nil {
		return err
	}
	if err := w.packer.add(ctx, w.tx, id, body); err != nil {
		return err
	}
	return w.index(ctx, id, body)
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
	if body, ok := w.packer.get(id); ok {
		return id, body, nil
	}
	found, err := w.bodies.read(ctx, w.tx, []int64{id})
	return id, found[id], err
}

// change puts a new text in the place of an old one.
func (w *documentWriter) change(ctx context.Context, id int64, r *engine.Response, old, body []byte) error {
	if err := w.unindex(ctx, id, old); err != nil {
		return err
	}
	if _, err := w.replace.ExecContext(ctx, encodeStamp(r.LastUpdate), id); err != nil {
		return err
	}
	if err := w.packer.replace(ctx, w.tx, id, body); err != nil {
		return err
	}
	return w.index(ctx, id, body)
}

func (w *documentWriter) index(ctx context.Context, id int64, body []byte) error {
	return w.eachTable(ctx, id, body, w.addToken, w.addProse)
}

// unindex takes out what index put in for the same body.
func (w *documentWriter) unindex(ctx context.Context, id int64, body []byte) error {
	return w.eachTable(ctx, id, body, w.cutToken, w.cutProse)
}

func (w *documentWriter) eachTable(ctx context.Context, id int64, body []byte, token, prose *sql.Stmt) error {
	entry, err := newEntry(ctx, w.fields, body)
	if err != nil {
		return err
	}
	if _, err := token.ExecContext(ctx, id, entry.tokens()); err != nil {
		return fmt.Errorf("index tokens: %w", err)
	}
	if _, err := prose.ExecContext(ctx, id, entry.prose()); err != nil {
		return fmt.Errorf("index words: %w", err)
	}
	return nil
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
