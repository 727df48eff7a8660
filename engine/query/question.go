package query

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// question is what a leaf asks of a field, once per family of types.
type question struct {
	value  func(value string) bool      // KEYWORD and BOOLEAN: one whole value
	tokens func(values [][]string) bool // TEXT: the tokens of all values
	span   *span                        // ordered types; nil asks nothing of them
}

// answeredBy asks each value by its type.
func (q *question) answeredBy(d *Document, field string) bool {
	texts := false
	for _, value := range d.at(field) {
		switch t := TypeOf(field, value); t {
		case TypeText:
			texts = true
		case TypeBinary, TypeObject:
		default:
			if q.holds(d, t, value) {
				return true
			}
		}
	}
	return texts && q.tokens(d.words(field))
}

func (q *question) holds(d *Document, t Type, value any) bool {
	if t.Ordered() && q.span != nil {
		return q.span.contains(t, value, d.now)
	}
	if t.Ordered() && t != TypeVersion {
		return false
	}
	text, ok := textOf(value)
	return ok && q.value(text)
}

func newQuestion(n Node) question {
	q := question{}
	if from, to, ok := Bounds(n); ok {
		field, _ := FieldOf(n)
		q.span = newSpan(field, from, to)
	}
	switch n := n.(type) {
	case *Term:
		q.askTerm(n)
	case *Phrase:
		q.askPhrase(n)
	case *Wildcard:
		q.askWildcard(n)
	case *Regexp:
		q.askRegexp(n)
	case *Range:
		q.askRange(n)
	case *Fuzzy:
		q.askFuzzy(n)
	case *CIDR:
		q.askCIDR(n)
	}
	return q
}

func (q *question) askTerm(n *Term) {
	wanted := Tokens(n.Value)
	q.value = func(value string) bool { return value == n.Value }
	q.tokens = func(values [][]string) bool { return containsAll(values, wanted) }
}

func (q *question) askPhrase(n *Phrase) {
	wanted := Tokens(n.Text)
	q.value = func(value string) bool { return value == n.Text }
	q.tokens = func(values [][]string) bool {
		return slices.ContainsFunc(values, func(text []string) bool { return containsNear(text, wanted, n.Slop) })
	}
}

func (q *question) askWildcard(n *Wildcard) {
	exact, lower := compileGlob(n.Pattern), compileGlob(strings.ToLower(n.Pattern))
	q.value = func(value string) bool { return matchGlob(exact, value) }
	q.tokens = anyToken(func(token string) bool { return matchGlob(lower, token) })
}

func (q *question) askRegexp(n *Regexp) {
	exact, folded := compileRegexp(n.Pattern, false), compileRegexp(n.Pattern, true)
	q.value = func(value string) bool { return exact != nil && exact.MatchString(value) }
	q.tokens = anyToken(func(token string) bool { return folded != nil && folded.MatchString(token) })
}

func (q *question) askRange(n *Range) {
	exact := newInterval(n.From, n.To, single(func(s string) (string, bool) { return s, true }))
	lower := newInterval(n.From, n.To, single(func(s string) (string, bool) { return strings.ToLower(s), true }))
	q.value = func(value string) bool { return exact.contains(value, strings.Compare) }
	q.tokens = anyToken(func(token string) bool { return lower.contains(token, strings.Compare) })
}

func (q *question) askFuzzy(n *Fuzzy) {
	exact, lower := []rune(n.Value), []rune(strings.ToLower(n.Value))
	q.value = func(value string) bool { return near(exact, value, n.Distance) }
	q.tokens = anyToken(func(token string) bool { return near(lower, token, n.Distance) })
}

// askCIDR makes a network of text fields of addresses too.
func (q *question) askCIDR(n *CIDR) {
	inside := func(value string) bool {
		addr, ok := parseAddr(value)
		return ok && n.Prefix.Contains(addr)
	}
	q.value, q.tokens = inside, anyToken(inside)
}

// near compares lengths first, which settles most values without a copy.
func near(wanted []rune, value string, distance int) bool {
	difference := utf8.RuneCountInString(value) - len(wanted)
	if difference > distance || -difference > distance {
		return false
	}
	return withinEdits(wanted, []rune(value), distance)
}

func anyToken(holds func(string) bool) func([][]string) bool {
	return func(values [][]string) bool {
		return slices.ContainsFunc(values, func(text []string) bool { return slices.ContainsFunc(text, holds) })
	}
}

// containsAll says whether each wanted token stands in one of the values.
func containsAll(values [][]string, wanted []string) bool {
	if len(wanted) == 1 {
		return slices.ContainsFunc(values, func(text []string) bool { return slices.Contains(text, wanted[0]) })
	}
	missing := make(map[string]bool, len(wanted))
	for _, token := range wanted {
		missing[token] = true
	}
	for _, text := range values {
		for _, token := range text {
			delete(missing, token)
		}
	}
	return len(wanted) > 0 && len(missing) == 0
}
