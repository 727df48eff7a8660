package sqlite

import (
	"context"
	"crypto/sha256"
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
	b := buckets{}
	if err := r.facet(ctx, q, names, b); err != nil {
		return nil, err
	}
	return b.first(size), nil
}

// Distinct implements [index.Reader].
func (r reader) Distinct(ctx context.Context, q *query.Query, field string) (int, error) {
	d := distinct{}
	err := r.facet(ctx, q, []string{strings.TrimSuffix(field, keywordSuffix)}, d)
	return len(d), err
}

func (r reader) facet(ctx context.Context, q *query.Query, fields []string, t tally) error {
	now := time.Now()
	for _, p := range r {
		if err := p.facet(ctx, q, fields, now, t); err != nil {
			return err
		}
	}
	return nil
}

// facet counts the values of what matches.
func (p part) facet(ctx context.Context, q *query.Query, fields []string, now time.Time, t tally) error {
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
func (f *file) facet(ctx context.Context, v *view, ids *idSet, fields []string, t tally) error {
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
func readValues(ctx context.Context, q querier, ids *idSet, fields []string, t tally) error {
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
			addCombinations(t, make([]any, 0, len(fields)), values)
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

// tally takes documents by values: n of them that have a key.
type tally interface {
	add(key []any, n int)
}

var (
	_ tally = buckets(nil)
	_ tally = distinct(nil)
)

// addCombinations adds a document once for each combination of its values.
func addCombinations(t tally, key []any, values [][]any) {
	if len(key) == len(values) {
		t.add(key, 1)
		return
	}
	for _, value := range values[len(key)] {
		addCombinations(t, append(key, value), values)
	}
}

// buckets counts documents, by the key as JSON.
type buckets map[string]*index.Bucket

func (b buckets) add(key []any, n int) {
	name, err := json.Marshal(key)
	if err != nil {
		return // numbers, flags and texts can all be encoded
	}
	bucket, ok := b[string(name)]
	if !ok {
		bucket = &index.Bucket{Key: append([]any(nil), key...)}
		b[string(name)] = bucket
	}
	bucket.Count += n
}

// first gives the first buckets in order, all for a size of 0.
func (b buckets) first(size int) []index.Bucket {
	all := make([]index.Bucket, 0, len(b))
	for _, bucket := range b {
		if bucket.Count > 0 {
			all = append(all, *bucket)
		}
	}
	index.SortBuckets(all)
	if size > 0 && len(all) > size {
		all = all[:size:size]
	}
	return all
}

// distinct remembers values by a hash nobody finds collisions of by design: there may
// be a million of them.
type distinct map[[16]byte]struct{}

func (d distinct) add(key []any, n int) {
	if n == 0 {
		return
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%T%v", key[0], key[0]))
	d[[16]byte(sum[:])] = struct{}{}
}
