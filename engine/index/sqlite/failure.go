package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	lib "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// explain turns a failure of the database or the file system that a person can
// do something about into an [engine.Error] that names the file. Others,
// cancelled contexts among them, it leaves alone.
func explain(path string, err error) error {
	var ours *engine.Error
	if err == nil || errors.As(err, &ours) {
		return err
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return unwritable(path, err)
	case errors.Is(err, syscall.ENOSPC):
		return diskFull(path, err)
	case errors.Is(err, errDamaged):
		return unreadable(path, "it is damaged", err)
	case code(err) == lib.SQLITE_IOERR_SHMSIZE: // it cannot make room for what processes share
		return diskFull(path, err)
	}
	switch code(err) & 0xff { // the low byte is the primary code
	case lib.SQLITE_NOTADB, lib.SQLITE_CORRUPT:
		return unreadable(path, "it is damaged, or not an index of Portolan", err)
	case lib.SQLITE_IOERR:
		return unreadable(path, err.Error(), err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL:
		return busy(path, err)
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return unwritable(path, err)
	case lib.SQLITE_FULL:
		return diskFull(path, err)
	}
	return err
}

// errDamaged is in the chain of every error about contents that cannot be what was
// written.
var errDamaged = errors.New("the index is damaged")

// errUnreadable is in the chain of every error about a file that is no index.
var errUnreadable = errors.New("no index")

func unreadable(path, why string, err error) error {
	return &engine.Error{Kind: engine.Internal, Title: "Index cannot be read", Detail: path + ": " + why, Hint: "restore the file from a backup, or delete the scan and run it again", Err: errors.Join(errUnreadable, err)}
}

func unwritable(path string, err error) error {
	return &engine.Error{Kind: engine.Invalid, Title: "Data folder cannot be used", Detail: fmt.Sprintf("%s: %v", path, err), Hint: "name a folder this user can write, on a local disk", Field: "data_dir", Err: err}
}

func diskFull(path string, err error) error {
	return &engine.Error{Kind: engine.Internal, Title: engine.TitleDiskFull, Detail: fmt.Sprintf("%s: %v", path, err), Hint: "free some space and try again", Field: "data_dir", Err: err}
}

func busy(path string, err error) error {
	return &engine.Error{Kind: engine.Conflict, Title: "Index is in use", Detail: path + ": another process holds it", Hint: "try again; if it stays so, look for another portolan process", Err: err}
}

func notFound(id engine.ScanID) error {
	return &engine.Error{Kind: engine.NotFound, Title: "Index not found", Detail: fmt.Sprintf("scan %d has no index", id)}
}
