package querytest

import (
	"slices"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Match is the reference: it says whether a document matches, slowly and in the
// plainest way that can be thought of. It shares with package query the tree and
// the table of field types and nothing else, so that a mistake in one shows as a
// difference between the two.
//
// doc is what encoding/json makes of a document; now is the word now.
func Match(n query.Node, doc map[string]any, now time.Time) bool {
	r := reference{leaves: leavesOf(nil, doc), now: now}
	return r.match(n)
}

// reference is a document as the list of its leaves.
type reference struct {
	leaves []leaf
	now    time.Time
}

// leaf is a value that is not null, and the names that lead to it.
type leaf struct {
	names []string
	value any // string, bool, float64 or json.Number
}

func (l leaf) path() string { return strings.Join(l.names, ".") }

// leavesOf flattens objects and arrays.
func leavesOf(names []string, value any) (leaves []leaf) {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		for _, element := range v {
			leaves = append(leaves, leavesOf(names, element)...)
		}
		return leaves
	case map[string]any:
		for name, member := range v {
			leaves = append(leaves, leavesOf(append(slices.Clone(names), name), member)...)
		}
		return leaves
	}
	return []leaf{{names, value}}
}

func (r *reference) match(n query.Node) bool {
	switch n := n.(type) {
	case nil, *query.All:
		return true
	case *query.Boolean:
		return r.boolean(n)
	case *query.Exists:
		return slices.ContainsFunc(r.fields(n.Field), r.exists)
	}
	field, _ := query.FieldOf(n)
	return slices.ContainsFunc(r.fields(field), func(name string) bool { return r.holds(n, name) })
}

func (r *reference) boolean(b *query.Boolean) bool {
	matches := 0
	for _, n := range b.Must {
		if !r.match(n) {
			return false
		}
	}
	for _, n := range b.MustNot {
		if r.match(n) {
			return false
		}
	}
	for _, n := range b.Should {
		if r.match(n) {
			matches++
		}
	}
	return matches > 0 || len(b.Should) == 0
}

// fields gives the fields that a name of a query stands for.
func (r *reference) fields(name string) (fields []string) {
	if name == "" {
		return query.DefaultFields()
	}
	if !strings.Contains(name, "*") {
		return []string{name}
	}
	for _, l := range r.leaves {
		if globMatches(strings.NewReplacer(`\`, `\\`, `?`, `\?`).Replace(name), l.path()) {
			fields = append(fields, l.path())
		}
	}
	return fields
}

// exists says whether a value stands at or below a field.
func (r *reference) exists(field string) bool {
	for _, l := range r.leaves {
		for i := range l.names {
			if strings.Join(l.names[:i+1], ".") == field {
				return true
			}
		}
	}
	return len(r.values(field)) > 0
}

// values gives what stands at a field; for the exact form of a field, when no
// member has that name, what stands at the field itself and is short enough.
func (r *reference) values(field string) (values []any) {
	for _, l := range r.leaves {
		if l.path() == field {
			values = append(values, l.value)
		}
	}
	base, exact := strings.CutSuffix(field, ".keyword")
	if !exact || len(values) > 0 {
		return values
	}
	for _, value := range r.values(base) {
		if text, isText := value.(string); !isText || len([]rune(text)) <= 256 {
			values = append(values, value)
		}
	}
	return values
}

// holds says whether a field has what a query of one value asks for.
func (r *reference) holds(n query.Node, field string) bool {
	var texts [][]string
	for _, value := range r.values(field) {
		switch t := typeOf(field, value); t {
		case query.TypeBinary, query.TypeObject:
		case query.TypeText:
			texts = append(texts, words(plainText(value)))
		case query.TypeKeyword, query.TypeBoolean:
			if wholeMatches(n, plainText(value)) {
				return true
			}
		default:
			if r.orderedMatches(n, t, value) {
				return true
			}
		}
	}
	return wordsMatch(n, texts)
}
