package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// A file whose terms are of an older version is indexed anew when it is opened first,
// from its documents and in one transaction: it takes about as long as half of the
// scan's own writing, and whoever else opens the file waits.

// reindexed is how many documents make a segment then.
const reindexed = 2000

// removeTokens removes what documents were found by in version 2.
const removeTokens = `
DROP TABLE token_term; DROP TABLE prose_term; DROP TABLE token_instance; DROP TABLE prose_instance;
DROP TABLE token; DROP TABLE prose;
`

// reindex brings an older file to this version. Of several processes that try, one does
// and the others find it done.
func reindex(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	h, err := readHeader(ctx, tx)
	if err != nil || !h.isOld() {
		return err
	}
	if err := removeTerms(ctx, tx, h); err != nil {
		return fmt.Errorf("index anew: %w", err)
	}
	if err := indexAll(ctx, tx); err != nil {
		return fmt.Errorf("index anew: %w", err)
	}
	stamp := fmt.Sprintf("PRAGMA user_version = %d; UPDATE meta SET value = %d WHERE name = 'encoding'", schemaVersion, encodingVersion)
	if _, err := tx.ExecContext(ctx, stamp); err != nil {
		return fmt.Errorf("index anew: %w", err)
	}
	return tx.Commit()
}

// sayingVersion is the first version that keeps what documents say of their places.
const sayingVersion = 4

// removeTerms leaves a file of this version without any terms, and without sayings.
func removeTerms(ctx context.Context, tx *sql.Tx, h header) error {
	empty := "DELETE FROM saying"
	if h.version < sayingVersion {
		empty = sayingSchema
	}
	if _, err := tx.ExecContext(ctx, empty); err != nil {
		return err
	}
	if h.version > oldestVersion {
		_, err := tx.ExecContext(ctx, "DELETE FROM segment; DELETE FROM block; DELETE FROM changed; DELETE FROM field")
		return err
	}
	if _, err := tx.ExecContext(ctx, removeTokens+"DELETE FROM field;"+termSchema); err != nil {
		return err
	}
	all, err := collect(ctx, tx, scanPlain, "SELECT id, body FROM loose")
	for _, d := range all {
		if err := putLoose(ctx, tx, d.id, d.body); err != nil {
			return err
		}
	}
	return err
}

// scanPlain reads a loose document of version 2, which was not packed.
func scanPlain(rows *sql.Rows) (d packed, err error) {
	if err := rows.Scan(&d.id, &d.body); err != nil {
		return d, fmt.Errorf("read document: %w", err)
	}
	return d, nil
}

// indexAll writes the terms of all documents, and what they say of their places.
func indexAll(ctx context.Context, tx *sql.Tx) error {
	all, err := everything{}.run(ctx, &view{tx: tx})
	if err != nil {
		return err
	}
	fields, err := newFieldWriter(ctx, tx, &dictionary{})
	if err != nil {
		return err
	}
	save, err := tx.PrepareContext(ctx, saveSaying)
	if err != nil {
		return err
	}
	reader := &bodies{}
	for ids := range chunks(all.all(), reindexed) {
		documents, err := reader.read(ctx, tx, ids)
		if err != nil {
			return err
		}
		for id, body := range documents {
			said, _, err := engine.ReadSaying(body)
			if err := errors.Join(err, putSaying(ctx, save, id, &said)); err != nil {
				return err
			}
		}
		if _, err := writeSegment(ctx, tx, fields, documents); err != nil {
			return err
		}
		if err := mergeRipe(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
