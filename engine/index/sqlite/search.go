package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

const (
	// documentPage is how many documents are in memory at once; one may be 100 KB
	// and more. firstPage is how many are read at first: a page of the API.
	documentPage, firstPage = 64, 20
	// fewHits is up to how many documents are sorted for a search. More are
	// found by walking the documents in order instead: most of a walk then
	// hits, and it can stop after the first page.
	fewHits = 2048
)

// part is an index without the documents that others hide.
type part struct {
	ix     *scanIndex
	hidden *idSet // nil: none
}

// hits is what the index says about a query.
type hits struct {
	ids   *idSet // nil: every document
	exact bool   // else each document is to be judged by the query
}

// count counts what the index can count alone, else it judges.
func (p part) count(ctx context.Context, q *query.Query) (n int, err error) {
	now := time.Now()
	var found *idSet
	err = p.ix.snapshot(ctx, func(f *file, v *view) error {
		plan, exact, err := f.compile(ctx, v, q, now)
		if err != nil {
			return err
		}
		if found, err = plan.run(ctx, v); err != nil {
			return err
		}
		p.cut(found)
		if exact {
			n, found = found.size(), nil
		}
		return nil
	})
	if err != nil || found == nil {
		return n, err
	}
	found, err = p.ix.judged(ctx, found, &judge{query: q, now: now})
	return found.size(), err
}

// cut takes out what is hidden.
func (p part) cut(ids *idSet) {
	if p.hidden != nil {
		ids.remove(p.hidden)
	}
}

// find gives the documents a query may match.
func (p part) find(ctx context.Context, q *query.Query, now time.Time) (found hits, err error) {
	err = p.ix.snapshot(ctx, func(f *file, v *view) error {
		plan, exact, err := f.compile(ctx, v, q, now)
		if err != nil {
			return err
		}
		found.exact = exact
		if _, ok := plan.(everything); ok && exact && p.hidden == nil {
			return nil
		}
		if found.ids, err = plan.run(ctx, v); err == nil {
			p.cut(found.ids)
		}
		return err
	})
	return found, err
}

// judged gives those of a set that match.
func (ix *scanIndex) judged(ctx context.Context, set *idSet, j *judge) (*idSet, error) {
	matching := &idSet{}
	reader := &bodies{}
	for ids := range chunks(set.all(), documentPage) {
		err := ix.view(ctx, func(q querier) error {
			texts, err := reader.read(ctx, q, ids)
			if err != nil {
				return err
			}
			for id, text := range texts {
				matches, err := j.matches(text)
				if err != nil {
					return err
				}
				if matches {
					matching.add(id)
				}
			}
			return nil
		})
		if err != nil {
			return matching, err
		}
	}
	return matching, nil
}

// judge asks the query itself about documents.
type judge struct {
	query *query.Query
	now   time.Time
}

func (j *judge) matches(text []byte) (bool, error) {
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return false, fmt.Errorf("decode document: %w", err)
	}
	return j.query.MatchAt(members, j.now), nil
}
