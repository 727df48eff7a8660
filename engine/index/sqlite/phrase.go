package sqlite

import (
	"context"
	"slices"
)

// phrase finds the documents in which words follow each other. They are terms.
type phrase []string

var _ plan = phrase(nil)

// newPhrase gives the plan for words, at least one.
func newPhrase(words []string) plan {
	if len(words) == 1 {
		return oneTerm(words[0])
	}
	return phrase(words)
}

// run looks in each segment for itself: it has all words of a document or none.
func (p phrase) run(ctx context.Context, v *view) (*idSet, error) {
	found := &idSet{}
	for _, s := range v.terms.segments {
		if err := p.inSegment(ctx, v.terms.of(s), found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (p phrase) inSegment(ctx context.Context, t *terms, found *idSet) error {
	lists := make([][]byte, len(p))
	all := &idSet{}
	for i, word := range p {
		set := &idSet{}
		err := t.each(ctx, word, word+"\x00", func(_ []byte, l postingList) error {
			lists[i] = slices.Clone(l.bytes)
			return l.addTo(set)
		})
		if err != nil {
			return err
		}
		if i == 0 {
			all = set
		}
		if all.keep(set); all.size() == 0 {
			return nil
		}
	}
	return p.judge(lists, all, found)
}

// judge adds to found those of a set, all of which have every word, in which they
// follow each other.
func (p phrase) judge(lists [][]byte, all, found *idSet) error {
	ends := map[uint32][]uint32{} // by document: where what has been found so far ends
	for i, list := range lists {
		next := map[uint32][]uint32{}
		err := eachPlaces(list, func(id uint32, places []uint32) {
			if !all.has(int64(id)) {
				return
			}
			if i > 0 {
				places = following(ends[id], places)
			}
			if len(places) > 0 {
				next[id] = slices.Clone(places)
			}
		})
		if err != nil {
			return err
		}
		ends = next
	}
	for id := range ends {
		found.add(int64(id))
	}
	return nil
}

// following gives those of places that are right behind one of ends. Both rise.
func following(ends, places []uint32) []uint32 {
	return slices.DeleteFunc(places, func(place uint32) bool {
		_, ok := slices.BinarySearch(ends, place-1)
		return !ok
	})
}
