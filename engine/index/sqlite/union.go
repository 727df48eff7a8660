package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// Union implements [index.Shelf].
func (s *shelf) Union(ctx context.Context, ids []engine.ScanID) (index.Reader, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	r := make(reader, len(ids))
	for i, id := range ids {
		ix, err := s.open(ctx, id, false)
		if err != nil {
			return nil, err
		}
		r[i].ix = ix
	}
	if len(r) > 1 {
		return r, s.unions.hide(ctx, r)
	}
	return r, nil
}

// unions remembers which documents of several indices are hidden by newer ones of
// the same URI. To find that out, every URI of every index is looked at, which takes
// a second for a million; it stays true until one of the indices changes.
type unions struct {
	mu    sync.Mutex
	known []known // the latest last
}

// known is the answer for some indices as they were.
type known struct {
	of     []version
	hidden []*idSet
}

// version is an index as it was.
type version struct {
	file    *file
	changes int64
}

// maxKnown is how many answers are remembered: about as many as there are callers
// with different scans at work.
const maxKnown = 16

// hide tells each part what it must not show.
func (u *unions) hide(ctx context.Context, r reader) error {
	of := make([]version, len(r))
	for i, p := range r {
		err := p.ix.use(ctx, func(f *file) (err error) {
			of[i].file = f
			of[i].changes, err = changes(ctx, f.reader)
			return explain(f.path, err)
		})
		if err != nil {
			return err
		}
	}
	hidden := u.find(of)
	if hidden == nil {
		var err error
		if hidden, err = older(ctx, r); err != nil {
			return err
		}
		u.keep(known{of, hidden})
	}
	for i := range r {
		r[i].hidden = hidden[i]
	}
	return nil
}

func (u *unions) find(of []version) []*idSet {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, k := range u.known {
		if slices.Equal(k.of, of) {
			return k.hidden
		}
	}
	return nil
}

func (u *unions) keep(k known) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.known = append(u.known, k); len(u.known) > maxKnown {
		u.known = slices.Clone(u.known[1:])
	}
}

// newest is the newest document seen of a URI.
type newest struct {
	lastUpdated any
	part        int32
	id          int64
}

// uriPass is how many URIs are in memory at once, about 100 bytes each.
const uriPass = 250_000

// older finds the documents of which another has the same URI and is newer: updated
// later, or of a later scan, or stored later. It looks at a part of the URIs at a time,
// so that it takes 30 MB for any number of documents.
func older(ctx context.Context, r reader) ([]*idSet, error) {
	documents := int64(0)
	hidden := make([]*idSet, len(r))
	for i, p := range r {
		hidden[i] = &idSet{}
		last, err := p.ix.lastID(ctx)
		if err != nil {
			return nil, err
		}
		documents += last
	}
	passes := documents/uriPass + 1
	for pass := range passes {
		if err := olderIn(ctx, r, share{pass, passes}, hidden); err != nil {
			return nil, err
		}
	}
	return hidden, nil
}

// share is a part of all URIs, one of several.
type share struct{ number, of int64 }

// olderIn finds the documents of a share.
func olderIn(ctx context.Context, r reader, s share, hidden []*idSet) error {
	seen := map[int64]newest{}
	for i, p := range r {
		err := p.ix.view(ctx, func(q querier) error {
			return eachURI(ctx, q, s, func(hash, id int64, lastUpdated any) {
				was, isSeen := seen[hash]
				if isSeen && compareStamps(was.lastUpdated, lastUpdated) > 0 {
					hidden[i].add(id)
					return
				}
				if isSeen {
					hidden[was.part].add(was.id)
				}
				seen[hash] = newest{lastUpdated, int32(i), id}
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lastID is that of the index.
func (ix *scanIndex) lastID(ctx context.Context) (last int64, err error) {
	err = ix.view(ctx, func(q querier) (err error) {
		last, err = lastID(ctx, q)
		return err
	})
	return last, err
}

// eachURI calls f with the hash of each document's URI in a share.
func eachURI(ctx context.Context, q querier, s share, f func(hash, id int64, lastUpdated any)) (err error) {
	rows, err := q.QueryContext(ctx, "SELECT uri_hash, id, last_updated FROM doc WHERE (uri_hash & 0xffffffff) % ? = ?", s.of, s.number)
	if err != nil {
		return fmt.Errorf("read URIs: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var hash, id int64
	var lastUpdated any
	for rows.Next() {
		if err := rows.Scan(&hash, &id, &lastUpdated); err != nil {
			return fmt.Errorf("read URIs: %w", err)
		}
		f(hash, id, lastUpdated)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read URIs: %w", err)
	}
	return nil
}
