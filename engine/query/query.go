package query

import (
	"strings"
	"time"
)

// Limits of a query. They keep time and memory small whatever is sent.
const (
	MaxLength  = 64 << 10 // bytes of text
	MaxDepth   = 64       // parentheses within parentheses
	MaxClauses = 1024     // leaves; Lucene's own default
	MaxField   = 512      // bytes of a field name
	MaxPattern = 1000     // characters of a wildcard or regular expression; Elasticsearch's index.max_regex_length
)

// Query is a parsed query. It never changes and may be used by many goroutines.
type Query struct {
	Root Node

	program matcher // Root, compiled; nil in a Query not made by Parse
}

// Parse parses a query. "" and "*" match everything. An error is always a
// *[SyntaxError]: bad syntax, a limit passed, or a value its field cannot hold
// (port:abc).
func Parse(text string) (*Query, error) {
	p, err := newParser(text)
	if err != nil {
		return nil, err
	}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	return &Query{Root: root, program: compile(root)}, nil
}

// String gives a canonical form that parses to the same tree.
func (q *Query) String() string { return q.Root.String() }

// All says whether the query matches everything.
func (q *Query) All() bool {
	_, all := q.Root.(*All)
	return all
}

// Match says whether a response document matches now. doc is what encoding/json
// makes of the document, with or without UseNumber.
func (q *Query) Match(doc map[string]any) bool { return q.MatchAt(doc, time.Now()) }

// MatchAt is [Query.Match] with another meaning for the word now.
func (q *Query) MatchAt(doc map[string]any, now time.Time) bool {
	return q.MatchDocument(NewDocument(doc, now))
}

// MatchDocument is [Query.Match] for a document that many queries are asked
// about: its words are cut only once.
func (q *Query) MatchDocument(d *Document) bool {
	if q.program == nil {
		return compile(q.Root).match(d)
	}
	return q.program.match(d)
}

// Quote gives text as a phrase that means exactly this text, for callers that
// build queries.
func Quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
