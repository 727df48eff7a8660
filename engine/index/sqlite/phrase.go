package sqlite

import (
	"context"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// phrase finds the documents in which words follow each other, or stand so that
// moving them by slop places in all makes them. They are terms.
type phrase struct {
	words []string
	slop  int
}

var _ plan = phrase{}

// newPhrase gives the plan for words, at least one.
func newPhrase(words []string, slop int) plan {
	if len(words) == 1 {
		return oneTerm(words[0])
	}
	return phrase{words, slop}
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
	lists := make([][]byte, len(p.words))
	all := &idSet{}
	for i, word := range p.words {
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

// occurrences are the places of a word in some documents, one document after the other.
type occurrences struct {
	places []int
	ends   []int // of each document, in places
}

// of gives the places in document n, counted from 0.
func (o *occurrences) of(n int) []int {
	start := 0
	if n > 0 {
		start = o.ends[n-1]
	}
	return o.places[start:o.ends[n]]
}

// judge adds to found those of a set, all of which have every word, in which they
// stand as they should.
func (p phrase) judge(lists [][]byte, all, found *idSet) error {
	words := make([]occurrences, len(lists))
	for i, list := range lists {
		err := eachPlaces(list, func(id uint32, of []int) {
			if all.has(int64(id)) {
				words[i].places = append(words[i].places, of...)
				words[i].ends = append(words[i].ends, len(words[i].places))
			}
		})
		if err != nil {
			return err
		}
	}
	n := 0
	places := make([][]int, len(words))
	for id := range all.all() {
		for i := range words {
			places[i] = words[i].of(n)
		}
		if n++; p.slop == 0 && adjacent(places) || p.slop > 0 && p.near(places) {
			found.add(id)
		}
	}
	return nil
}

// adjacent says whether words, by their places, follow each other somewhere.
func adjacent(words [][]int) bool {
	ends := words[0]
	for _, places := range words[1:] {
		ends = slices.DeleteFunc(places, func(place int) bool {
			_, ok := slices.BinarySearch(ends, place-1)
			return !ok
		})
	}
	return len(ends) > 0
}

func (p phrase) near(of [][]int) bool {
	places := make(map[string][]int, len(of))
	for i, word := range p.words {
		places[word] = of[i]
	}
	return query.Near(p.words, places, p.slop)
}
