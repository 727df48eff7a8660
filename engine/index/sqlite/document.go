package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// documentWriter stores documents with their search tokens in one transaction.
type documentWriter struct {
	fields *fieldWriter

	find, insert, replace *sql.Stmt
	addToken, addProse    *sql.Stmt
	cutToken, cutProse    *sql.Stmt
}

// saveDocuments stores responses, each in the place of one with its key.
func saveDocuments(ctx context.Context, tx *sql.Tx, fields *fieldWriter, responses []engine.Response) error {
	if len(responses) == 0 {
		return nil
	}
	w := &documentWriter{fields: fields}
	if err := w.prepare(ctx, tx); err != nil {
		return fmt.Errorf("save documents: %w", err)
	}
	for i := range responses {
		if err := w.save(ctx, &responses[i]); err != nil {
			return fmt.Errorf("save document %s: %w", responses[i].URI, err)
		}
	}
	return nil
}

// prepare makes the statements; they end with the transaction.
func (w *documentWriter) prepare(ctx context.Context, tx *sql.Tx) (err error) {
	for _, s := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&w.find, "SELECT id, body FROM doc WHERE key = ?"},
		{&w.insert, "INSERT INTO doc (uri, last_updated, host, ip, port, protocol, body, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"},
		{&w.replace, "UPDATE doc SET uri = ?, last_updated = ?, host = ?, ip = ?, port = ?, protocol = ?, body = ? WHERE key = ?"},
		{&w.addToken, "INSERT INTO token (rowid, value) VALUES (?, ?)"},
		{&w.addProse, "INSERT INTO prose (rowid, value) VALUES (?, ?)"},
		{&w.cutToken, "INSERT INTO token (token, rowid, value) VALUES ('delete', ?, ?)"},
		{&w.cutProse, "INSERT INTO prose (prose, rowid, value) VALUES ('delete', ?, ?)"},
	} {
		if *s.to, err = tx.PrepareContext(ctx, s.text); err != nil {
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
	id, old, err := w.stored(ctx, r.Key())
	if err != nil || old == string(body) {
		return err
	}
	if old != "" {
		if err := w.unindex(ctx, id, []byte(old)); err != nil {
			return err
		}
	}
	if id, err = w.write(ctx, id, r, string(body)); err != nil {
		return err
	}
	return w.index(ctx, id, body)
}

// stored gives the id and the body under a key, 0 and "" if there is none.
func (w *documentWriter) stored(ctx context.Context, key string) (id int64, body string, err error) {
	err = w.find.QueryRowContext(ctx, key).Scan(&id, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return id, body, err
}

// write puts the row of a document; id is 0 for a new one.
func (w *documentWriter) write(ctx context.Context, id int64, r *engine.Response, body string) (int64, error) {
	statement := w.insert
	if id != 0 {
		statement = w.replace
	}
	result, err := statement.ExecContext(ctx, r.URI, r.LastUpdate, r.Host, r.IP, r.Port, r.Protocol, body, r.Key())
	if err != nil || id != 0 {
		return id, err
	}
	return result.LastInsertId()
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
