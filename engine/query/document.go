package query

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Document is one response document, prepared for [Query.MatchDocument]. It
// remembers what it has read, so it must not be used by several goroutines, and
// the map must not change.
//
// Arrays are flattened as Elasticsearch's object type does: a field has the
// values of all elements, so that tag.name and tag.description may match in
// different elements.
type Document struct {
	root   map[string]any
	now    time.Time
	values map[string][]any
	tokens map[string][][]string
	paths  []string // nil until asked for
}

// NewDocument prepares what encoding/json made of a document; now is what date
// math starts from.
func NewDocument(doc map[string]any, now time.Time) *Document {
	return &Document{root: doc, now: now, values: map[string][]any{}, tokens: map[string][][]string{}}
}

// Reset makes d a document that has nothing but a text at a field, for asking about
// many values one after the other.
func (d *Document) Reset(field, text string) {
	d.root = nil
	clear(d.values)
	clear(d.tokens)
	d.values[field] = []any{text}
	d.paths = append(d.paths[:0], field)
}

// maxLevels is how deep below the top a value may stand to be seen.
const maxLevels = 64

// Leaves gives all values of a document that are not null, each with its
// dotted path, in the order of their names. It is what an index stores.
func Leaves(doc map[string]any) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		leaves("", doc, maxLevels, yield)
	}
}

func leaves(path string, value any, levels int, yield func(string, any) bool) bool {
	if levels == 0 || value == nil {
		return true
	}
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			if !leaves(path, element, levels-1, yield) {
				return false
			}
		}
		return true
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if !leaves(join(path, name), v[name], levels-1, yield) {
				return false
			}
		}
		return true
	}
	return yield(path, value)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// visit calls f with everything that stands at path, elements of arrays one by
// one, until f says true. A member name may itself contain dots.
func visit(value any, path string, levels int, f func(any) bool) bool {
	if levels == 0 {
		return false
	}
	if list, ok := value.([]any); ok {
		return slices.ContainsFunc(list, func(element any) bool { return visit(element, path, levels-1, f) })
	}
	if path == "" {
		return f(value)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return false
	}
	for name, rest := range splits(path) {
		if member, ok := object[name]; ok && visit(member, rest, levels-1, f) {
			return true
		}
	}
	return false
}

// splits cuts a path at each of its dots: a and b.c, a.b and c, a.b.c.
func splits(path string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for i := range len(path) {
			if path[i] == '.' && !yield(path[:i], path[i+1:]) {
				return
			}
		}
		yield(path, "")
	}
}

// at gives the plain values at a path; for path.keyword, when there is no such
// member, the short values at path.
func (d *Document) at(path string) []any {
	if values, ok := d.values[path]; ok {
		return values
	}
	var values []any
	visit(d.root, path, maxLevels, func(v any) bool {
		if plain(v) {
			values = append(values, v)
		}
		return false
	})
	if base, ok := strings.CutSuffix(path, keywordSuffix); ok && len(values) == 0 {
		values = slices.DeleteFunc(slices.Clone(d.at(base)), tooLong)
	}
	d.values[path] = values
	return values
}

func plain(value any) bool {
	switch value.(type) {
	case nil, map[string]any, []any:
		return false
	}
	return true
}

func tooLong(value any) bool {
	text, ok := value.(string)
	return ok && utf8.RuneCountInString(text) > MaxKeyword
}

// words gives the tokens of each TEXT value at a path.
func (d *Document) words(path string) [][]string {
	if tokens, ok := d.tokens[path]; ok {
		return tokens
	}
	var tokens [][]string
	for _, value := range d.at(path) {
		text, ok := textOf(value)
		if ok && TypeOf(path, value) == TypeText {
			tokens = append(tokens, Tokens(text))
		}
	}
	d.tokens[path] = tokens
	return tokens
}

// exists says whether anything that is not null stands at or below a path.
func (d *Document) exists(path string) bool {
	return len(d.at(path)) > 0 || visit(d.root, path, maxLevels, hasLeaf)
}

func hasLeaf(value any) bool {
	for range leavesBelow(value) {
		return true
	}
	return false
}

func leavesBelow(value any) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) { leaves("", value, maxLevels, yield) }
}

// matching gives the paths of all values that a field pattern names.
func (d *Document) matching(pattern []globRune) iter.Seq[string] {
	if d.paths == nil {
		for path := range Leaves(d.root) {
			d.paths = append(d.paths, path)
		}
		slices.Sort(d.paths)
		d.paths = slices.Compact(d.paths)
	}
	return func(yield func(string) bool) {
		for _, path := range d.paths {
			if matchGlob(pattern, path) && !yield(path) {
				return
			}
		}
	}
}
