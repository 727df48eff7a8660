package query_test

import (
	"encoding/json"
	"regexp/syntax"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/query/querytest"
)

// Each published query finds a document that is made from the query itself, and,
// unless it asks for absence alone, not one that has other values in the same
// fields. The reference says the same.
func TestRealQueriesFindWhatTheyAskFor(t *testing.T) {
	now := time.Date(2025, 3, 21, 12, 0, 0, 0, time.UTC)
	telling := 0
	for _, text := range realQueries(t) {
		q, err := query.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		wanted, other := plant{value: asAsked}, plant{value: otherwise}
		wanted.satisfy(q.Root)
		other.satisfy(q.Root)
		for _, p := range []plant{wanted, other} {
			if got := q.MatchAt(p.doc(t), now); got != querytest.Match(q.Root, p.doc(t), now) {
				t.Errorf("%s: %v of %v, and the reference says the opposite", text, got, p.members)
			}
		}
		if !q.MatchAt(wanted.doc(t), now) {
			t.Errorf("%s does not find %v", text, wanted.members)
		}
		if !q.MatchAt(other.doc(t), now) {
			telling++
		}
	}
	if telling < 330 {
		t.Errorf("only %d queries tell a document from one with other values", telling)
	}
}

// plant makes a document for a query.
type plant struct {
	members map[string]any // by dotted path, a list each
	value   func(field, wanted string) any
}

// satisfy adds what every required clause asks for, and the first of a choice.
func (p *plant) satisfy(n query.Node) {
	if b, ok := n.(*query.Boolean); ok {
		for _, must := range b.Must {
			p.satisfy(must)
		}
		if len(b.Should) > 0 {
			p.satisfy(b.Should[0])
		}
		return
	}
	field, ok := query.FieldOf(n)
	if !ok {
		return
	}
	switch {
	case field == "":
		field = "host"
	case strings.Contains(field, "*"):
		field = strings.ReplaceAll(field, "*", "ssh")
	}
	field = strings.TrimSuffix(field, ".keyword")
	if query.Fields(field) == query.TypeObject || field == "tag.nginx" {
		field += ".any"
	}
	p.put(field, p.value(field, example(n)))
}

func (p *plant) put(field string, value any) {
	if p.members == nil {
		p.members = map[string]any{}
	}
	list, _ := p.members[field].([]any)
	p.members[field] = append(list, value)
}

// doc gives the document with objects in the place of dotted paths.
func (p *plant) doc(t *testing.T) map[string]any {
	t.Helper()
	doc := map[string]any{}
	for path, value := range p.members {
		names := strings.Split(path, ".")
		object := doc
		for _, name := range names[:len(names)-1] {
			if _, ok := object[name].(map[string]any); !ok {
				object[name] = map[string]any{}
			}
			object, _ = object[name].(map[string]any)
		}
		object[names[len(names)-1]] = value
	}
	body, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(body, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

// asAsked gives a value of the field's type.
func asAsked(field, wanted string) any {
	switch query.Fields(field) {
	case query.TypeInteger:
		n, _ := query.Number(wanted)
		return n
	case query.TypeBoolean:
		return wanted != "false"
	}
	return wanted
}

// otherwise gives a value of the field's type that nobody asks for.
func otherwise(field, wanted string) any {
	switch query.Fields(field) {
	case query.TypeInteger:
		return 65000.0
	case query.TypeBoolean:
		return wanted == "false"
	case query.TypeIP:
		return "::1"
	case query.TypeDate:
		return "2099-01-01"
	case query.TypeFloat:
		return "0"
	case query.TypeVersion:
		return "99"
	}
	return "zzzzzzzz"
}

// example gives the text of a value that a query finds.
func example(n query.Node) string {
	switch n := n.(type) {
	case *query.Term:
		return n.Value
	case *query.Phrase:
		return n.Text
	case *query.Fuzzy:
		return n.Value
	case *query.Wildcard:
		return strings.NewReplacer(`\`, "", "*", "x", "?", "1").Replace(n.Pattern)
	case *query.CIDR:
		return n.Prefix.Addr().String()
	case *query.Regexp:
		translated, _ := query.TranslateRegexp(n.Pattern)
		tree, _ := syntax.Parse(translated, syntax.Perl)
		return exampleOf(tree)
	case *query.Range:
		return inside(n)
	}
	return "1" // exists
}

// inside gives a value of a range.
func inside(r *query.Range) string {
	bound, step := r.From, 1.0
	if bound == nil {
		bound, step = r.To, -1.0
	}
	n, isNumber := query.Number(bound.Value)
	if bound.Inclusive || !isNumber {
		if strings.HasPrefix(bound.Value, "now") {
			return "2025-03-20"
		}
		return bound.Value
	}
	return strconv.FormatFloat(n+step, 'f', -1, 64)
}

// exampleOf gives the shortest text of a regular expression, or nearly.
func exampleOf(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		return string(re.Rune[0])
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x"
	case syntax.OpPlus, syntax.OpAlternate, syntax.OpCapture:
		return exampleOf(re.Sub[0])
	case syntax.OpRepeat:
		return strings.Repeat(exampleOf(re.Sub[0]), re.Min)
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range re.Sub {
			b.WriteString(exampleOf(sub))
		}
		return b.String()
	}
	return ""
}
