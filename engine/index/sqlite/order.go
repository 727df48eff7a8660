package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
)

// orderPage is how many ids of a walk are read at a time.
const orderPage = 1024

// ordered yields ids in the order of a search, last_updated falling, then in the
// order they were stored, in lists of a few. nil stands for all.
func (ix *scanIndex) ordered(ctx context.Context, ids *idSet) iter.Seq2[[]place, error] {
	if ids == nil || ids.size() > fewHits {
		return ix.walk(ctx, ids)
	}
	return func(yield func([]place, error) bool) {
		if ids.size() > 0 {
			yield(ix.sorted(ctx, ids))
		}
	}
}

// sorted gives a small set in order.
func (ix *scanIndex) sorted(ctx context.Context, ids *idSet) (sorted []place, err error) {
	text, err := list(slices.Collect(ids.all()))
	if err != nil {
		return nil, fmt.Errorf("encode ids: %w", err)
	}
	err = ix.view(ctx, func(q querier) error {
		sorted, err = collect(ctx, q, scanPlace, "SELECT last_updated, id FROM doc NOT INDEXED WHERE id IN (SELECT value FROM json_each(?)) ORDER BY last_updated DESC, id", text)
		return err
	})
	return sorted, err
}

// place is where a document stands in the order.
type place struct {
	lastUpdated any // as it is stored, see encodeStamp
	id          int64
}

// beforeAll is a place before every document: a blob comes after all numbers and
// texts.
func beforeAll() place { return place{lastUpdated: []byte{}} }

// walk goes through all documents in order, page by page by their place, and
// yields those that are in ids.
func (ix *scanIndex) walk(ctx context.Context, ids *idSet) iter.Seq2[[]place, error] {
	return func(yield func([]place, error) bool) {
		at := beforeAll()
		for more := true; more; {
			page, err := ix.walkPage(ctx, at)
			if err != nil {
				yield(nil, err)
				return
			}
			var found []place
			for _, p := range page {
				if ids == nil || ids.has(p.id) {
					found = append(found, p)
				}
				at = p
			}
			if len(found) > 0 && !yield(found, nil) {
				return
			}
			more = len(page) == orderPage
		}
	}
}

func (ix *scanIndex) walkPage(ctx context.Context, after place) (page []place, err error) {
	err = ix.view(ctx, func(q querier) error {
		page, err = collect(ctx, q, scanPlace, `SELECT last_updated, id FROM doc
			WHERE last_updated <= ?1 AND (last_updated < ?1 OR id > ?2)
			ORDER BY last_updated DESC, id LIMIT ?3`, after.lastUpdated, after.id, orderPage)
		return err
	})
	return page, err
}

func scanPlace(rows *sql.Rows) (p place, err error) {
	if err := rows.Scan(&p.lastUpdated, &p.id); err != nil {
		return p, fmt.Errorf("read order: %w", err)
	}
	return p, nil
}

// asStored yields ids in the order they were stored, in lists of a few; nil stands
// for all.
func (ix *scanIndex) asStored(ctx context.Context, ids *idSet) iter.Seq2[[]place, error] {
	return func(yield func([]place, error) bool) {
		if ids == nil {
			err := ix.snapshot(ctx, func(_ *file, v *view) (err error) {
				ids, err = everything{}.run(ctx, v)
				return err
			})
			if err != nil {
				yield(nil, err)
				return
			}
		}
		for chunk := range chunks(ids.all(), orderPage) {
			places := make([]place, len(chunk))
			for i, id := range chunk {
				places[i].id = id
			}
			if !yield(places, nil) {
				return
			}
		}
	}
}

// chunks cuts a sequence into lists of at most n.
func chunks(ids iter.Seq[int64], n int) iter.Seq[[]int64] {
	return func(yield func([]int64) bool) {
		var chunk []int64
		for id := range ids {
			if chunk = append(chunk, id); len(chunk) < n {
				continue
			}
			if !yield(chunk) {
				return
			}
			chunk = nil
		}
		if len(chunk) > 0 {
			yield(chunk)
		}
	}
}
