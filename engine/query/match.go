package query

import "strings"

// matcher is a compiled node.
type matcher interface {
	match(d *Document) bool
}

var (
	_ matcher = (*booleanMatcher)(nil)
	_ matcher = (*leafMatcher)(nil)
	_ matcher = (*existsMatcher)(nil)
	_ matcher = everything{}
)

// compile prepares patterns and bounds once. A nil node matches everything.
func compile(n Node) matcher {
	switch n := n.(type) {
	case nil, *All:
		return everything{}
	case *Boolean:
		return &booleanMatcher{must: compileAll(n.Must), should: compileAll(n.Should), mustNot: compileAll(n.MustNot)}
	case *Exists:
		return &existsMatcher{newTarget(n.Field)}
	}
	field, _ := FieldOf(n)
	return &leafMatcher{target: newTarget(field), asked: newQuestion(n)}
}

func compileAll(nodes []Node) []matcher {
	matchers := make([]matcher, 0, len(nodes))
	for _, n := range nodes {
		matchers = append(matchers, compile(n))
	}
	return matchers
}

type everything struct{}

func (everything) match(*Document) bool { return true }

type booleanMatcher struct {
	must, should, mustNot []matcher
}

func (b *booleanMatcher) match(d *Document) bool {
	for _, m := range b.must {
		if !m.match(d) {
			return false
		}
	}
	for _, m := range b.mustNot {
		if m.match(d) {
			return false
		}
	}
	for _, m := range b.should {
		if m.match(d) {
			return true
		}
	}
	return len(b.should) == 0
}

// target is the fields a leaf is about.
type target struct {
	fields  []string
	pattern []globRune // instead of fields
}

func newTarget(field string) target {
	switch {
	case field == "":
		return target{fields: DefaultFields()}
	case strings.Contains(field, "*"):
		return target{pattern: compileFieldGlob(field)}
	}
	return target{fields: []string{field}}
}

// compileFieldGlob reads a field name, in which only * is special.
func compileFieldGlob(field string) []globRune {
	return compileGlob(strings.NewReplacer(`\`, `\\`, `?`, `\?`).Replace(field))
}

// any says whether f holds for one of the fields.
func (t target) any(d *Document, f func(field string) bool) bool {
	if t.pattern != nil {
		for field := range d.matching(t.pattern) {
			if f(field) {
				return true
			}
		}
		return false
	}
	for _, field := range t.fields {
		if f(field) {
			return true
		}
	}
	return false
}

type existsMatcher struct {
	target
}

func (e *existsMatcher) match(d *Document) bool { return e.any(d, d.exists) }

type leafMatcher struct {
	target

	asked question
}

func (l *leafMatcher) match(d *Document) bool {
	return l.any(d, func(field string) bool { return l.asked.answeredBy(d, field) })
}
