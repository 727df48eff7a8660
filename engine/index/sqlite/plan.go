package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// A plan computes a set of documents. A query becomes a plan in compile.go;
// what the index can say exactly is exact, what it cannot is a set that holds
// all that match and perhaps more, and the query itself judges each of them.
type plan interface {
	// run gives the set. v is one view of the index, so that the sets a plan
	// is made of fit together.
	run(ctx context.Context, v *view) (*idSet, error)
}

// view is an index within one transaction.
type view struct {
	tx    *sql.Tx
	terms *terms
}

type (
	nothing    struct{}
	everything struct{}

	// oneTerm is the documents with a term.
	oneTerm string

	// span is the documents with a term from low up to but not including high.
	span struct{ low, high string }

	conjunction []plan
	disjunction []plan

	// difference is the documents of one plan without those of another.
	difference struct{ from, without plan }
)

var (
	_ plan = nothing{}
	_ plan = everything{}
	_ plan = oneTerm("")
	_ plan = span{}
	_ plan = conjunction(nil)
	_ plan = disjunction(nil)
	_ plan = difference{}
)

// allOf finds what all plans find.
func allOf(plans ...plan) plan {
	var parts conjunction
	var without []plan
	for _, p := range plans {
		switch p := p.(type) {
		case nothing:
			return nothing{}
		case everything:
		case conjunction:
			parts = append(parts, p...)
		case difference:
			without = append(without, p.without)
			if _, all := p.from.(everything); !all {
				parts = append(parts, p.from)
			}
		default:
			parts = append(parts, p)
		}
	}
	return except(joined(parts), anyOf(without...))
}

func joined(parts conjunction) plan {
	switch len(parts) {
	case 0:
		return everything{}
	case 1:
		return parts[0]
	}
	return parts
}

// anyOf finds what at least one of plans finds.
func anyOf(plans ...plan) plan {
	var parts disjunction
	for _, p := range plans {
		switch p := p.(type) {
		case everything:
			return everything{}
		case nothing:
		case disjunction:
			parts = append(parts, p...)
		default:
			parts = append(parts, p)
		}
	}
	switch len(parts) {
	case 0:
		return nothing{}
	case 1:
		return parts[0]
	}
	return parts
}

// except finds what from finds and without does not.
func except(from, without plan) plan {
	switch without.(type) {
	case nothing:
		return from
	case everything:
		return nothing{}
	}
	if _, empty := from.(nothing); empty {
		return from
	}
	return difference{from: from, without: without}
}

func (nothing) run(context.Context, *view) (*idSet, error) { return &idSet{}, nil }

func (everything) run(ctx context.Context, v *view) (*idSet, error) {
	last, err := lastID(ctx, v.tx)
	if err != nil {
		return nil, err
	}
	return firstIDs(last), nil
}

// lastID is the highest id of a document, which is how many there are.
func lastID(ctx context.Context, q querier) (last int64, err error) {
	if err := q.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM doc").Scan(&last); err != nil {
		return 0, fmt.Errorf("count documents: %w", err)
	}
	return last, nil
}

func (t oneTerm) run(ctx context.Context, v *view) (*idSet, error) {
	return v.terms.find(ctx, string(t))
}

func (s span) run(ctx context.Context, v *view) (*idSet, error) {
	found := &idSet{}
	err := v.terms.each(ctx, s.low, s.high, func(_ []byte, l postingList) error { return l.addTo(found) })
	return found, err
}

// prefix finds the documents with a term that begins so.
func prefix(begin string) plan { return span{low: begin, high: behind(begin)} }

// run asks the parts that cost least first, and stops when nothing is left.
func (c conjunction) run(ctx context.Context, v *view) (*idSet, error) {
	parts := slices.Clone(c)
	slices.SortStableFunc(parts, func(a, b plan) int { return cost(a) - cost(b) })
	set, err := parts[0].run(ctx, v)
	for _, p := range parts[1:] {
		if err != nil || set.size() == 0 {
			return set, err
		}
		var other *idSet
		if other, err = p.run(ctx, v); err == nil {
			set.keep(other)
		}
	}
	return set, err
}

// cost says how plans compare: a list that is read, several, a part of the
// dictionary, all of a field in it.
func cost(p plan) int {
	switch p.(type) {
	case oneTerm:
		return 0
	case span:
		return 2
	case lookup:
		return 3
	}
	return 1
}

func (d disjunction) run(ctx context.Context, v *view) (*idSet, error) {
	return fold(ctx, v, d, (*idSet).join)
}

func (d difference) run(ctx context.Context, v *view) (*idSet, error) {
	return fold(ctx, v, []plan{d.from, d.without}, (*idSet).remove)
}

// fold changes the set of the first plan by the sets of the others.
func fold(ctx context.Context, v *view, plans []plan, change func(set, other *idSet)) (*idSet, error) {
	set, err := plans[0].run(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, p := range plans[1:] {
		other, err := p.run(ctx, v)
		if err != nil {
			return nil, err
		}
		change(set, other)
	}
	return set, nil
}
