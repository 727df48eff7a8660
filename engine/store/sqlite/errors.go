package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// fieldDataDir is the setting that all trouble with the file is about.
const fieldDataDir = "data_dir"

// explain turns an error of the driver into one that says what the user can do,
// or wraps it with what was being done. A cancelled context is always that.
func (d *database) explain(ctx context.Context, doing string, err error) error {
	var known *engine.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if cause := ctx.Err(); cause != nil {
		return fmt.Errorf("%s: %w", doing, cause)
	}
	if extendedCode(err) == sqlite3.SQLITE_IOERR_SHMSIZE { // it cannot make room for what processes share
		return diskFull(d.path, err)
	}
	switch code(err) {
	case sqlite3.SQLITE_NOTADB:
		return foreignFile(d.path, err)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return cannotWrite(d.path, err)
	case sqlite3.SQLITE_FULL:
		return diskFull(d.path, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return fileBusy(d.path, err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR:
		return fileDamaged(d.path, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// code gives SQLite's primary result code of err, 0 if it has none.
func code(err error) int {
	return extendedCode(err) & 0xff
}

func extendedCode(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return sqlite3.SQLITE_OK
}

func badFolder(title, detail, hint string, err error) error {
	return &engine.Error{Kind: engine.Invalid, Title: title, Detail: detail, Hint: hint, Field: fieldDataDir, Err: err}
}

func cannotWrite(path string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return diskFull(path, err)
	}
	return badFolder("Data folder cannot be written", fmt.Sprintf("%s: %s", path, reason(err)), "give this user the right to write there, or use another data folder", err)
}

// reason is err without the operation and the path, which the sentence names.
func reason(err error) string {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err.Error()
	}
	return err.Error()
}

func foreignFile(path string, err error) error {
	return badFolder("Not a Portolan database", fmt.Sprintf("%s was written by another program or is damaged; it was left as it is", path), "use another data folder, or move the file away", err)
}

func noWAL(path, mode string) error {
	return badFolder("Data folder does not suit", fmt.Sprintf("%s: the file system allows no write-ahead log (journal mode stays %q)", path, mode), "use a data folder on a local disk", nil)
}

func newerFormat(path string, found, known int) error {
	return &engine.Error{
		Kind: engine.Conflict, Title: "Data folder is of a newer Portolan", Field: fieldDataDir,
		Detail: fmt.Sprintf("%s was written by a newer Portolan (schema %d, this one knows %d)", path, found, known),
		Hint:   "upgrade, or use another data folder",
	}
}

func diskFull(path string, err error) error {
	return &engine.Error{
		Kind: engine.Internal, Title: engine.TitleDiskFull, Field: fieldDataDir, Err: err,
		Detail: fmt.Sprintf("%s cannot grow: no space is left", path),
		Hint:   "free some space, or use a data folder on another disk",
	}
}

func fileBusy(path string, err error) error {
	return &engine.Error{
		Kind: engine.Internal, Title: "Data folder is busy", Field: fieldDataDir, Err: err,
		Detail: fmt.Sprintf("%s has been locked by another process for more than %s", path, busyTimeout),
		Hint:   "look for a stopped or hanging process that uses the same data folder",
	}
}

func fileDamaged(path string, err error) error {
	return &engine.Error{
		Kind: engine.Internal, Title: "Data file cannot be read or written", Field: fieldDataDir, Err: err,
		Detail: fmt.Sprintf("%s: %s", path, err),
		Hint:   "check the disk, restore the folder from a backup, or use another data folder",
	}
}
