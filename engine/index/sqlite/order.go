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

// ordered yields ids in the order of a search, last_updated falling, then uri
// rising, in lists of a few. nil stands for all.
func (ix *scanIndex) ordered(ctx context.Context, ids *idSet) iter.Seq2[[]int64, error] {
	if ids == nil || ids.size() > fewHits {
		return ix.walk(ctx, ids)
	}
	return func(yield func([]int64, error) bool) {
		if ids.size() > 0 {
			yield(ix.sorted(ctx, ids))
		}
	}
}

// sorted gives a small set in order.
func (ix *scanIndex) sorted(ctx context.Context, ids *idSet) (sorted []int64, err error) {
	text, err := list(slices.Collect(ids.all()))
	if err != nil {
		return nil, fmt.Errorf("encode ids: %w", err)
	}
	err = ix.view(ctx, func(q querier) error {
		sorted, err = collect(ctx, q, func(rows *sql.Rows) (id int64, err error) {
			return id, rows.Scan(&id)
		}, "SELECT id FROM doc NOT INDEXED WHERE id IN (SELECT value FROM json_each(?)) ORDER BY last_updated DESC, uri, id", text)
		return err
	})
	return sorted, err
}

// place is where a walk stands: behind this document.
type place struct {
	lastUpdated, uri string
	id               int64
}

// beforeAll is a place before every document: U+10FFFF comes after all digits.
func beforeAll() place { return place{lastUpdated: "\U0010ffff"} }

// walk goes through all documents in order, page by page by their place, and
// yields those that are in ids.
func (ix *scanIndex) walk(ctx context.Context, ids *idSet) iter.Seq2[[]int64, error] {
	return func(yield func([]int64, error) bool) {
		at := beforeAll()
		for more := true; more; {
			page, err := ix.walkPage(ctx, at)
			if err != nil {
				yield(nil, err)
				return
			}
			var found []int64
			for _, p := range page {
				if ids == nil || ids.has(p.id) {
					found = append(found, p.id)
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
		page, err = collect(ctx, q, scanPlace, `SELECT last_updated, uri, id FROM doc
			WHERE last_updated <= ?1 AND (last_updated < ?1 OR (uri, id) > (?2, ?3))
			ORDER BY last_updated DESC, uri, id LIMIT ?4`, after.lastUpdated, after.uri, after.id, orderPage)
		return err
	})
	return page, err
}

func scanPlace(rows *sql.Rows) (p place, err error) {
	if err := rows.Scan(&p.lastUpdated, &p.uri, &p.id); err != nil {
		return p, fmt.Errorf("read order: %w", err)
	}
	return p, nil
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
