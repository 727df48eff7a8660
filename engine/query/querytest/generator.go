package querytest

import (
	"math/rand/v2"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Generator makes up documents and queries that have something to do with each
// other, the same ones for the same source of randomness.
type Generator struct{ *rand.Rand }

// Query makes up a query: its text, in one of the many ways it can be written,
// and the tree it means. The tree is made first and not by the parser, so that
// the parser is tested as well. It is accepted by [query.Parse].
func (g Generator) Query() (text string, meaning query.Node) {
	return g.or(3, "")
}

func (g Generator) one(of ...string) string { return of[g.IntN(len(of))] }

// or writes the lowest binding; below some depth it is a leaf. field is set
// within a group behind a field.
func (g Generator) or(depth int, field string) (string, query.Node) {
	text, node := g.and(depth, field)
	if depth == 0 || g.IntN(3) > 0 {
		return text, node
	}
	text += g.operator(text, " OR ", " || ", " ||", "||")
	more, other := g.and(depth, field)
	return text + more, &query.Boolean{Should: []query.Node{node, other}}
}

func (g Generator) and(depth int, field string) (string, query.Node) {
	text, node := g.not(depth, field)
	if depth == 0 || g.IntN(2) > 0 {
		return text, node
	}
	text += g.operator(text, " AND ", " && ", " ", "  ", "&&")
	more, other := g.not(depth, field)
	return text + more, &query.Boolean{Must: []query.Node{node, other}}
}

// operator puts a space before one that would be read as part of a word.
func (g Generator) operator(left string, of ...string) string {
	sign := g.one(of...)
	if closed := strings.HasSuffix(left, ")") || strings.HasSuffix(left, `"`); closed && left[len(left)-2] != '\\' {
		return sign
	}
	return " " + sign
}

func (g Generator) not(depth int, field string) (string, query.Node) {
	sign := g.one("", "", "", "", "+", "-", "!", "NOT ", "NOT NOT ", "! ", "!!")
	text, node := g.clause(depth, field)
	if n := strings.Count(sign, "NOT") + strings.Count(sign, "!") + strings.Count(sign, "-"); n%2 == 1 {
		node = &query.Boolean{MustNot: []query.Node{node}}
	}
	return sign + text, node
}

func (g Generator) clause(depth int, field string) (text string, node query.Node) {
	switch {
	case depth > 0 && g.IntN(4) == 0:
		text, node = g.or(depth-1, field)
		text = g.one("(", "( ") + text + g.one(")", " )")
	case depth > 0 && g.IntN(6) == 0:
		named := fields()[1+g.IntN(len(fields())-1)].name // the first has no name
		text, node = g.or(depth-1, named)
		text = named + ":(" + text + ")"
	case g.IntN(20) == 0:
		return everything(field)
	default:
		text, node = g.named(field)
	}
	return text + g.one("", "", "", "", "^2", "^0.5"), node
}

// everything is whatever the field of a group has.
func everything(field string) (string, query.Node) {
	if field == "" {
		return "*", &query.All{}
	}
	return "*", &query.Exists{Field: field}
}

// named writes a leaf for a field of its own choice, or for a group's.
func (g Generator) named(field string) (string, query.Node) {
	if field != "" {
		return g.leaf(fieldOf(field), "")
	}
	f := g.field()
	if f.name == "" {
		return g.leaf(f, "")
	}
	switch g.IntN(12) {
	case 0:
		return "_exists_:" + f.name, &query.Exists{Field: f.name}
	case 1:
		parent, _, _ := strings.Cut(f.name, ".")
		return parent + ":" + g.one("*", "[* TO *]", "**"), &query.Exists{Field: parent}
	case 2:
		star := f
		star.kind = textual
		star.name = "*" + f.name[strings.LastIndexAny("."+f.name, "."):]
		return g.leaf(star, g.one(`\`, "")+star.name+":")
	}
	return g.leaf(f, f.name+g.one(":", ":", ": ", " :"))
}
