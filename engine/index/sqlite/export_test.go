package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Versions of the files, for tests that make files of others.
const (
	SchemaVersion   = schemaVersion
	OldestVersion   = oldestVersion
	EncodingVersion = encodingVersion
)

// IsExact reports whether the index alone answers a query.
func IsExact(ctx context.Context, ix index.Index, q *query.Query) (exact bool, err error) {
	err = look(ctx, ix, func(f *file, v *view) error {
		_, exact, err = f.compile(ctx, v, q, time.Now())
		return err
	})
	return exact, err
}

// Term is one that stands in an index.
type Term struct {
	Path  string
	Kind  byte
	Value string
}

// Terms gives all terms of an index.
func Terms(ctx context.Context, ix index.Index) (all []Term, err error) {
	err = look(ctx, ix, func(f *file, v *view) error {
		paths := map[int64]string{}
		for _, field := range f.fields.matching(func(string) bool { return true }) {
			paths[field.id] = field.path
		}
		return v.terms.merged(ctx, "", "", func(term []byte, _ *postings) error {
			all = append(all, Term{paths[int64(term[0])<<8|int64(term[1])], term[2], string(term[termHead:])})
			return nil
		})
	})
	return all, err
}

// CheckTerms holds the terms of an index, with all postings, against what its
// documents should have, and says how many segments there are.
func CheckTerms(ctx context.Context, ix index.Index) (segments int, err error) {
	err = look(ctx, ix, func(f *file, v *view) error {
		segments = len(v.terms.segments)
		want, err := draftOf(ctx, f, v)
		if err != nil {
			return err
		}
		left := maps.Clone(want.numbers)
		err = v.terms.merged(ctx, "", "", func(term []byte, p *postings) error {
			number, ok := left[string(term)]
			if !ok {
				return fmt.Errorf("term %q should not be there", term)
			}
			delete(left, string(term))
			if w := want.lists[number]; !slices.Equal(w.ids, p.ids) || string(w.places) != string(p.places) {
				return fmt.Errorf("term %q has %v %v, want %v %v", term, p.ids, p.places, w.ids, w.places)
			}
			return nil
		})
		for term := range left {
			err = errors.Join(err, fmt.Errorf("no term %q", term))
		}
		return err
	})
	return segments, err
}

// draftOf indexes all documents anew.
func draftOf(ctx context.Context, f *file, v *view) (*draft, error) {
	all, err := everything{}.run(ctx, v)
	if err != nil {
		return nil, err
	}
	d := newDraft(0)
	e := newEntry(&fieldWriter{tx: v.tx, known: &f.fields, used: map[string]*field{}}, d)
	reader := &bodies{}
	for id := range all.all() {
		found, err := reader.read(ctx, v.tx, []int64{id})
		if err != nil {
			return nil, err
		}
		if err := e.document(ctx, id, found[id]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func look(ctx context.Context, ix index.Index, fn func(*file, *view) error) error {
	ours, ok := ix.(*scanIndex)
	if !ok {
		return errors.New("not an index of this package")
	}
	return ours.snapshot(ctx, func(f *file, v *view) error {
		if err := f.fields.refresh(ctx, v.tx); err != nil {
			return err
		}
		return fn(f, v)
	})
}

// Damaged is what reading damaged bytes ends with.
var Damaged = errDamaged

// Block gives a block in which the words are terms with the documents 1, 3, 5 … below
// n, and places if places is set.
func Block(n int, places bool, words ...string) []byte {
	var b block
	for _, word := range words {
		p := &postings{}
		for id := 1; id < n; id += 2 {
			p.ids = append(p.ids, uint32(id))
			if places {
				p.places = appendPlace(p.places, uint32(id))
			}
		}
		b.add([]byte(word), p)
	}
	return b.plain
}

// ReadBlock reads what a block holds as if all terms were words, and counts postings.
func ReadBlock(plain []byte) (n int, err error) {
	e := entries{left: plain}
	for {
		ok, err := e.next()
		if !ok || err != nil {
			return n, err
		}
		if err := eachPlaces(e.list, func(uint32, []int) { n++ }); err != nil {
			return n, err
		}
	}
}

// ReadJSON reads a value as documents are read.
func ReadJSON(b []byte) (any, error) {
	if len(b) == 0 {
		return nil, errDamaged
	}
	switch b[0] {
	case 'n':
		return nil, nil
	case '[':
		list := []any{}
		for rest := b[1:]; len(rest) > 1; {
			element, behind, err := cutElement(rest)
			if err != nil {
				return nil, err
			}
			value, err := ReadJSON(element)
			if err != nil {
				return nil, err
			}
			list, rest = append(list, value), behind
		}
		return list, nil
	case '{':
		all, err := readMembers(b, nil)
		object := map[string]any{}
		for _, m := range all {
			if object[string(m.name)], err = ReadJSON(m.value); err != nil {
				return nil, err
			}
		}
		return object, err
	}
	return readPlain(b)
}

// What the tests see of how failures are met.
var (
	Explain   = explain
	UntilFree = untilFree
)

// LimitGrowth lets the file of an index have so many pages, or as many as it has.
func LimitGrowth(ctx context.Context, ix index.Index, pages int) error {
	ours, ok := ix.(*scanIndex)
	if !ok {
		return errors.New("not an index of this package")
	}
	return ours.use(ctx, func(f *file) error {
		_, err := f.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
		return err
	})
}

// Hidden gives how many documents of each index of a union are hidden, looked for in
// several passes.
func Hidden(ctx context.Context, r index.Reader, passes int64) (counts []int, err error) {
	parts, ok := r.(reader)
	if !ok {
		return nil, errors.New("not a reader of this package")
	}
	hidden := make([]*idSet, len(parts))
	for i := range hidden {
		hidden[i] = &idSet{}
	}
	for pass := range passes {
		if err := olderIn(ctx, parts, share{pass, passes}, hidden); err != nil {
			return nil, err
		}
	}
	for _, set := range hidden {
		counts = append(counts, set.size())
	}
	return counts, nil
}
