package sqlite

import (
	"context"
	"database/sql"
	"maps"
	"slices"
)

// draft collects what the documents of one report are found by, until it is written as
// a segment. Documents come in the order of their ids.
type draft struct {
	numbers   map[string]int // of terms: places in lists
	lists     []growing
	documents int
	id        uint32   // of the document under way
	room      []uint32 // for the first id of each term
}

// manyTerms is how many terms a document has as a rule that no other has.
const manyTerms = 16

// growing is the postings of a term, to which one document after the other is added.
type growing struct {
	postings

	place uint32 // the last one
	start int    // where it begins in places
}

func newDraft(documents int) *draft {
	return &draft{numbers: make(map[string]int, manyTerms*documents), lists: make([]growing, 0, manyTerms*documents)}
}

// begin begins the next document.
func (d *draft) begin(id int64) {
	d.id = uint32(id)
	d.documents++
}

// add notes that the document has a term, and says whether that is new.
func (d *draft) add(term []byte) (g *growing, isNew bool) {
	number, ok := d.numbers[string(term)]
	if !ok {
		number = len(d.lists)
		d.lists = append(d.lists, growing{postings: postings{ids: d.one()}})
		d.numbers[string(term)] = number
	}
	g = &d.lists[number]
	if n := len(g.ids); n > 0 && g.ids[n-1] == d.id {
		return g, false
	}
	g.ids = append(g.ids, d.id)
	return g, true
}

// one gives room for one id: most terms have no more.
func (d *draft) one() []uint32 {
	if len(d.room) == 0 {
		d.room = make([]uint32, 1024)
	}
	one := d.room[:0:1]
	d.room = d.room[1:]
	return one
}

// addWord notes that a word stands at a place, which is behind those before.
func (d *draft) addWord(term []byte, place uint32) {
	g, isNew := d.add(term)
	distance := place
	if !isNew {
		distance -= g.place
		g.places[g.start] |= 1 // another one follows
	}
	g.place, g.start = place, len(g.places)
	g.places = appendPlace(g.places, distance)
}

// write writes the segment and gives its id.
func (d *draft) write(ctx context.Context, tx *sql.Tx) (id int64, err error) {
	w, err := newSegment(ctx, tx, 0, d.documents)
	if err != nil {
		return 0, err
	}
	for _, term := range slices.Sorted(maps.Keys(d.numbers)) {
		if err := w.add(ctx, []byte(term), &d.lists[d.numbers[term]].postings); err != nil {
			return 0, err
		}
	}
	return w.id, w.flush(ctx)
}
