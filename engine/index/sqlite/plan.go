package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// A plan computes a set of documents. A query becomes a plan in compile.go;
// what the index can say exactly is exact, what it cannot is a set that holds
// all that match and perhaps more, and the query itself judges each of them.
//
// A match is one question to one full text table. Matches of the same table are
// joined into one question as far as possible, because FTS5 skips through the
// lists of a conjunction instead of reading them; the rest is set arithmetic on
// bitmaps.
type plan interface {
	// run gives the set. tx is one view of the index, so that the sets a plan
	// is made of fit together.
	run(ctx context.Context, tx *sql.Tx) (*idSet, error)
}

// Tables a [match] can ask.
const (
	tokenTable = "token"
	proseTable = "prose"
)

// maxNesting is how deep questions are joined: FTS5 refuses expressions deeper
// than 256, and its parser has a stack of 100.
const maxNesting = 20

type (
	nothing    struct{}
	everything struct{}

	// match asks a full text table. text is an FTS5 expression.
	match struct {
		table, text string
		depth       int
	}
	conjunction []plan
	disjunction []plan

	// span asks the dictionary of a table for all tokens from low up to but not
	// including high.
	span struct{ table, low, high string }

	// difference is the documents of one plan without those of another.
	difference struct{ from, without plan }
)

var (
	_ plan = nothing{}
	_ plan = everything{}
	_ plan = match{}
	_ plan = span{}
	_ plan = conjunction(nil)
	_ plan = disjunction(nil)
	_ plan = difference{}
)

// oneToken finds the documents with a token.
func oneToken(table, token string) plan {
	return match{table: table, text: `"` + token + `"`}
}

// tokenPrefix finds the documents with a token that begins so. FTS5 could be asked
// for a prefix as well, and takes twice as long.
func tokenPrefix(table, prefix string) plan {
	return span{table: table, low: prefix, high: behind(prefix)}
}

// behind gives the first text that is greater than all that begin with prefix, which
// is not empty.
func behind(prefix string) string {
	last := len(prefix) - 1
	return prefix[:last] + string([]byte{prefix[last] + 1})
}

// phrase finds the documents with words that follow each other.
func phrase(words []string) plan {
	return match{table: proseTable, text: `"` + strings.Join(words, " ") + `"`}
}

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
	merged := conjunction(mergeMatches(parts, " AND "))
	switch len(merged) {
	case 0:
		return everything{}
	case 1:
		return merged[0]
	}
	return merged
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
	merged := disjunction(mergeMatches(parts, " OR "))
	switch len(merged) {
	case 0:
		return nothing{}
	case 1:
		return merged[0]
	}
	return merged
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
	a, isMatch := from.(match)
	b, areMatches := without.(match)
	if isMatch && areMatches && a.table == b.table && max(a.depth, b.depth) < maxNesting {
		return match{table: a.table, text: "(" + a.text + ") NOT (" + b.text + ")", depth: max(a.depth, b.depth) + 1}
	}
	return difference{from: from, without: without}
}

// mergeMatches joins the matches of each table into one.
func mergeMatches(plans []plan, operator string) []plan {
	var rest []plan
	groups := map[string][]match{}
	for _, p := range plans {
		m, ok := p.(match)
		if !ok || m.depth >= maxNesting {
			rest = append(rest, p)
			continue
		}
		groups[m.table] = append(groups[m.table], m)
	}
	for _, table := range []string{tokenTable, proseTable} {
		if len(groups[table]) > 0 {
			rest = append(rest, mergeGroup(groups[table], operator))
		}
	}
	return rest
}

func mergeGroup(group []match, operator string) match {
	if len(group) == 1 {
		return group[0]
	}
	merged := match{table: group[0].table}
	texts := make([]string, len(group))
	for i, m := range group {
		texts[i] = m.text
		if m.depth > 0 {
			texts[i] = "(" + m.text + ")"
		}
		merged.depth = max(merged.depth, m.depth+1)
	}
	merged.text = strings.Join(texts, operator)
	return merged
}

func (nothing) run(context.Context, *sql.Tx) (*idSet, error) { return &idSet{}, nil }

func (everything) run(ctx context.Context, tx *sql.Tx) (*idSet, error) {
	var last int64
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM doc").Scan(&last); err != nil {
		return nil, fmt.Errorf("find documents: %w", err)
	}
	return firstIDs(last), nil
}

func (m match) run(ctx context.Context, tx *sql.Tx) (*idSet, error) {
	return gatherIDs(ctx, tx, fmt.Sprintf("SELECT gather(rowid) FROM %[1]s WHERE %[1]s MATCH ?", m.table), m.text)
}

func (s span) run(ctx context.Context, tx *sql.Tx) (*idSet, error) {
	return gatherIDs(ctx, tx, fmt.Sprintf("SELECT gather(doc) FROM %s_instance WHERE term >= ? AND term < ?", s.table), s.low, s.high)
}

// count is the size of the set without the set.
func (m match) count(ctx context.Context, q querier) (n int, err error) {
	statement := fmt.Sprintf("SELECT count(*) FROM %[1]s WHERE %[1]s MATCH ?", m.table)
	if err := q.QueryRowContext(ctx, statement, m.text).Scan(&n); err != nil {
		return 0, fmt.Errorf("count matches: %w", err)
	}
	return n, nil
}

// run asks the parts that cost least first, and stops when nothing is left.
func (c conjunction) run(ctx context.Context, tx *sql.Tx) (*idSet, error) {
	parts := slices.Clone(c)
	slices.SortStableFunc(parts, func(a, b plan) int { return cost(a) - cost(b) })
	set, err := parts[0].run(ctx, tx)
	for _, p := range parts[1:] {
		if err != nil || set.size() == 0 {
			return set, err
		}
		var other *idSet
		if other, err = p.run(ctx, tx); err == nil {
			set.keep(other)
		}
	}
	return set, err
}

// cost says how plans compare: a list that is read, several, a part of the
// dictionary, all of a field in it.
func cost(p plan) int {
	switch p.(type) {
	case match:
		return 0
	case span:
		return 2
	case lookup:
		return 3
	}
	return 1
}

func (d disjunction) run(ctx context.Context, tx *sql.Tx) (*idSet, error) {
	return fold(ctx, tx, d, (*idSet).join)
}

func (d difference) run(ctx context.Context, tx *sql.Tx) (*idSet, error) {
	return fold(ctx, tx, []plan{d.from, d.without}, (*idSet).remove)
}

// fold changes the set of the first plan by the sets of the others.
func fold(ctx context.Context, tx *sql.Tx, plans []plan, change func(set, other *idSet)) (*idSet, error) {
	set, err := plans[0].run(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, p := range plans[1:] {
		other, err := p.run(ctx, tx)
		if err != nil {
			return nil, err
		}
		change(set, other)
	}
	return set, nil
}
