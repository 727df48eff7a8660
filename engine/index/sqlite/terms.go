package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// terms is the terms of an index within one transaction.
type terms struct {
	segments []segment // the oldest first

	at, after *sql.Stmt // the block a term stands in, and the one behind a block
	erase     *sql.Stmt // of blocks that have been read, nil to keep them
}

// openTerms opens all terms; they end with the transaction.
func openTerms(ctx context.Context, tx *sql.Tx) (*terms, error) {
	all, err := segments(ctx, tx)
	if err != nil {
		return nil, err
	}
	return newTerms(ctx, tx, all)
}

func newTerms(ctx context.Context, tx *sql.Tx, of []segment) (t *terms, err error) {
	t = &terms{segments: of}
	t.at, err = tx.PrepareContext(ctx, "SELECT id, first, body FROM block WHERE segment = ? AND first <= ? ORDER BY first DESC LIMIT 1")
	if err == nil {
		t.after, err = tx.PrepareContext(ctx, "SELECT id, first, body FROM block WHERE segment = ? AND first > ? ORDER BY first LIMIT 1")
	}
	if err != nil {
		return nil, fmt.Errorf("read terms: %w", err)
	}
	return t, nil
}

// postingList is the postings of a term in one segment, those of stale documents included.
type postingList struct {
	bytes []byte
	stale *idSet
}

// addTo adds the documents to a set.
func (l postingList) addTo(set *idSet) error {
	_, err := eachID(l.bytes, func(id uint32) {
		if !l.stale.has(int64(id)) {
			set.add(int64(id))
		}
	})
	return err
}

// find gives the documents that have a term.
func (t *terms) find(ctx context.Context, term string) (*idSet, error) {
	found := &idSet{}
	err := t.each(ctx, term, term+"\x00", func(_ []byte, l postingList) error { return l.addTo(found) })
	return found, err
}

// each calls f with all terms from low up to but not including high, segment by
// segment.
func (t *terms) each(ctx context.Context, low, high string, f func(term []byte, l postingList) error) error {
	for _, s := range t.segments {
		c := &cursor{terms: t, segment: s}
		ok, err := c.seek(ctx, low)
		for ; ok && err == nil && c.before(high); ok, err = c.next(ctx) {
			if err = f(c.term, postingList{c.list, s.stale}); err != nil {
				break
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// merged calls f with all terms from low up to but not including high, "" being the
// end, each once and in order, with all their postings. Both are valid until f is done.
func (t *terms) merged(ctx context.Context, low, high string, f func(term []byte, p *postings) error) error {
	cursors, err := t.cursors(ctx, low)
	if err != nil {
		return err
	}
	p := &postings{}
	var term []byte
	for len(cursors) > 0 && cursors[0].before(high) {
		term = append(term[:0], cursors[0].term...)
		p.reset()
		for len(cursors) > 0 && bytes.Equal(cursors[0].term, term) {
			err := p.join(cursors[0].list, cursors[0].segment.stale)
			if cursors, err = advance(ctx, cursors, err); err != nil {
				return err
			}
		}
		if len(p.ids) == 0 {
			continue
		}
		if err := f(term, p); err != nil {
			return err
		}
	}
	return nil
}

// cursors gives a cursor for each segment that has terms from low on, by term and then
// by age.
func (t *terms) cursors(ctx context.Context, low string) (all []*cursor, err error) {
	for _, s := range t.segments {
		c := &cursor{terms: t, segment: s}
		ok, err := c.seek(ctx, low)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, compareCursors)
	return all, nil
}

func compareCursors(a, b *cursor) int {
	if c := bytes.Compare(a.term, b.term); c != 0 {
		return c
	}
	return int(a.segment.id - b.segment.id)
}

// advance moves the first of cursors to its next term, and to its new place among
// them.
func advance(ctx context.Context, cursors []*cursor, err error) ([]*cursor, error) {
	if err != nil {
		return nil, err
	}
	ok, err := cursors[0].next(ctx)
	if !ok {
		return cursors[1:], err
	}
	for i := 1; i < len(cursors) && compareCursors(cursors[i-1], cursors[i]) > 0; i++ {
		cursors[i-1], cursors[i] = cursors[i], cursors[i-1]
	}
	return cursors, err
}

// cursor goes through the terms of a segment in their order.
type cursor struct {
	entries

	terms   *terms
	segment segment
	block   int64 // 0: none yet
	first   []byte
	plain   []byte
}

// seek goes to the first term that is not less than low; false if there is none.
func (c *cursor) seek(ctx context.Context, low string) (bool, error) {
	ok, err := c.load(ctx, c.terms.at, []byte(low))
	if ok && err == nil {
		ok, err = c.entries.seek([]byte(low))
	}
	if ok || err != nil {
		return ok, err
	}
	c.first = []byte(low)
	return c.nextBlock(ctx)
}

func (c *cursor) next(ctx context.Context) (bool, error) {
	if ok, err := c.entries.next(); ok || err != nil {
		return ok, err
	}
	return c.nextBlock(ctx)
}

func (c *cursor) nextBlock(ctx context.Context) (bool, error) {
	if c.terms.erase != nil && c.block != 0 {
		if _, err := c.terms.erase.ExecContext(ctx, c.block); err != nil {
			return false, fmt.Errorf("erase block: %w", err)
		}
	}
	if ok, err := c.load(ctx, c.terms.after, c.first); !ok || err != nil {
		return false, err
	}
	return c.entries.next()
}

// load reads a block.
func (c *cursor) load(ctx context.Context, which *sql.Stmt, term []byte) (bool, error) {
	var stored []byte
	err := which.QueryRowContext(ctx, c.segment.id, term).Scan(&c.block, &c.first, &stored)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read block: %w", err)
	}
	if c.plain, err = decompress(stored, c.plain); err != nil {
		return false, fmt.Errorf("block %d: %w", c.block, err)
	}
	c.entries = entries{left: c.plain, term: c.term[:0]}
	return true, nil
}

// before says whether the term comes before high; "" is behind all.
func (c *cursor) before(high string) bool { return high == "" || string(c.term) < high }

// of gives the terms of one segment.
func (t *terms) of(s segment) *terms {
	return &terms{segments: []segment{s}, at: t.at, after: t.after}
}
