package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
)

// Change is what an import did.
type Change struct {
	New       int  `json:"new"`        // CVEs that were not there
	Updated   int  `json:"updated"`    // CVEs of which something newer was read
	Unchanged int  `json:"unchanged"`  // CVEs that were there as new, or newer
	Exploited int  `json:"exploited"`  // entries of CISA's catalogue, if it was replaced
	Scored    int  `json:"scored"`     // lines of EPSS, if it was replaced
	Older     bool `json:"older_list"` // a catalogue or scores were older than what is there, and left
}

// Import takes what fill hands over, all or nothing: after an error everything is as it
// was. Imports of several processes follow one another.
func (f *Feed) Import(ctx context.Context, fill func(feed.Sink) error) (change Change, err error) {
	db, err := f.openToWrite(ctx)
	if err != nil {
		return Change{}, f.trouble(err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return Change{}, f.trouble(err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it has nothing to do
	in := &intake{ctx: ctx, tx: tx, statements: map[string]*sql.Stmt{}, products: map[string]int64{}}
	if err := in.prepare(); err != nil {
		return Change{}, f.trouble(err)
	}
	if err := fill(in); err != nil {
		return Change{}, f.trouble(err)
	}
	if err := in.finish(); err != nil {
		return Change{}, f.trouble(err)
	}
	if err := tx.Commit(); err != nil {
		return Change{}, f.trouble(err)
	}
	// The log is as large as what was imported; failing to shrink it loses nothing.
	_, _ = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return in.change, nil
}

// openToWrite makes the folder and an empty file if they are missing.
func (f *Feed) openToWrite(ctx context.Context) (*sql.DB, error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, err
	}
	if err := makeFile(f.path()); err != nil {
		return nil, err
	}
	db, err := openPool(f.path(), 1, "synchronous(NORMAL)", "temp_store(MEMORY)", "cache_size(-65536)")
	if err != nil {
		return nil, err
	}
	if _, err := checkFormat(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// makeFile makes an empty file that only this user reads, under another name first: to
// close a descriptor of a file that is in use would drop the locks of this process on it.
func makeFile(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	empty, err := os.CreateTemp(filepath.Dir(path), ".new-*.db") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(empty.Name()) }() // the link stays
	if err := empty.Close(); err != nil {
		return err
	}
	if err := os.Link(empty.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return os.Rename(empty.Name(), path) // a file system without links
	}
	return nil
}

// intake is one transaction that takes what lists say.
type intake struct {
	ctx        context.Context
	tx         *sql.Tx
	statements map[string]*sql.Stmt
	products   map[string]int64 // ids of products met lately
	change     Change
}

var _ feed.Sink = (*intake)(nil)

// prepare makes the tables of a new file.
func (in *intake) prepare() error {
	var version int
	if err := in.tx.QueryRowContext(in.ctx, "PRAGMA user_version").Scan(&version); err != nil || version == format {
		return err
	}
	mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, format)
	_, err := in.tx.ExecContext(in.ctx, schema+mark)
	return err
}

// finish tells those who have the file open that something is different.
func (in *intake) finish() error {
	if err := in.exec("UPDATE meta SET value = value + 1 WHERE name = 'revision'"); err != nil {
		return err
	}
	return in.note("imported", time.Now())
}

// statement prepares each statement once.
func (in *intake) statement(query string) (*sql.Stmt, error) {
	if known := in.statements[query]; known != nil {
		return known, nil
	}
	made, err := in.tx.PrepareContext(in.ctx, query) // the transaction closes it
	if err == nil {
		in.statements[query] = made
	}
	return made, err
}

func (in *intake) exec(query string, args ...any) error {
	statement, err := in.statement(query)
	if err != nil {
		return err
	}
	_, err = statement.ExecContext(in.ctx, args...)
	return err
}

// number reads one number; false if there is no row.
func (in *intake) number(query string, args ...any) (n int64, ok bool, err error) {
	statement, err := in.statement(query)
	if err != nil {
		return 0, false, err
	}
	err = statement.QueryRowContext(in.ctx, args...).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return n, err == nil, err
}

func (in *intake) note(name string, at time.Time) error {
	return in.exec("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, at.UnixMilli())
}

// isNewer tells whether a list is newer than the one that is there, of which meta has
// the time.
func (in *intake) isNewer(name string, at time.Time) (bool, error) {
	had, ok, err := in.number("SELECT value FROM meta WHERE name = ?", name)
	if ok && at.UnixMilli() < had {
		in.change.Older = true
	}
	return !ok || at.UnixMilli() > had, err
}

// Catalogue implements [feed.Sink]: a newer catalogue takes the place of the one there.
func (in *intake) Catalogue(c feed.Catalogue) error {
	if newer, err := in.isNewer("released", c.Released); err != nil || !newer {
		return err
	}
	if err := in.exec("DELETE FROM exploited"); err != nil {
		return err
	}
	for _, e := range c.Entries {
		if err := in.exec("INSERT OR REPLACE INTO exploited (flaw, added) VALUES (?, ?)", e.ID, e.Added); err != nil {
			return err
		}
	}
	in.change.Exploited = len(c.Entries)
	return in.note("released", c.Released)
}

// Scores implements [feed.Sink]: newer scores take the place of those there.
func (in *intake) Scores(s feed.Scores) error {
	if newer, err := in.isNewer("day", s.Day); err != nil || !newer {
		return err
	}
	if err := in.exec("DELETE FROM likelihood"); err != nil {
		return err
	}
	for _, e := range s.Entries {
		if err := in.exec("INSERT OR REPLACE INTO likelihood (flaw, probability) VALUES (?, ?)", e.ID, e.Probability); err != nil {
			return err
		}
	}
	in.change.Scored = len(s.Entries)
	return in.note("day", s.Day)
}
