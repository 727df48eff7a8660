package sqlite

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// reader reads one or several indices as if they were one. Of several the oldest
// scan comes first.
type reader []part

var _ index.Reader = reader(nil)

// Count implements [index.Reader].
func (r reader) Count(ctx context.Context, q *query.Query) (n int, err error) {
	for _, p := range r {
		matching, err := p.count(ctx, q)
		if err != nil {
			return 0, err
		}
		n += matching
	}
	return n, nil
}

// Search implements [index.Reader].
func (r reader) Search(ctx context.Context, q *query.Query, offset int) iter.Seq2[index.Document, error] {
	now := time.Now()
	found := make([]iter.Seq2[located, error], len(r))
	for i, p := range r {
		found[i] = p.located(ctx, q, now, i, p.ix.ordered)
	}
	return r.documents(ctx, merge(found), offset)
}

// Documents implements [index.Reader].
func (r reader) Documents(ctx context.Context, q *query.Query, offset int) iter.Seq2[index.Document, error] {
	now := time.Now()
	return r.documents(ctx, func(yield func(located, error) bool) {
		for i, p := range slices.Backward(r) {
			for found, err := range p.located(ctx, q, now, i, p.ix.asStored) {
				if !yield(found, err) {
					return
				}
			}
		}
	}, offset)
}

// located is a document that matches, in one of several indices.
type located struct {
	place
	part int
	text []byte // nil: not read yet
}

// order yields ids in some order, in lists of a few; nil stands for all.
type order func(ctx context.Context, ids *idSet) iter.Seq2[[]place, error]

// located yields what matches in an order, not read where the index alone can tell.
// What matches is decided when it begins; the documents are read as they are asked
// for, with no transaction between. One that is replaced meanwhile comes as it is
// then.
func (p part) located(ctx context.Context, q *query.Query, now time.Time, number int, order order) iter.Seq2[located, error] {
	return func(yield func(located, error) bool) {
		found, err := p.find(ctx, q, now)
		if err != nil {
			yield(located{}, err)
			return
		}
		all := flat(order(ctx, found.ids), number)
		if !found.exact {
			all = (&judge{query: q, now: now}).passing(readAhead(ctx, []part{p}, all))
		}
		all(yield)
	}
}

func flat(lists iter.Seq2[[]place, error], number int) iter.Seq2[located, error] {
	return func(yield func(located, error) bool) {
		for places, err := range lists {
			if err != nil {
				yield(located{}, err)
				return
			}
			for _, p := range places {
				if !yield(located{place: p, part: number}, nil) {
					return
				}
			}
		}
	}
}

// passing leaves out what does not match.
func (j *judge) passing(all iter.Seq2[located, error]) iter.Seq2[located, error] {
	return func(yield func(located, error) bool) {
		for one, err := range all {
			matches := true
			if err == nil {
				matches, err = j.matches(one.text)
			}
			if (matches || err != nil) && !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// documents reads what was found, but for the first offset.
func (r reader) documents(ctx context.Context, found iter.Seq2[located, error], offset int) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		for one, err := range readAhead(ctx, r, skip(found, offset)) {
			if !yield(index.Document{Data: one.text}, err) || err != nil {
				return
			}
		}
	}
}

// skip leaves out the first n.
func skip(found iter.Seq2[located, error], n int) iter.Seq2[located, error] {
	return func(yield func(located, error) bool) {
		left := n
		for one, err := range found {
			if left > 0 && err == nil {
				left--
				continue
			}
			if !yield(one, err) {
				return
			}
		}
	}
}

// readAhead reads documents a page at a time.
func readAhead(ctx context.Context, parts []part, found iter.Seq2[located, error]) iter.Seq2[located, error] {
	return func(yield func(located, error) bool) {
		b := &batch{parts: parts, readers: make([]bodies, len(parts)), size: firstPage}
		for one, err := range found {
			if err != nil {
				_ = b.flush(ctx, yield) && yield(located{}, err)
				return
			}
			if b.waiting = append(b.waiting, one); len(b.waiting) >= b.size && !b.flush(ctx, yield) {
				return
			}
		}
		b.flush(ctx, yield)
	}
}

// batch is the documents of a page.
type batch struct {
	parts   []part
	readers []bodies
	size    int
	waiting []located
}

// flush reads and hands on what waits; it reports whether to go on.
func (b *batch) flush(ctx context.Context, yield func(located, error) bool) bool {
	for i := range b.parts {
		if err := b.read(ctx, i); err != nil {
			yield(located{}, err)
			return false
		}
	}
	for _, one := range b.waiting {
		if one.text != nil && !yield(one, nil) {
			return false
		}
	}
	b.waiting, b.size = b.waiting[:0], documentPage
	return true
}

// read reads the documents of one part.
func (b *batch) read(ctx context.Context, part int) error {
	var ids []int64
	for _, one := range b.waiting {
		if b.at(one) == part && one.text == nil {
			ids = append(ids, one.id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return b.parts[part].ix.view(ctx, func(q querier) error {
		texts, err := b.readers[part].read(ctx, q, ids)
		for i, one := range b.waiting {
			if b.at(one) == part && one.text == nil {
				b.waiting[i].text = texts[one.id]
			}
		}
		return err
	})
}

// at gives the place of a document's index among the parts.
func (b *batch) at(one located) int {
	if len(b.parts) == 1 {
		return 0
	}
	return one.part
}
