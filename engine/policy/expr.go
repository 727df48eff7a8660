package policy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// expr is a part of an expression. What is about one finding looks at one; what
// has count() in it looks at all.
type expr interface {
	holds(view) bool
	String() string // canonical: parsing it gives the same again
}

// view is what an expression looks at.
type view struct {
	one *Assessed
	all []Assessed
}

// not, both and either are !, && and ||.
type (
	not    struct{ of expr }
	both   struct{ left, right expr }
	either struct{ left, right expr }
)

func (n not) holds(v view) bool    { return !n.of.holds(v) }
func (b both) holds(v view) bool   { return b.left.holds(v) && b.right.holds(v) }
func (e either) holds(v view) bool { return e.left.holds(v) || e.right.holds(v) }

// counts reports whether an expression is about all findings. The sides of && and ||
// are alike in that: the parser sees to it.
func counts(e expr) bool {
	switch e := e.(type) {
	case count:
		return true
	case not:
		return counts(e.of)
	case both:
		return counts(e.left)
	case either:
		return counts(e.left)
	}
	return false
}

func (n not) String() string {
	switch n.of.(type) {
	case flag, not:
		return "!" + n.of.String()
	}
	return "!(" + n.of.String() + ")"
}

func (b both) String() string { return inBoth(b.left) + " && " + inBoth(b.right) }

// inBoth puts what binds less than && in brackets; what is to the right of its
// like keeps its own.
func inBoth(e expr) string {
	if _, ok := e.(either); ok {
		return "(" + e.String() + ")"
	}
	return e.String()
}

func (e either) String() string { return e.left.String() + " || " + e.right.String() }

// flag is a field that is true or false.
type flag struct{ field }

func (f flag) holds(v view) bool { return f.flag(v.one) }
func (f flag) String() string    { return f.name }

// numeric compares a field that is a number, or a severity.
type numeric struct {
	field

	op    string
	limit float64
}

func (n numeric) holds(v view) bool { return compares(n.number(v.one), n.op, n.limit) }
func (n numeric) String() string    { return n.name + " " + n.op + " " + n.literal(n.limit) }

func compares(a float64, op string, b float64) bool {
	switch op {
	case "==":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}

// literal writes a number as an expression has it.
func (f field) literal(n float64) string {
	if f.severity {
		list := engine.Severities()
		return string(list[len(list)-1-int(n)])
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// textual compares a field that is text with == or !=.
type textual struct {
	field

	op    string
	value string
}

func (t textual) holds(v view) bool {
	return slices.Contains(t.texts(v.one), t.value) == (t.op == "==")
}
func (t textual) String() string { return t.name + " " + t.op + " " + quote(t.value) }

// pattern is =~: a regular expression of package regexp, anywhere in the text.
type pattern struct {
	field

	re *regexp.Regexp
}

func (p pattern) holds(v view) bool { return slices.ContainsFunc(p.texts(v.one), p.re.MatchString) }
func (p pattern) String() string    { return p.name + " =~ " + quote(p.re.String()) }

// amongNumbers and amongTexts are in [ … ].
type (
	amongNumbers struct {
		field

		list []float64
	}
	amongTexts struct {
		field

		list []string
	}
)

func (a amongNumbers) holds(v view) bool { return slices.Contains(a.list, a.number(v.one)) }
func (a amongNumbers) String() string {
	words := make([]string, len(a.list))
	for i, n := range a.list {
		words[i] = a.literal(n)
	}
	return a.name + " in [" + strings.Join(words, ", ") + "]"
}

func (a amongTexts) holds(v view) bool {
	return slices.ContainsFunc(a.texts(v.one), func(text string) bool { return slices.Contains(a.list, text) })
}
func (a amongTexts) String() string {
	words := make([]string, len(a.list))
	for i, text := range a.list {
		words[i] = quote(text)
	}
	return a.name + " in [" + strings.Join(words, ", ") + "]"
}

// count is count(…) compared with a number.
type count struct {
	of    expr
	op    string
	limit int
}

func (c count) holds(v view) bool { return compares(float64(c.number(v)), c.op, float64(c.limit)) }
func (c count) String() string {
	return "count(" + c.of.String() + ") " + c.op + " " + strconv.Itoa(c.limit)
}

func (c count) number(v view) int {
	n := 0
	for i := range v.all {
		if c.of.holds(view{one: &v.all[i]}) {
			n++
		}
	}
	return n
}

// quote writes a text so that the lexer reads the same.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
