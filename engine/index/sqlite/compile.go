package sqlite

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// side says which way a plan may be wrong: above finds all documents that match
// and perhaps more, below finds only documents that match and perhaps not all. NOT
// turns the sides round. Where nothing in a query is wrong either way, the two
// are the same and the plan is exact.
type side bool

const (
	above side = true
	below side = false
)

// manyFields is how many fields a name with a * may stand for before looking at
// every document is less work.
const manyFields = 200

// compiler turns one query into a plan.
type compiler struct {
	fields *dictionary
	now    time.Time
}

// compile gives a plan that finds at least the documents that match, and whether
// it finds exactly those.
func (f *file) compile(ctx context.Context, v *view, q *query.Query, now time.Time) (p plan, exact bool, err error) {
	if err := f.fields.refresh(ctx, v.tx); err != nil {
		return nil, false, err
	}
	c := &compiler{fields: &f.fields, now: now}
	p, exact = c.node(q.Root, above)
	if q.All() {
		return p, true, nil
	}
	opaque, err := v.terms.find(ctx, opaqueTerm)
	if err == nil && opaque.size() > 0 {
		return anyOf(p, oneTerm(opaqueTerm)), false, nil
	}
	return p, exact, err
}

func (c *compiler) node(n query.Node, s side) (p plan, exact bool) {
	switch n := n.(type) {
	case nil, *query.All:
		return everything{}, true
	case *query.Boolean:
		return c.boolean(n, s)
	}
	found := c.leaf(n)
	if !found.exact && s == below {
		return nothing{}, false
	}
	return found.plan, found.exact
}

func (c *compiler) boolean(n *query.Boolean, s side) (p plan, exact bool) {
	must, mustExact := c.nodes(n.Must, s)
	should, shouldExact := c.nodes(n.Should, s)
	mustNot, mustNotExact := c.nodes(n.MustNot, !s)
	if len(should) > 0 {
		must = append(must, anyOf(should...))
	}
	return except(allOf(must...), anyOf(mustNot...)), mustExact && shouldExact && mustNotExact
}

func (c *compiler) nodes(nodes []query.Node, s side) (plans []plan, exact bool) {
	exact = true
	for _, n := range nodes {
		p, isExact := c.node(n, s)
		plans = append(plans, p)
		exact = exact && isExact
	}
	return plans, exact
}

// answer is what the index can say about a leaf: a plan that finds at least
// what matches, and whether it finds exactly that.
type answer struct {
	plan  plan
	exact bool
}

func no() answer { return answer{nothing{}, true} }

func exactly(p plan) answer { return answer{p, true} }

func atLeastThese(p plan) answer { return answer{p, false} }

// or joins answers about the same leaf.
func (a answer) or(b answer) answer {
	return answer{anyOf(a.plan, b.plan), a.exact && b.exact}
}

// leaf answers a leaf in all fields it is about.
func (c *compiler) leaf(n query.Node) answer {
	name, _ := query.FieldOf(n)
	switch {
	case name == "":
		return c.eachField(n, query.DefaultFields())
	case strings.Contains(name, "*"):
		return c.pattern(n, name)
	case strings.HasPrefix(name, "."), strings.HasSuffix(name, "."), strings.Contains(name, ".."):
		return atLeastThese(everything{}) // no path of a document has this form, but the language may find one
	}
	return c.field(n, name)
}

func (c *compiler) eachField(n query.Node, names []string) answer {
	found := no()
	for _, name := range names {
		found = found.or(c.field(n, name))
	}
	return found
}

// pattern answers a leaf whose field stands for all whose path passes. They are
// fields with a value of their own: http stands between, and is not one.
func (c *compiler) pattern(n query.Node, name string) answer {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(name), `\*`, `.*`)
	pattern, err := regexp.Compile(`(?s)\A` + quoted + `\z`)
	if err != nil {
		return atLeastThese(everything{})
	}
	fields := c.fields.matching(pattern.MatchString)
	if len(fields) > manyFields {
		return atLeastThese(everything{})
	}
	if _, ok := n.(*query.Exists); ok {
		found := no()
		for _, f := range fields {
			found = found.or(exactly(oneTerm(newTerm(f.id, kindHere, ""))))
		}
		return found
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.path
	}
	return c.eachField(n, names)
}

// field answers a leaf in one field.
func (c *compiler) field(n query.Node, name string) answer {
	base, isExactForm := name, false
	for {
		shorter, ok := strings.CutSuffix(base, keywordSuffix)
		if !ok {
			break
		}
		base, isExactForm = shorter, true
	}
	f := c.fields.get(base)
	if f == nil {
		return no()
	}
	ask := asker{field: f.id, path: name, leaf: n, now: c.now}
	if isExactForm {
		return ask.exactForm(base)
	}
	return ask.answer()
}
