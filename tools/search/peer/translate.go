package peer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	bq "github.com/blevesearch/bleve/v2/search/query"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// UnsupportedError says what Bleve cannot be asked.
type UnsupportedError struct{ What string }

// Error implements error.
func (e *UnsupportedError) Error() string { return "Bleve has no " + e.What }

// translator turns a tree of engine/query into Bleve's query objects; its query
// strings know no AND, OR or parentheses. Dates must not depend on now.
type translator struct {
	index *Index
	paths []string // all that a field with * may mean; read when there is one
}

func (ix *Index) translate(q *query.Query) (bq.Query, error) {
	t := &translator{index: ix}
	return t.node(q.Root)
}

func (t *translator) node(n query.Node) (bq.Query, error) {
	switch n := n.(type) {
	case *query.All:
		return bleve.NewMatchAllQuery(), nil
	case *query.Boolean:
		return t.boolean(n)
	}
	field, _ := query.FieldOf(n)
	fields, err := t.fields(field)
	if err != nil {
		return nil, err
	}
	var some []bq.Query
	for _, field := range fields {
		leaf, err := t.leaf(n, field)
		if err != nil {
			return nil, err
		}
		some = append(some, leaf...)
	}
	return anyOf(some), nil
}

func (t *translator) boolean(n *query.Boolean) (bq.Query, error) {
	must, err := t.nodes(n.Must)
	if err != nil {
		return nil, err
	}
	should, err := t.nodes(n.Should)
	if err != nil {
		return nil, err
	}
	mustNot, err := t.nodes(n.MustNot)
	if err != nil {
		return nil, err
	}
	if len(should) > 0 {
		must = append(must, anyOf(should))
	}
	if len(mustNot) == 0 {
		return allOf(must), nil
	}
	without := bleve.NewBooleanQuery()
	without.AddMust(allOf(must))
	without.AddMustNot(mustNot...)
	return without, nil
}

func (t *translator) nodes(nodes []query.Node) (all []bq.Query, err error) {
	for _, n := range nodes {
		translated, err := t.node(n)
		if err != nil {
			return nil, err
		}
		all = append(all, translated)
	}
	return all, nil
}

func allOf(queries []bq.Query) bq.Query {
	switch len(queries) {
	case 0:
		return bleve.NewMatchAllQuery()
	case 1:
		return queries[0]
	}
	return bleve.NewConjunctionQuery(queries...)
}

func anyOf(queries []bq.Query) bq.Query {
	switch len(queries) {
	case 0:
		return bleve.NewMatchNoneQuery()
	case 1:
		return queries[0]
	}
	return bleve.NewDisjunctionQuery(queries...)
}

// fields gives the paths that a leaf's field means.
func (t *translator) fields(field string) ([]string, error) {
	if field == "" {
		return query.DefaultFields(), nil
	}
	if !strings.Contains(field, "*") {
		return []string{field}, nil
	}
	if t.paths == nil {
		names, err := t.index.bleve.Fields()
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			path, _, _ := strings.Cut(name, "#")
			t.paths = append(t.paths, strings.TrimSuffix(path, exact))
		}
		slices.Sort(t.paths)
		t.paths = slices.Compact(t.paths)
	}
	pattern := regexp.MustCompile(`\A(?s:` + strings.ReplaceAll(regexp.QuoteMeta(field), `\*`, ".*") + `)\z`)
	return slices.DeleteFunc(slices.Clone(t.paths), func(path string) bool { return !pattern.MatchString(path) }), nil
}

// leaf asks a path for each kind of value it may have.
func (t *translator) leaf(n query.Node, path string) (some []bq.Query, err error) {
	if _, ok := n.(*query.Exists); ok {
		return []bq.Query{named(bleve.NewTermQuery(path), present)}, nil
	}
	add := func(q bq.Query, failure error) {
		if q != nil {
			some = append(some, q)
		}
		if failure != nil {
			err = failure
		}
	}
	for _, kind := range kinds(path) {
		switch kind {
		case words:
			add(t.words(n, path+words))
		case whole:
			add(t.whole(n, path+whole))
		default:
			add(ordered(n, path+kind, kind), nil)
		}
	}
	return some, err
}

// kinds are what values a path may have: one by the mapping, else what the
// values themselves are.
func kinds(path string) []string {
	t, mapped := query.Mapped(path)
	if !mapped {
		t = query.Fields(path)
	}
	var all []string
	switch t {
	case query.TypeText:
		all = []string{words}
	case query.TypeKeyword, query.TypeBoolean:
		all = []string{whole}
	case query.TypeInteger, query.TypeFloat:
		all = []string{number}
	case query.TypeDate:
		all = []string{date}
	case query.TypeIP:
		all = []string{address}
	case query.TypeVersion:
		all = []string{release, whole}
	}
	if !mapped {
		all = append(all, number, whole)
		slices.Sort(all)
		all = slices.Compact(all)
	}
	return all
}

// words asks analysed text.
func (t *translator) words(n query.Node, name string) (bq.Query, error) {
	switch n := n.(type) {
	case *query.Term:
		var all []bq.Query
		for _, token := range t.tokens(n.Value) {
			all = append(all, named(bleve.NewTermQuery(token), name))
		}
		if all == nil {
			return nil, nil
		}
		return allOf(all), nil
	case *query.Phrase:
		tokens := t.tokens(n.Text)
		switch {
		case n.Slop > 0 && len(tokens) > 1:
			return nil, &UnsupportedError{"distance between the words of a phrase"}
		case tokens == nil:
			return nil, nil
		}
		return bleve.NewPhraseQuery(tokens, name), nil
	case *query.Fuzzy:
		return fuzzy(strings.ToLower(n.Value), n.Distance, name), nil
	case *query.Wildcard:
		return wildcard(strings.ToLower(n.Pattern), name), nil
	case *query.Regexp:
		return expression(n.Pattern, "(?i)", name)
	case *query.Range:
		return between(lowerBound(n.From), lowerBound(n.To), name), nil
	}
	return nil, nil
}

// whole asks values that are not analysed.
func (t *translator) whole(n query.Node, name string) (bq.Query, error) {
	switch n := n.(type) {
	case *query.Term:
		return named(bleve.NewTermQuery(n.Value), name), nil
	case *query.Phrase:
		return named(bleve.NewTermQuery(n.Text), name), nil
	case *query.Fuzzy:
		return fuzzy(n.Value, n.Distance, name), nil
	case *query.Wildcard:
		return wildcard(n.Pattern, name), nil
	case *query.Regexp:
		return expression(n.Pattern, "", name)
	case *query.Range:
		if strings.HasSuffix(strings.TrimSuffix(name, whole), ".version") {
			return nil, nil // its order is that of the keys
		}
		return between(n.From, n.To, name), nil
	}
	return nil, nil
}

func (t *translator) tokens(text string) (tokens []string) {
	for _, token := range t.index.analyzer.Analyze([]byte(text)) {
		tokens = append(tokens, string(token.Term))
	}
	return tokens
}

func fuzzy(value string, distance int, name string) bq.Query {
	q := bleve.NewFuzzyQuery(value)
	q.SetFuzziness(distance)
	return named(q, name)
}

// wildcard is Bleve's own, unless a star or question mark is an ordinary one,
// which Bleve's cannot say.
func wildcard(pattern, name string) bq.Query {
	if !strings.Contains(pattern, `\`) {
		return named(bleve.NewWildcardQuery(pattern), name)
	}
	var text strings.Builder
	for _, part := range query.ParseGlob(pattern) {
		switch {
		case part.Any:
			text.WriteString("(?s:.*)")
		case part.One:
			text.WriteString("(?s:.)")
		default:
			text.WriteString(regexp.QuoteMeta(part.Text))
		}
	}
	return named(bleve.NewRegexpQuery(text.String()), name)
}

// expression is anchored by Bleve itself.
func expression(pattern, flags, name string) (bq.Query, error) {
	translated, err := query.TranslateRegexp(pattern)
	if err != nil {
		return nil, fmt.Errorf("translate: %w", err)
	}
	translated = strings.TrimSuffix(strings.Replace(translated, `\A`, "", 1), `\z`)
	return named(bleve.NewRegexpQuery(flags+translated), name), nil
}

func lowerBound(b *query.Bound) *query.Bound {
	if b == nil {
		return nil
	}
	return &query.Bound{Value: strings.ToLower(b.Value), Inclusive: b.Inclusive}
}

// between compares by bytes; "" is an open end.
func between(from, to *query.Bound, name string) bq.Query {
	var texts [2]string
	included := [2]bool{true, true}
	for i, b := range []*query.Bound{from, to} {
		if b != nil {
			texts[i], included[i] = b.Value, b.Inclusive
		}
	}
	return named(bleve.NewTermRangeInclusiveQuery(texts[0], texts[1], &included[0], &included[1]), name)
}

func named[Q bq.FieldableQuery](q Q, name string) bq.Query {
	q.SetField(name)
	return q
}
