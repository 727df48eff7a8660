package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Moving a file that other processes may have open is safe for three reasons.
// The mark inside it stops every writer, so the log does not grow any more. The
// log and its index are moved with it if they are there, so that who opens the
// file under its new name shares them with who has it open under the old one. And
// the file stands under its new name without its log only where nobody opens
// it: it goes to the trash before its log and comes back after it.

// companions gives the names of a database and what SQLite keeps beside it.
func companions() []string { return []string{"-wal", "-shm"} }

// Trash implements [index.Shelf].
func (s *shelf) Trash(ctx context.Context, id engine.ScanID) error {
	if err := makeFolder(filepath.Dir(s.trashPath(id))); err != nil {
		return err
	}
	err := s.mark(ctx, id, true)
	isGone := engine.KindOf(err) == engine.NotFound
	if err != nil && !isGone && !errors.Is(err, errUnreadable) { // what cannot be read can still be thrown away
		return err
	}
	if err := s.cache.expel(ctx, id); err != nil {
		return err
	}
	names := append([]string{""}, companions()...)
	return move(s.indexPath(id), s.trashPath(id), names)
}

// Restore implements [index.Shelf].
func (s *shelf) Restore(ctx context.Context, id engine.ScanID) error {
	if err := s.cache.expel(ctx, id); err != nil {
		return err
	}
	names := append(companions(), "")
	if err := move(s.trashPath(id), s.indexPath(id), names); err != nil {
		return err
	}
	return s.mark(ctx, id, false)
}

// Purge implements [index.Shelf].
func (s *shelf) Purge(ctx context.Context, id engine.ScanID) error {
	if err := s.cache.expel(ctx, id); err != nil {
		return err
	}
	var failures []error
	for _, path := range []string{s.indexPath(id), s.trashPath(id)} {
		for _, name := range append([]string{""}, companions()...) {
			if err := os.Remove(path + name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				failures = append(failures, fmt.Errorf("erase index: %w", err))
			}
		}
	}
	return errors.Join(failures...)
}

// mark sets the mark of the file under its name on the shelf.
func (s *shelf) mark(ctx context.Context, id engine.ScanID, trashed bool) error {
	ix := &scanIndex{shelf: s, id: id}
	return ix.use(ctx, func(f *file) error { return f.setTrashed(ctx, trashed) })
}

// move renames the files that are there; the others have been moved before.
func move(from, to string, names []string) error {
	for _, name := range names {
		if err := os.Rename(from+name, to+name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("move index: %w", err)
		}
	}
	return nil
}
