package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// maxLevels is how deep below the top of a document a value may stand to be
// indexed; well below what the query language still sees.
const maxLevels = 48

// entry finds the terms of one document after the other.
type entry struct {
	fields *fieldWriter
	draft  *draft

	path   []byte            // where it is in the document
	places map[*field]uint32 // the next place of a word
	stack  []member          // of the objects it is in
	term   []byte            // scratch
}

func newEntry(fields *fieldWriter, d *draft) *entry {
	return &entry{fields: fields, draft: d, places: map[*field]uint32{}}
}

// document adds the terms of a document to the draft.
func (e *entry) document(ctx context.Context, id int64, body []byte) error {
	if len(body) == 0 || body[0] != '{' {
		return fmt.Errorf("read document %d: %w", id, errDamaged)
	}
	e.draft.begin(id)
	e.path, e.stack = e.path[:0], e.stack[:0]
	clear(e.places)
	if _, err := e.members(ctx, body, maxLevels); err != nil {
		return fmt.Errorf("read document %d: %w", id, err)
	}
	return nil
}

// giveUp marks a document of which something cannot be said in terms: it is
// judged by every query.
func (e *entry) giveUp() { e.draft.add([]byte(opaqueTerm)) }

func (e *entry) add(f *field, k kind, value string) {
	e.term = appendTerm(e.term[:0], f.id, k, value)
	e.draft.add(e.term)
}

// walk indexes everything at and below the path, and reports whether there is a
// value that is not null. Arrays stand for their elements.
func (e *entry) walk(ctx context.Context, json []byte, levels int) (found bool, err error) {
	if json[0] == 'n' {
		return false, nil
	}
	if levels == 0 {
		e.giveUp()
		return false, nil
	}
	switch json[0] {
	case '[':
		return e.array(ctx, json, levels)
	case '{':
		return e.object(ctx, json, levels)
	}
	value, err := readPlain(json)
	if err != nil {
		return false, err
	}
	return true, e.value(ctx, value)
}

func (e *entry) array(ctx context.Context, array []byte, levels int) (found bool, err error) {
	for rest := array[1:]; len(rest) > 1; {
		var element []byte
		if element, rest, err = cutElement(rest); err != nil {
			return false, err
		}
		has, err := e.walk(ctx, element, levels-1)
		if err != nil {
			return false, err
		}
		found = found || has
	}
	return found, nil
}

// object indexes what is below the path and, if there is something, that there is.
func (e *entry) object(ctx context.Context, object []byte, levels int) (bool, error) {
	end := len(e.path)
	e.path = append(e.path, '.')
	found, err := e.members(ctx, object, levels)
	e.path = e.path[:end]
	if err != nil || !found {
		return false, err
	}
	f, err := e.field(ctx)
	if f != nil {
		e.add(f, kindBelow, "")
	}
	return true, err
}

func (e *entry) members(ctx context.Context, object []byte, levels int) (found bool, err error) {
	end, from := len(e.path), len(e.stack)
	if e.stack, err = readMembers(object, e.stack); err != nil {
		return false, err
	}
	for i := from; i < len(e.stack); i++ {
		m := e.stack[i]
		if len(m.name) == 0 {
			e.giveUp() // there is no plain way to ask for it
			continue
		}
		e.path = append(e.path[:end], m.name...)
		has, err := e.walk(ctx, m.value, levels-1)
		if err != nil {
			return false, err
		}
		found = found || has
	}
	e.path, e.stack = e.path[:end], e.stack[:from]
	return found, nil
}

// field gives the field of the path, nil if it has none.
func (e *entry) field(ctx context.Context) (*field, error) {
	f, err := e.fields.get(ctx, e.path)
	if f == nil {
		e.giveUp()
	}
	return f, err
}

// value indexes one plain value by all the ways it can be found. The exact form of a
// short text is among them, for field.keyword and for counting values.
func (e *entry) value(ctx context.Context, value any) error {
	f, err := e.field(ctx)
	if f == nil {
		return err
	}
	if strings.HasSuffix(f.path, keywordSuffix) {
		e.giveUp() // a member of this name hides the exact form of the field above
	}
	e.add(f, kindHere, "")
	t := f.typeOf(value)
	text, isPlain := plainText(value)
	if isPlain && hasExactForm(t, value) {
		e.add(f, kindExact, text)
	}
	if isPlain && t == query.TypeKeyword && f.isHostLike {
		e.add(f, kindReversed, reverse(text))
	}
	if _, ok := value.(bool); ok {
		e.add(f, kindBoolean, text)
	}
	if n, ok := value.(float64); ok { // whatever the type: field.keyword compares numbers as numbers
		e.add(f, kindNumber, trim(encodeNumber(n)))
	}
	if ordered, ok := orderedValue(t, value); ok {
		e.add(f, ordered.kind, ordered.value)
	}
	if isPlain && t == query.TypeText {
		e.words(f, text)
	}
	return nil
}

// valueGap is how far the words of two values of a field are from each other, so that
// no phrase goes from one into the next.
const valueGap = 1000

// words indexes the words of a text.
func (e *entry) words(f *field, text string) {
	place := e.places[f]
	for _, word := range query.Tokens(text) {
		e.term = appendTerm(e.term[:0], f.id, kindWord, word)
		e.draft.addWord(e.term, place)
		place++
	}
	e.places[f] = place + valueGap
}
