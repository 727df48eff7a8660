package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// fewFacets is up to how many documents are read to count their values. Of more the
// dictionary is read: it has the documents of each value.
const fewFacets = 2000

// Facet implements [index.Reader].
func (r reader) Facet(ctx context.Context, q *query.Query, fields []string, size int) ([]index.Bucket, error) {
	names := make([]string, len(fields))
	for i, name := range fields {
		names[i] = strings.TrimSuffix(name, keywordSuffix)
	}
	t := &tally{buckets: map[string]*index.Bucket{}}
	now := time.Now()
	for _, p := range r {
		if err := p.facet(ctx, q, names, now, t); err != nil {
			return nil, err
		}
	}
	return t.first(size), nil
}

// facet counts the values of what matches.
func (p part) facet(ctx context.Context, q *query.Query, fields []string, now time.Time, t *tally) error {
	found, err := p.find(ctx, q, now)
	if err != nil {
		return err
	}
	if !found.exact {
		if found.ids, err = p.ix.judged(ctx, found.ids, &judge{query: q, now: now}); err != nil {
			return err
		}
	}
	return p.ix.snapshot(ctx, func(f *file, v *view) error {
		return f.facet(ctx, v, found.ids, fields, t)
	})
}

// facet counts the values of some documents, nil being all of them.
func (f *file) facet(ctx context.Context, v *view, ids *idSet, fields []string, t *tally) error {
	if ids == nil {
		var err error
		if ids, err = (everything{}).run(ctx, v); err != nil {
			return err
		}
	}
	if ids.size() <= fewFacets {
		return readValues(ctx, v.tx, ids, fields, t)
	}
	opaque, err := v.terms.find(ctx, opaqueTerm)
	if err != nil {
		return err
	}
	opaque.keep(ids)
	if err := readValues(ctx, v.tx, opaque, fields, t); err != nil {
		return err
	}
	ids.remove(opaque)
	if len(fields) == 1 {
		return f.countColumn(ctx, v, ids, fields[0], t)
	}
	return f.countColumns(ctx, v, ids, fields, t)
}

// readValues counts the values of documents by reading them.
func readValues(ctx context.Context, q querier, ids *idSet, fields []string, t *tally) error {
	reader := &bodies{}
	for page := range chunks(ids.all(), documentPage) {
		texts, err := reader.read(ctx, q, page)
		if err != nil {
			return err
		}
		for id, text := range texts {
			values, err := valuesOf(text, fields)
			if err != nil {
				return fmt.Errorf("decode document %d: %w", id, err)
			}
			t.addCombinations(make([]any, 0, len(fields)), values)
		}
	}
	return nil
}

// valuesOf gives the values of a document at each of fields, each once.
func valuesOf(text []byte, fields []string) ([][]any, error) {
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	values := make([][]any, len(fields))
	for path, value := range query.Leaves(members) {
		for i, field := range fields {
			if path != field {
				continue
			}
			if v, ok := facetValue(path, value); ok && !contains(values[i], v) {
				values[i] = append(values[i], v)
			}
		}
	}
	return values, nil
}

func contains(values []any, value any) bool {
	for _, v := range values {
		if v == value {
			return true
		}
	}
	return false
}

// tally counts documents by values.
type tally struct {
	buckets map[string]*index.Bucket // by the key as JSON
}

func (t *tally) add(key []any, n int) {
	name, err := json.Marshal(key)
	if err != nil {
		return // numbers, flags and texts can all be encoded
	}
	b, ok := t.buckets[string(name)]
	if !ok {
		b = &index.Bucket{Key: append([]any(nil), key...)}
		t.buckets[string(name)] = b
	}
	b.Count += n
}

// addCombinations counts a document once for each combination of its values.
func (t *tally) addCombinations(key []any, values [][]any) {
	if len(key) == len(values) {
		t.add(key, 1)
		return
	}
	for _, value := range values[len(key)] {
		t.addCombinations(append(key, value), values)
	}
}

// first gives the first buckets in order, all for a size of 0.
func (t *tally) first(size int) []index.Bucket {
	buckets := make([]index.Bucket, 0, len(t.buckets))
	for _, b := range t.buckets {
		if b.Count > 0 {
			buckets = append(buckets, *b)
		}
	}
	index.SortBuckets(buckets)
	if size > 0 && len(buckets) > size {
		buckets = buckets[:size:size]
	}
	return buckets
}
