package control

import (
	"context"
	"iter"

	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// newestOfEachURI merges the documents of several indices, each in its own order,
// into one sequence of the same order, and leaves out what a newer document of
// the same URI replaces. A URI is compared with the newest document there is of it
// among those that match.
func newestOfEachURI(ctx context.Context, indices []index.Index, q *query.Query) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		heads := make([]*head, 0, len(indices))
		defer func() {
			for _, h := range heads {
				h.stop()
			}
		}()
		for _, ix := range indices {
			heads = append(heads, newHead(ix.Search(ctx, q, 0)))
		}
		seen := map[string]bool{}
		for h := first(heads); h != nil; h = first(heads) {
			document, err := h.document, h.err
			if err != nil {
				yield(index.Document{}, err)
				return
			}
			h.advance()
			if seen[document.URI] {
				continue
			}
			seen[document.URI] = true
			if !yield(document, nil) {
				return
			}
		}
	}
}

// head is the next document of one index.
type head struct {
	document index.Document
	err      error
	ok       bool
	next     func() (index.Document, error, bool)
	stop     func()
}

func newHead(documents iter.Seq2[index.Document, error]) *head {
	h := &head{}
	h.next, h.stop = iter.Pull2(documents)
	h.advance()
	return h
}

func (h *head) advance() { h.document, h.err, h.ok = h.next() }

// first gives the head that comes first in the merged order, one with an error
// before all others, nil at the end.
func first(heads []*head) *head {
	var best *head
	for _, h := range heads {
		switch {
		case !h.ok:
		case h.err != nil:
			return h
		case best == nil || before(h.document, best.document):
			best = h
		}
	}
	return best
}

func before(a, b index.Document) bool {
	if a.LastUpdated != b.LastUpdated {
		return a.LastUpdated > b.LastUpdated
	}
	return a.URI < b.URI
}

// skip leaves out the first n.
func skip(documents iter.Seq2[index.Document, error], n int) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		for document, err := range documents {
			if n > 0 && err == nil {
				n--
				continue
			}
			if !yield(document, err) {
				return
			}
		}
	}
}
