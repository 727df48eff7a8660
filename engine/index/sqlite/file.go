package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// querier is what a pool and a transaction have in common.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// file is the open database of one scan.
type file struct {
	id     engine.ScanID
	path   string
	info   fs.FileInfo // of the file that was opened, whatever has its name now
	writer *sql.DB
	reader *sql.DB
	fields dictionary
}

// openFile opens the index of a scan, making it first if create is set.
func openFile(ctx context.Context, id engine.ScanID, path string, create bool) (_ *file, err error) {
	if create {
		if err := makeFile(path); err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, notFound(id)
	}
	if err != nil {
		return nil, unwritable(path, err)
	}
	f := &file{id: id, path: path, info: info}
	if err := f.connect(ctx); err != nil {
		return nil, errors.Join(explain(path, err), f.close())
	}
	return f, nil
}

// makeFile makes an empty file unless there is one; SQLite gives the files it
// puts beside it the same permissions.
func makeFile(path string) error {
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return unwritable(path, err)
	}
	return f.Close()
}

// makeFolder makes a folder that only its user can enter: what a scan found is
// nobody else's business.
func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return unwritable(path, err)
	}
	return nil
}

func (f *file) connect(ctx context.Context) (err error) {
	if f.writer, err = connectWriter(f.path); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	h, err := readHeader(ctx, f.writer)
	if err == nil && h.isEmpty() {
		if err = fill(ctx, f.writer); err == nil {
			h, err = readHeader(ctx, f.writer)
		}
	}
	if err == nil && h.isOld() {
		if err = reindex(ctx, f.writer); err == nil {
			h, err = readHeader(ctx, f.writer)
		}
	}
	if err != nil {
		return fmt.Errorf("read header: %w", err)
	}
	if err := h.check(f.path); err != nil {
		return err
	}
	if f.reader, err = connectReaders(f.path); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	return nil
}

// isCurrent reports whether the file still has its name: another process may
// have moved it to the trash, or back and forth.
func (f *file) isCurrent() bool {
	now, err := os.Stat(f.path)
	return err == nil && os.SameFile(f.info, now)
}

// update runs fn in a transaction that excludes every other writer of every
// process. A file that is on its way to the trash is not written any more, so
// that nothing is lost or torn while it is moved.
func (f *file) update(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := f.writer.BeginTx(ctx, nil)
	if err != nil {
		return explain(f.path, fmt.Errorf("begin: %w", err))
	}
	defer func() { _ = tx.Rollback() }()
	trashed, err := isTrashed(ctx, tx)
	if err != nil {
		return explain(f.path, err)
	}
	if trashed {
		return notFound(f.id)
	}
	if err := fn(tx); err != nil {
		return explain(f.path, err)
	}
	if err := tx.Commit(); err != nil {
		return explain(f.path, fmt.Errorf("commit: %w", err))
	}
	return nil
}

func isTrashed(ctx context.Context, q querier) (trashed bool, err error) {
	if err := q.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'trashed'").Scan(&trashed); err != nil {
		return false, fmt.Errorf("read header: %w", err)
	}
	return trashed, nil
}

// setTrashed marks the file, and empties its log into it so that as a rule
// there is one file to move. A reader of another process may keep the log
// from being emptied; then it is moved too.
func (f *file) setTrashed(ctx context.Context, trashed bool) error {
	if _, err := f.writer.ExecContext(ctx, "UPDATE meta SET value = ? WHERE name = 'trashed'", trashed); err != nil {
		return explain(f.path, fmt.Errorf("mark index: %w", err))
	}
	if _, err := f.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return explain(f.path, fmt.Errorf("empty log: %w", err))
	}
	return nil
}

func (f *file) close() error {
	var failures []error
	for _, db := range []*sql.DB{f.reader, f.writer} { // the writer last: it may empty the log
		if db != nil {
			failures = append(failures, db.Close())
		}
	}
	return errors.Join(failures...)
}
