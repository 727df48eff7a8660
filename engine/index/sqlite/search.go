package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

const (
	// documentPage is how many documents are in memory at once; one may be 100 KB
	// and more.
	documentPage = 64
	// fewHits is up to how many documents are sorted for a search. More are
	// found by walking the documents in order instead: most of a walk then
	// hits, and it can stop after the first page.
	fewHits = 2048
)

// hits is what the index says about a query.
type hits struct {
	ids   *idSet // nil: every document
	exact bool   // else each document is to be judged by the query
}

// Count implements [index.Index].
func (ix *scanIndex) Count(ctx context.Context, q *query.Query) (int, error) {
	now := time.Now()
	found, n, err := ix.countOrFind(ctx, q, now)
	if err != nil || found == nil {
		return n, err
	}
	j := &judge{query: q, now: now}
	for ids := range chunks(found.all(), documentPage) {
		documents, err := ix.documents(ctx, ids)
		if err != nil {
			return 0, err
		}
		matching, err := j.count(documents)
		if err != nil {
			return 0, err
		}
		n += matching
	}
	return n, nil
}

// countOrFind counts what the index can count alone, else it gives the documents
// to judge.
func (ix *scanIndex) countOrFind(ctx context.Context, q *query.Query, now time.Time) (found *idSet, n int, err error) {
	err = ix.snapshot(ctx, func(f *file, tx *sql.Tx) error {
		p, exact, err := f.compile(ctx, tx, q, now)
		if err != nil {
			return err
		}
		if m, ok := p.(match); ok && exact {
			n, err = m.count(ctx, tx)
			return err
		}
		if _, ok := p.(everything); ok && exact {
			return tx.QueryRowContext(ctx, "SELECT count(*) FROM doc").Scan(&n)
		}
		found, err = p.run(ctx, tx)
		if err == nil && exact {
			n, found = found.size(), nil
		}
		return err
	})
	return found, n, err
}

// find gives the documents a query may match.
func (ix *scanIndex) find(ctx context.Context, q *query.Query, now time.Time) (found hits, err error) {
	err = ix.snapshot(ctx, func(f *file, tx *sql.Tx) error {
		p, exact, err := f.compile(ctx, tx, q, now)
		if err != nil {
			return err
		}
		found.exact = exact
		if _, ok := p.(everything); ok {
			return nil
		}
		found.ids, err = p.run(ctx, tx)
		return err
	})
	return found, err
}

// Search implements [index.Index]. What matches is decided when the search
// begins; the documents are read as they are asked for, a few at a time, with no
// transaction between. One that is replaced meanwhile comes as it is then.
func (ix *scanIndex) Search(ctx context.Context, q *query.Query, offset int) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		now := time.Now()
		found, err := ix.find(ctx, q, now)
		if err != nil {
			yield(index.Document{}, err)
			return
		}
		matching := ix.exactly(ctx, found.ids, offset)
		if !found.exact {
			matching = ix.judged(ctx, found.ids, &judge{query: q, now: now}, offset)
		}
		matching(yield)
	}
}

// exactly yields the documents of a set in order; the first offset are skipped
// unread.
func (ix *scanIndex) exactly(ctx context.Context, set *idSet, offset int) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		left := offset
		for ids, err := range ix.ordered(ctx, set) {
			skipped := min(left, len(ids))
			left -= skipped
			if !ix.yieldDocuments(ctx, ids[skipped:], err, yield) {
				return
			}
		}
	}
}

// judged yields those of a set that match, in order.
func (ix *scanIndex) judged(ctx context.Context, set *idSet, j *judge, offset int) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		left := offset
		for document, err := range ix.exactly(ctx, set, 0) {
			matches := false
			if err == nil {
				matches, err = j.matches(document)
			}
			switch {
			case err != nil:
				yield(index.Document{}, err)
				return
			case !matches:
			case left > 0:
				left--
			case !yield(document, nil):
				return
			}
		}
	}
}

// yieldDocuments reads ids a page at a time and hands on the documents, or err; it
// reports whether to go on.
func (ix *scanIndex) yieldDocuments(ctx context.Context, ids []int64, err error, yield func(index.Document, error) bool) bool {
	if err != nil {
		yield(index.Document{}, err)
		return false
	}
	for page := range slices.Chunk(ids, documentPage) {
		documents, err := ix.documents(ctx, page)
		if err != nil {
			yield(index.Document{}, err)
			return false
		}
		for _, document := range documents {
			if !yield(document, nil) {
				return false
			}
		}
	}
	return true
}

// documents reads documents in the order of ids.
func (ix *scanIndex) documents(ctx context.Context, ids []int64) ([]index.Document, error) {
	text, err := list(ids)
	if err != nil {
		return nil, fmt.Errorf("encode ids: %w", err)
	}
	var rows []documentRow
	err = ix.view(ctx, func(q querier) error {
		rows, err = collect(ctx, q, scanDocument, "SELECT id, key, uri, last_updated, body FROM doc NOT INDEXED WHERE id IN (SELECT value FROM json_each(?))", text)
		return err
	})
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]index.Document, len(rows))
	for _, row := range rows {
		byID[row.id] = row.document
	}
	documents := make([]index.Document, 0, len(ids))
	for _, id := range ids {
		if document, ok := byID[id]; ok {
			documents = append(documents, document)
		}
	}
	return documents, nil
}

type documentRow struct {
	id       int64
	document index.Document
}

func scanDocument(rows *sql.Rows) (row documentRow, err error) {
	d := &row.document
	if err := rows.Scan(&row.id, &d.Key, &d.URI, &d.LastUpdated, (*[]byte)(&d.Data)); err != nil {
		return row, fmt.Errorf("read document: %w", err)
	}
	return row, nil
}

// judge asks the query itself about documents.
type judge struct {
	query *query.Query
	now   time.Time
}

func (j *judge) matches(d index.Document) (bool, error) {
	var members map[string]any
	if err := json.Unmarshal(d.Data, &members); err != nil {
		return false, fmt.Errorf("decode document %s: %w", d.Key, err)
	}
	return j.query.MatchAt(members, j.now), nil
}

func (j *judge) count(documents []index.Document) (n int, err error) {
	for _, d := range documents {
		matches, err := j.matches(d)
		if err != nil {
			return 0, err
		}
		if matches {
			n++
		}
	}
	return n, nil
}
