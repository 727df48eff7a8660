package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// facetValue gives what a value counts as, and false if it does not count, see
// [index.Bucket].
func facetValue(path string, value any) (any, bool) {
	t := query.TypeOf(path, value)
	if text, ok := plainText(value); ok && isWhole(t) {
		return text, hasExactForm(t, value)
	}
	if flag, ok := value.(bool); ok && t == query.TypeBoolean {
		return flag, true
	}
	ordered, ok := orderedValue(t, value)
	if n, isNumber := value.(float64); isNumber && (t == query.TypeFloat || t == query.TypeInteger) {
		return n, true
	}
	if !ok {
		return nil, false
	}
	return termValue(ordered.kind, ordered.value), true
}

// termValue gives the value of a term that is not cut.
func termValue(k kind, text string) any {
	switch k {
	case kindBoolean:
		return text == "true"
	case kindNumber:
		return decodeNumber(text)
	case kindAddress:
		return decodeAddress(text)
	case kindMoment:
		return decodeMoment(text).Format(stampForm)
	}
	return text
}

// facetKinds gives the kinds of term that stand for the values of a field, one for
// each value.
func facetKinds(path string) []kind {
	t, isMapped := query.Mapped(path)
	if !isMapped {
		if query.Fields(path) == query.TypeIP {
			return []kind{kindAddress, kindNumber, kindBoolean}
		}
		return []kind{kindExact, kindNumber, kindBoolean}
	}
	switch t {
	case query.TypeIP:
		return []kind{kindAddress}
	case query.TypeDate:
		return []kind{kindMoment}
	case query.TypeInteger, query.TypeFloat:
		return []kind{kindNumber}
	case query.TypeBoolean:
		return []kind{kindBoolean}
	case query.TypeBinary, query.TypeObject:
		return nil
	}
	return []kind{kindExact}
}

// column calls use with each value of a field and the documents that have it, which
// are valid until use is done. A document comes once for each of its values.
func (f *file) column(ctx context.Context, v *view, name string, use func(value any, ids []uint32)) error {
	if err := f.fields.refresh(ctx, v.tx); err != nil {
		return err
	}
	field := f.fields.get(name)
	if field == nil {
		return nil
	}
	for _, k := range facetKinds(name) {
		if err := field.column(ctx, v, k, use); err != nil {
			return err
		}
	}
	return nil
}

func (f *field) column(ctx context.Context, v *view, k kind, use func(value any, ids []uint32)) error {
	var long []longValue
	begin := newTerm(f.id, k, "")
	err := v.terms.merged(ctx, begin, behind(begin), func(term []byte, p *postings) error {
		value := string(term[termHead:])
		if isCut(value) {
			long = append(long, longValue{string(term), slices.Clone(p.ids)})
			return nil
		}
		use(termValue(k, value), p.ids)
		return nil
	})
	if err != nil {
		return err
	}
	return f.restore(ctx, v.tx, long, use)
}

// longValue is a value too long for its term, with the documents that have it.
type longValue struct {
	term string
	ids  []uint32
}

// restore finds the text of long values in one of their documents each.
func (f *field) restore(ctx context.Context, q querier, values []longValue, use func(value any, ids []uint32)) error {
	reader := &bodies{}
	for _, v := range values {
		id := int64(v.ids[0])
		texts, err := reader.read(ctx, q, []int64{id})
		if err != nil {
			return err
		}
		var members map[string]any
		if err := json.Unmarshal(texts[id], &members); err != nil {
			return fmt.Errorf("decode document %d: %w", id, err)
		}
		for path, value := range query.Leaves(members) {
			if text, ok := plainText(value); ok && path == f.path && newTerm(f.id, kindExact, text) == v.term {
				use(text, v.ids)
				break
			}
		}
	}
	return nil
}

// countColumn counts the documents of a set by the values of one field.
func (f *file) countColumn(ctx context.Context, v *view, set *idSet, field string, t tally) error {
	return f.column(ctx, v, field, func(value any, ids []uint32) {
		n := 0
		for _, id := range ids {
			if set.has(int64(id)) {
				n++
			}
		}
		if n > 0 {
			t.add([]any{value}, n)
		}
	})
}

// countColumns counts the documents of a set by the values of several fields.
func (f *file) countColumns(ctx context.Context, v *view, set *idSet, fields []string, t tally) error {
	c := combinations{keys: [][]any{{}}, of: map[int64][]int32{}}
	for id := range set.all() {
		c.of[id] = []int32{0}
	}
	for _, field := range fields {
		longer := combinations{of: map[int64][]int32{}}
		numbers := map[[2]int32]int32{} // combination so far and value: the longer combination
		value := int32(0)
		err := f.column(ctx, v, field, func(v any, ids []uint32) {
			for _, id := range ids {
				for _, shorter := range c.of[int64(id)] {
					longer.add(int64(id), longer.number(numbers, shorter, value, c.keys[shorter], v))
				}
			}
			value++
		})
		if err != nil {
			return err
		}
		c = longer
	}
	counts := make([]int, len(c.keys))
	for _, numbers := range c.of {
		for _, number := range numbers {
			counts[number]++
		}
	}
	for number, n := range counts {
		t.add(c.keys[number], n)
	}
	return nil
}

// combinations are values of the first fields, and the documents that have them.
type combinations struct {
	keys [][]any
	of   map[int64][]int32 // documents: places in keys
}

func (c *combinations) add(id int64, number int32) { c.of[id] = append(c.of[id], number) }

// number gives the place of a combination, a new one if it has none.
func (c *combinations) number(known map[[2]int32]int32, shorter, value int32, key []any, v any) int32 {
	n, ok := known[[2]int32{shorter, value}]
	if !ok {
		n = int32(len(c.keys))
		known[[2]int32{shorter, value}] = n
		c.keys = append(c.keys, append(append([]any(nil), key...), v))
	}
	return n
}
