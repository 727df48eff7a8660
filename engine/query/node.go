package query

import "net/netip"

// Node is one piece of a parsed query: a [Boolean], [All], or a leaf. A leaf's
// Field is a dotted path without escapes; "" means [DefaultFields], and a * in
// it stands for any run of characters, dots included: "*.banner".
//
// String gives the canonical text of the node.
type Node interface {
	String() string
	node()
}

// Boolean joins clauses. It matches when all of Must match, at least one of
// Should matches (if there are any), and none of MustNot matches; an empty
// Boolean matches everything. [Parse] never mixes Must and Should in one
// Boolean, so AND and OR are always told apart by which of them is filled.
type Boolean struct {
	Must, Should, MustNot []Node
}

// All matches every document.
type All struct{}

// Term is one unquoted value. In TEXT it matches when all its [Tokens] occur
// anywhere in the field, in KEYWORD when a whole value equals it, in ordered
// types (numbers, dates, addresses, versions) when a value lies in what it
// denotes: the whole day for 2025-03-21, the whole network for 10.0.0.0/8.
type Term struct {
	Field, Value string
}

// Phrase is one quoted value. In TEXT its [Tokens] must follow each other
// within one value, at most Slop moves away from that; elsewhere it is a [Term].
type Phrase struct {
	Field, Text string
	Slop        int
}

// Wildcard is a value with * (any run of characters) or ? (one character). In
// TEXT it matches a single token in lower case, in KEYWORD a whole value.
// A backslash in Pattern makes the next character ordinary: see [Glob].
type Wildcard struct {
	Field, Pattern string
}

// Regexp is a Lucene regular expression, without its slashes. It is anchored
// at both ends to one token (TEXT, ignoring case) or one whole value (KEYWORD).
// [TranslateRegexp] gives Go's form.
type Regexp struct {
	Field, Pattern string
}

// Range is an interval. A nil bound is open; both are never nil after [Parse].
// Bounds are read by the field's type; TEXT and KEYWORD compare by bytes.
type Range struct {
	Field    string
	From, To *Bound
}

// Bound is one end of a [Range].
type Bound struct {
	Value     string
	Inclusive bool
}

// Fuzzy matches a token (TEXT) or whole value (KEYWORD) that is at most
// Distance edits (insert, delete, replace, swap of neighbours) from Value.
type Fuzzy struct {
	Field, Value string
	Distance     int // 0 to 2
}

// Exists matches documents where the field, or anything below it, has a value
// that is not null. Field is never "".
type Exists struct {
	Field string
}

// CIDR matches addresses in a network. [Parse] gives it for IP fields.
type CIDR struct {
	Field  string
	Prefix netip.Prefix // masked
}

var (
	_ Node = (*Boolean)(nil)
	_ Node = (*All)(nil)
	_ Node = (*Term)(nil)
	_ Node = (*Phrase)(nil)
	_ Node = (*Wildcard)(nil)
	_ Node = (*Regexp)(nil)
	_ Node = (*Range)(nil)
	_ Node = (*Fuzzy)(nil)
	_ Node = (*Exists)(nil)
	_ Node = (*CIDR)(nil)
)

func (*Boolean) node()  {}
func (*All) node()      {}
func (*Term) node()     {}
func (*Phrase) node()   {}
func (*Wildcard) node() {}
func (*Regexp) node()   {}
func (*Range) node()    {}
func (*Fuzzy) node()    {}
func (*Exists) node()   {}
func (*CIDR) node()     {}

// FieldOf gives the Field of a leaf, and false for [Boolean] and [All].
func FieldOf(n Node) (string, bool) {
	switch n := n.(type) {
	case *Term:
		return n.Field, true
	case *Phrase:
		return n.Field, true
	case *Wildcard:
		return n.Field, true
	case *Regexp:
		return n.Field, true
	case *Range:
		return n.Field, true
	case *Fuzzy:
		return n.Field, true
	case *Exists:
		return n.Field, true
	case *CIDR:
		return n.Field, true
	}
	return "", false
}
