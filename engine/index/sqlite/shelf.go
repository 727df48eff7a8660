// Package sqlite keeps the index of each scan in a SQLite file of its own:
// responses, the terms they are found by, findings, open ports and tasks,
// committed together. Begin with [Open].
//
// It is not the state of record of scans (that is store/sqlite) and knows no
// rule about them. A query is right whether or not the terms can answer
// it: what the index cannot say for sure is judged by the query itself on the
// document (see plan.go). Several processes may use one folder at once; a
// network file system may not hold it, because SQLite's locks fail there.
package sqlite

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// shelf is a folder of indices.
type shelf struct {
	dir    string
	cache  cache
	unions unions
}

var _ index.Shelf = (*shelf)(nil)

// Open gives the shelf below dir: index/ID.db is the index of scan ID,
// trash/ID.db what was put out of sight. Nothing is touched until it is needed.
func Open(dir string) (index.Shelf, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	return &shelf{dir: absolute, cache: cache{handles: map[engine.ScanID]*handle{}}}, nil
}

// Create implements [index.Shelf].
func (s *shelf) Create(ctx context.Context, id engine.ScanID) (index.Index, error) {
	return opened(s.open(ctx, id, true))
}

// Open implements [index.Shelf].
func (s *shelf) Open(ctx context.Context, id engine.ScanID) (index.Index, error) {
	return opened(s.open(ctx, id, false))
}

// opened turns a missing index into a missing [index.Index].
func opened(ix *scanIndex, err error) (index.Index, error) {
	if err != nil {
		return nil, err
	}
	return ix, nil
}

// open opens an index that is not on its way to the trash.
func (s *shelf) open(ctx context.Context, id engine.ScanID, create bool) (*scanIndex, error) {
	err := untilFree(ctx, func() error {
		h, err := s.acquire(ctx, id, create)
		if err != nil {
			return err
		}
		defer s.cache.release(h)
		trashed, err := isTrashed(ctx, h.file.reader)
		if trashed {
			return notFound(id)
		}
		return explain(h.file.path, err)
	})
	if err != nil {
		return nil, err
	}
	ix := &scanIndex{shelf: s, id: id}
	ix.reader = reader{{ix: ix}}
	return ix, nil
}

// Close implements [index.Shelf].
func (s *shelf) Close() error {
	s.cache.close()
	return nil
}

// acquire gives the open file of a scan until it is released. A file that has
// been moved since it was opened is let go, and its name looked up again.
func (s *shelf) acquire(ctx context.Context, id engine.ScanID, create bool) (*handle, error) {
	for range 2 {
		h := s.cache.hold(id)
		if h == nil {
			return nil, fmt.Errorf("open index %d: the shelf is closed", id)
		}
		err := h.open(ctx, s.indexPath(id), create)
		if err == nil && h.file.isCurrent() {
			return h, nil
		}
		s.cache.drop(h)
		s.cache.release(h)
		if err != nil {
			return nil, err
		}
	}
	return nil, notFound(id)
}

func (s *shelf) indexPath(id engine.ScanID) string {
	return filepath.Join(s.dir, "index", fmt.Sprintf("%d.db", id))
}

func (s *shelf) trashPath(id engine.ScanID) string {
	return filepath.Join(s.dir, "trash", fmt.Sprintf("%d.db", id))
}

// scanIndex is the index of one scan. It holds no file: each use takes one from
// the cache, so that any number of indices may be around.
type scanIndex struct {
	reader // of itself alone

	shelf *shelf
	id    engine.ScanID
}

var _ index.Index = (*scanIndex)(nil)

// use runs fn on the open file, again if another process has the file.
func (ix *scanIndex) use(ctx context.Context, fn func(*file) error) error {
	return untilFree(ctx, func() error {
		h, err := ix.shelf.acquire(ctx, ix.id, false)
		if err != nil {
			return err
		}
		defer ix.shelf.cache.release(h)
		return fn(h.file)
	})
}
