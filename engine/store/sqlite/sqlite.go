// Package sqlite keeps the state of record in one SQLite file, engine.db in the
// data folder. Begin with [Open]. Any number of processes may have the same
// folder open, on one machine: never on a network file system, whose locks
// cannot be trusted.
//
// It is one way to keep a [store.Store], and the default; storetest says what
// is promised. Responses and findings are not here (that is index/sqlite).
//
// What has been committed has reached the disk (write-ahead log,
// synchronous=FULL): a process that is killed loses nothing it was told of.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// FileName is the name of the file in the data folder. SQLite keeps FileName-wal
// and FileName-shm beside it while it is open.
const FileName = "engine.db"

type database struct {
	path    string
	latest  int // the version of the format this program writes
	writer  *sql.DB
	readers *sql.DB
	info    fs.FileInfo // of the file that was opened, whatever has its name now
}

var _ store.Store = (*database)(nil)

// Open opens the store in the folder dir and makes both if they are missing, the
// folder with mode 0700 and the file with 0600; an existing folder or file
// keeps the mode somebody gave it. A store of an older version is brought up to
// date, all or nothing. Opening takes a few milliseconds, and many processes
// may race to be first.
//
// What can be wrong with the folder is an [engine.Error] about the field
// "data_dir".
func Open(ctx context.Context, dir string) (store.Store, error) {
	path, err := prepareFolder(dir)
	if err != nil {
		return nil, err
	}
	d, err := connect(path)
	if err != nil {
		return nil, err
	}
	if err := d.prepare(ctx); err != nil {
		return nil, errors.Join(d.explain(ctx, "open", err), d.Close())
	}
	if d.info, err = os.Stat(path); err != nil {
		return nil, errors.Join(cannotWrite(path, err), d.Close())
	}
	return d, nil
}

func connect(path string) (*database, error) {
	writer, err := openWriter(path)
	if err != nil {
		return nil, err
	}
	readers, err := openReaders(path)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	return &database{path: path, latest: len(migrations()), writer: writer, readers: readers}, nil
}

// prepare makes the file ours, of the latest format and with a write-ahead log.
// It can be repeated, and is while other processes do the same.
func (d *database) prepare(ctx context.Context) error {
	return untilFree(ctx, func() error {
		if err := d.migrate(ctx, migrations()); err != nil {
			return err
		}
		return d.useWAL(ctx)
	})
}

// useWAL switches to the write-ahead log, which the file remembers. It comes
// after the check of the format: a file that is not ours stays as it is.
func (d *database) useWAL(ctx context.Context) error {
	var mode string
	if err := d.writer.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return fmt.Errorf("switch to WAL: %w", err)
	}
	if mode != "wal" {
		return noWAL(d.path, mode)
	}
	return nil
}

func (d *database) EngineID(ctx context.Context) (id string, err error) {
	err = d.readers.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'engine_id'").Scan(&id)
	return id, d.explain(ctx, "read engine id", err)
}

// Close closes the writer last: the last connection to a file folds the log
// into it, and only the writer may.
func (d *database) Close() error {
	if err := errors.Join(d.readers.Close(), d.writer.Close()); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// stillThere refuses to write a file that was removed or replaced while it was
// open: the system would take it, and nobody would ever read it again.
func (d *database) stillThere() error {
	now, err := os.Stat(d.path)
	if err == nil && !os.SameFile(d.info, now) {
		err = errors.New("another file has taken its place")
	}
	if err != nil {
		return cannotWrite(d.path, err)
	}
	return nil
}
