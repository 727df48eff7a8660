package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

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
	return tokenValue(ordered.kind, ordered.value), true
}

// tokenValue gives the value of a token that is not cut.
func tokenValue(k kind, encoded string) any {
	switch k {
	case kindBoolean:
		return encoded == "true"
	case kindNumber:
		return decodeNumber(encoded)
	case kindAddress:
		return decodeAddress(encoded)
	case kindMoment:
		return decodeMoment(encoded).Format(stampForm)
	}
	return decode(encoded)
}

// facetKinds gives the kinds of token that stand for the values of a field, one for
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

// column calls use with each value of a field and blobs of the documents that have
// it, as gather makes them. A document comes once for each of its values.
func (f *file) column(ctx context.Context, tx *sql.Tx, field string, use func(value any, ids []byte)) error {
	if err := f.fields.refresh(ctx, tx); err != nil {
		return err
	}
	id, ok := f.fields.get(field)
	if !ok {
		return nil
	}
	for _, k := range facetKinds(field) {
		if err := f.columnOf(ctx, tx, field, newToken(id, k, ""), use); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) columnOf(ctx context.Context, tx *sql.Tx, field, prefix string, use func(value any, ids []byte)) (err error) {
	rows, err := tx.QueryContext(ctx, "SELECT term, gather(doc) FROM token_instance WHERE term >= ? AND term < ? GROUP BY term", prefix, behind(prefix))
	if err != nil {
		return fmt.Errorf("read values: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var cutOff []cutValue
	var term, ids sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&term, &ids); err != nil {
			return fmt.Errorf("read values: %w", err)
		}
		k, value := splitToken(string(term))
		if isCut(value) {
			cutOff = append(cutOff, cutValue{value, append([]byte(nil), ids...)})
			continue
		}
		use(tokenValue(k, value), ids)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read values: %w", err)
	}
	return restore(ctx, tx, field, cutOff, use)
}

// cutValue is a value too long for its token, with the documents that have it.
type cutValue struct {
	encoded string
	ids     []byte
}

// restore finds the text of cut values in one of their documents each.
func restore(ctx context.Context, q querier, field string, values []cutValue, use func(value any, ids []byte)) error {
	reader := &bodies{}
	for _, v := range values {
		first := int64(0)
		gathered(v.ids[:4], func(id int64) { first = id })
		texts, err := reader.read(ctx, q, []int64{first})
		if err != nil {
			return err
		}
		var members map[string]any
		if err := json.Unmarshal(texts[first], &members); err != nil {
			return fmt.Errorf("decode document %d: %w", first, err)
		}
		for path, value := range query.Leaves(members) {
			if text, ok := plainText(value); ok && path == field && encode(text) == v.encoded {
				use(text, v.ids)
				break
			}
		}
	}
	return nil
}

// countColumn counts the documents of a set by the values of one field.
func (f *file) countColumn(ctx context.Context, tx *sql.Tx, set *idSet, field string, t *tally) error {
	return f.column(ctx, tx, field, func(value any, ids []byte) {
		n := 0
		gathered(ids, func(id int64) {
			if set.has(id) {
				n++
			}
		})
		if n > 0 {
			t.add([]any{value}, n)
		}
	})
}

// countColumns counts the documents of a set by the values of several fields.
func (f *file) countColumns(ctx context.Context, tx *sql.Tx, set *idSet, fields []string, t *tally) error {
	c := combinations{keys: [][]any{{}}, of: map[int64][]int32{}}
	for id := range set.all() {
		c.of[id] = []int32{0}
	}
	for _, field := range fields {
		longer := combinations{of: map[int64][]int32{}}
		numbers := map[[2]int32]int32{} // combination so far and value: the longer combination
		value := int32(0)
		err := f.column(ctx, tx, field, func(v any, ids []byte) {
			gathered(ids, func(id int64) {
				for _, shorter := range c.of[id] {
					longer.add(id, longer.number(numbers, shorter, value, c.keys[shorter], v))
				}
			})
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
