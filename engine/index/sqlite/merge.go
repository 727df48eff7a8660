package sqlite

import (
	"cmp"
	"iter"
	"strings"
)

// merge joins sequences, each in the order of a search, into one of the same
// order.
func merge(sequences []iter.Seq2[located, error]) iter.Seq2[located, error] {
	if len(sequences) == 1 {
		return sequences[0]
	}
	return func(yield func(located, error) bool) {
		heads := make([]*head, 0, len(sequences))
		defer func() {
			for _, h := range heads {
				h.stop()
			}
		}()
		for _, s := range sequences {
			heads = append(heads, newHead(s))
		}
		for h := first(heads); h != nil; h = first(heads) {
			if !yield(h.one, h.err) || h.err != nil {
				return
			}
			h.advance()
		}
	}
}

// head is the next document of one index.
type head struct {
	one  located
	err  error
	ok   bool
	next func() (located, error, bool)
	stop func()
}

func newHead(found iter.Seq2[located, error]) *head {
	h := &head{}
	h.next, h.stop = iter.Pull2(found)
	h.advance()
	return h
}

func (h *head) advance() { h.one, h.err, h.ok = h.next() }

// first gives the head that comes first in the merged order, one with an error
// before all others, nil at the end.
func first(heads []*head) *head {
	var best *head
	for _, h := range heads {
		switch {
		case !h.ok:
		case h.err != nil:
			return h
		case best == nil || before(h.one, best.one):
			best = h
		}
	}
	return best
}

// before says which document is newer; of the same moment that of the newer scan.
func before(a, b located) bool {
	if c := compareStamps(a.lastUpdated, b.lastUpdated); c != 0 {
		return c > 0
	}
	return a.part > b.part
}

// compareStamps orders what encodeStamp gives as SQLite does: texts above numbers.
func compareStamps(a, b any) int {
	numberA, isNumberA := a.(int64)
	numberB, isNumberB := b.(int64)
	switch {
	case isNumberA && isNumberB:
		return cmp.Compare(numberA, numberB)
	case isNumberA:
		return -1
	case isNumberB:
		return 1
	}
	return strings.Compare(decodeStamp(a), decodeStamp(b))
}
