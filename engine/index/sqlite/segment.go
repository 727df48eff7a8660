package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// What documents are found by stands in segments, as in Lucene: each report writes
// the terms of its documents, with the documents that have them, as a segment of its
// own, sorted and packed into blocks, and never changes it. Eight segments of a level
// are merged into one of the next, so there are never many, and each posting is
// written only a few times.
//
// A document that changes keeps its id, and its terms are written again, into a newer
// segment. The table changed says into which: what older ones say about it is stale,
// is not looked at, and is left out when they are merged.

const (
	// fanIn is how many segments of a level are merged into one.
	fanIn = 8
	// maxSegment is how many documents a merged segment may have. It bounds how long a
	// report may have to wait for a merge, to about a second, and how many free
	// pages it leaves behind.
	maxSegment = 300_000
)

// segment is one of an index.
type segment struct {
	id        int64
	level     int
	documents int
	stale     *idSet // nil: none
}

// segments gives those of an index, the oldest first.
func segments(ctx context.Context, q querier) (all []segment, err error) {
	all, err = collect(ctx, q, scanSegment, "SELECT id, level, documents FROM segment ORDER BY id")
	if err != nil {
		return nil, err
	}
	changed, err := collect(ctx, q, scanChange, "SELECT id, segment FROM changed")
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].ignore(changed)
	}
	return all, nil
}

func scanSegment(rows *sql.Rows) (s segment, err error) {
	if err := rows.Scan(&s.id, &s.level, &s.documents); err != nil {
		return s, fmt.Errorf("read segments: %w", err)
	}
	return s, nil
}

// change says that the terms of a document stand in a segment or a newer one.
type change struct{ id, segment int64 }

func scanChange(rows *sql.Rows) (c change, err error) {
	if err := rows.Scan(&c.id, &c.segment); err != nil {
		return c, fmt.Errorf("read changes: %w", err)
	}
	return c, nil
}

// ignore makes the documents stale that are written anew in a newer segment.
func (s *segment) ignore(changed []change) {
	for _, c := range changed {
		if c.segment <= s.id {
			continue
		}
		if s.stale == nil {
			s.stale = &idSet{}
		}
		s.stale.add(c.id)
	}
}

// segmentWriter writes one segment, term by term.
type segmentWriter struct {
	insert *sql.Stmt
	id     int64
	block  block
}

// newSegment begins the newest segment of an index.
func newSegment(ctx context.Context, tx *sql.Tx, level, documents int) (w *segmentWriter, err error) {
	w = &segmentWriter{}
	if w.insert, err = tx.PrepareContext(ctx, "INSERT INTO block (segment, first, body) VALUES (?, ?, ?)"); err != nil {
		return nil, fmt.Errorf("write segment: %w", err)
	}
	result, err := tx.ExecContext(ctx, "INSERT INTO segment (level, documents) VALUES (?, ?)", level, documents)
	if err != nil {
		return nil, fmt.Errorf("write segment: %w", err)
	}
	w.id, err = result.LastInsertId()
	return w, err
}

// add writes a term, which is greater than those before.
func (w *segmentWriter) add(ctx context.Context, term []byte, p *postings) error {
	w.block.add(term, p)
	if len(w.block.plain) < blockBytes {
		return nil
	}
	return w.flush(ctx)
}

func (w *segmentWriter) flush(ctx context.Context) error {
	if len(w.block.plain) == 0 {
		return nil
	}
	body, err := w.block.compressed()
	if err != nil {
		return err
	}
	if _, err := w.insert.ExecContext(ctx, w.id, w.block.first, body); err != nil {
		return fmt.Errorf("write segment: %w", err)
	}
	w.block.plain = w.block.plain[:0]
	return nil
}

// mergeRipe merges where a level has enough segments.
func mergeRipe(ctx context.Context, tx *sql.Tx) error {
	for level := 0; ; level++ {
		all, err := segments(ctx, tx)
		if err != nil {
			return err
		}
		chosen := ripe(all, level)
		if chosen == nil {
			return nil
		}
		if err := mergeSegments(ctx, tx, chosen); err != nil {
			return fmt.Errorf("merge segments: %w", err)
		}
	}
}

// ripe gives the newest segments of a level if there are enough, and not too large.
func ripe(all []segment, level int) []segment {
	all = slices.DeleteFunc(all, func(s segment) bool { return s.level != level })
	if len(all) < fanIn {
		return nil
	}
	all = all[len(all)-fanIn:]
	documents := 0
	for _, s := range all {
		documents += s.documents
	}
	if documents > maxSegment {
		return nil
	}
	return all
}

// mergeSegments writes a segment that has what others have, and erases those. Their blocks go
// as soon as they are read, so that their pages can be used again at once.
func mergeSegments(ctx context.Context, tx *sql.Tx, old []segment) (err error) {
	documents := 0
	for _, s := range old {
		documents += s.documents
	}
	t, err := newTerms(ctx, tx, old)
	if err != nil {
		return err
	}
	if t.erase, err = tx.PrepareContext(ctx, "DELETE FROM block WHERE id = ?"); err != nil {
		return err
	}
	w, err := newSegment(ctx, tx, old[0].level+1, documents)
	if err != nil {
		return err
	}
	err = t.merged(ctx, "", "", func(term []byte, p *postings) error { return w.add(ctx, term, p) })
	if err := errors.Join(err, w.flush(ctx)); err != nil {
		return err
	}
	for _, s := range old {
		if _, err := tx.ExecContext(ctx, "DELETE FROM segment WHERE id = ?", s.id); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM changed WHERE segment <= (SELECT min(id) FROM segment)")
	return err
}
