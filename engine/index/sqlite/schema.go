package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// applicationID is "Prto" in the file's header: it tells our files from
	// those of other programs (SQLite file format, section 1.3.15).
	applicationID = 0x5072746f

	// schemaVersion is the version of the tables, in the file's header. A file of
	// another version is refused, but for those from oldestVersion on.
	schemaVersion = 4

	// oldestVersion has the documents where they are now, so that a file can be
	// indexed anew, see reindex.go.
	oldestVersion = 2

	// encodingVersion is the version of the terms: the encoding of term.go and
	// value.go, and the field types and the tokenizer of the query language. Any
	// change to them needs a new number.
	encodingVersion = 4
)

// schema is the file of one scan. Order matters to the paging of order.go and
// finding.go: their keys are the columns of the two …_order indices, the first
// followed by the id.
//
// doc has a row for each document; the documents themselves stand in pack and
// loose, see pack.go.
//
// What a document can be found by is in termSchema, what it says of its place in
// sayingSchema.
const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE task (
	id      INTEGER PRIMARY KEY,
	state   TEXT NOT NULL,
	attempt INTEGER NOT NULL DEFAULT 0,
	failure TEXT NOT NULL DEFAULT '',
	body    TEXT NOT NULL
);
CREATE INDEX task_state ON task (state, id);

CREATE TABLE doc (
	id           INTEGER PRIMARY KEY, -- from 1 without gaps
	key          BLOB NOT NULL UNIQUE,
	uri_hash     INTEGER NOT NULL,
	last_updated NOT NULL             -- milliseconds, or text, see encodeStamp
);
CREATE INDEX doc_order ON doc (last_updated DESC);
CREATE TABLE loose (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE pack (last INTEGER PRIMARY KEY, body BLOB NOT NULL);

CREATE TABLE field (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE finding (
	fingerprint TEXT PRIMARY KEY,
	mildness    INTEGER NOT NULL, -- 0 for critical, rising
	severity    TEXT NOT NULL,
	rule        TEXT NOT NULL,
	target      TEXT NOT NULL,
	host        TEXT NOT NULL,
	ip          TEXT NOT NULL,
	port        INTEGER NOT NULL,
	body        TEXT NOT NULL
);
CREATE INDEX finding_order ON finding (mildness, rule, target, port, fingerprint);

CREATE TABLE open_port (
	addr      BLOB NOT NULL, -- sorts as addresses do, see addressKey
	port      INTEGER NOT NULL,
	transport TEXT NOT NULL,
	body      TEXT NOT NULL,
	PRIMARY KEY (addr, port, transport)
) WITHOUT ROWID;

CREATE TABLE host (addr BLOB PRIMARY KEY) WITHOUT ROWID; -- that answered
`

// termSchema is what documents can be found by, see segment.go.
const termSchema = `
CREATE TABLE segment (id INTEGER PRIMARY KEY, level INTEGER NOT NULL, documents INTEGER NOT NULL);
CREATE TABLE block (id INTEGER PRIMARY KEY, segment INTEGER NOT NULL, first BLOB NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX block_first ON block (segment, first);
CREATE TABLE changed (id INTEGER PRIMARY KEY, segment INTEGER NOT NULL);
`

// header is what a file says about itself.
type header struct {
	application, version, encoding, tables int
	trashed                                bool
}

// readHeader reads the header; encoding is 0 for a file that is not ours.
func readHeader(ctx context.Context, q querier) (header, error) {
	var h header
	err := errors.Join(
		q.QueryRowContext(ctx, "PRAGMA application_id").Scan(&h.application),
		q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&h.version),
		q.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&h.tables),
	)
	if err != nil || h.application != applicationID || h.version < oldestVersion || h.version > schemaVersion {
		return h, err
	}
	err = errors.Join(
		q.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'encoding'").Scan(&h.encoding),
		q.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'trashed'").Scan(&h.trashed),
	)
	return h, err
}

// isEmpty reports a file nothing was ever put into: a process was killed
// between making it and filling it.
func (h header) isEmpty() bool { return h.application == 0 && h.version == 0 && h.tables == 0 }

// isOld reports a file that can be indexed anew.
func (h header) isOld() bool {
	return h.application == applicationID && h.version >= oldestVersion &&
		(h.version < schemaVersion || h.version == schemaVersion && h.encoding < encodingVersion)
}

// check refuses files that are not ours and files of another version.
func (h header) check(path string) error {
	switch {
	case h.application != applicationID:
		return unreadable(path, "it is not an index of Portolan", nil)
	case h.version > schemaVersion || h.encoding > encodingVersion:
		return otherVersion(path, "a newer version of Portolan wrote it", "use the version that wrote it, or a newer one")
	case h.version < schemaVersion:
		return otherVersion(path, "an older version of Portolan wrote it", "read it with the version that wrote it, or delete the scan and run it again")
	}
	return nil
}

// fill makes the tables of an empty file. Of several processes that try, one
// does and the others find it done.
func fill(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	h, err := readHeader(ctx, tx)
	if err != nil || !h.isEmpty() {
		return err
	}
	stamp := fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d;
		INSERT INTO meta VALUES ('encoding', %d), ('trashed', 0), ('changes', 0)`, applicationID, schemaVersion, encodingVersion)
	if _, err := tx.ExecContext(ctx, schema+termSchema+sayingSchema+stamp); err != nil {
		return fmt.Errorf("make tables: %w", err)
	}
	return tx.Commit()
}

func otherVersion(path, why, hint string) error {
	return &engine.Error{Kind: engine.Conflict, Title: "Index is of another version", Detail: path + ": " + why, Hint: hint}
}
