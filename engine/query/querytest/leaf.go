package querytest

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// leaf writes a query of one value behind a prefix, which is the field's name.
func (g Generator) leaf(f field, prefix string) (text string, node query.Node) {
	switch f.kind {
	case textual:
		text, node = g.textual(f)
	case addresses:
		text, node = g.addressed(f)
	default:
		text, node = g.interval(f)
	}
	return prefix + text, node
}

// textual asks a TEXT or KEYWORD field.
func (g Generator) textual(f field) (string, query.Node) {
	value := g.text()
	switch g.IntN(9) {
	case 0:
		return g.wildcard(f)
	case 1:
		pattern := g.pattern(2)
		return "/" + strings.ReplaceAll(pattern, "/", `\/`) + "/", &query.Regexp{Field: f.name, Pattern: pattern}
	case 2:
		distance := g.IntN(3)
		return g.escape(value) + "~" + strconv.Itoa(distance), &query.Fuzzy{Field: f.name, Value: value, Distance: distance}
	case 3:
		slop := g.IntN(5)
		value := g.one(value, value+" "+g.text())
		return query.Quote(value) + "~" + strconv.Itoa(slop), &query.Phrase{Field: f.name, Text: value, Slop: slop}
	case 4:
		return g.ranged(f, g.text)
	case 5, 6:
		value := g.one(value, value+" "+g.text(), "")
		return query.Quote(value), &query.Phrase{Field: f.name, Text: value}
	}
	return g.escape(value), &query.Term{Field: f.name, Value: value}
}

// interval asks a field whose type has an order.
func (g Generator) interval(f field) (string, query.Node) {
	value := f.queried(g)
	switch {
	case f.kind == ordered && g.IntN(2) == 0:
		return g.ranged(f, func() string { return f.queried(g) })
	case g.IntN(2) == 0:
		return query.Quote(value), &query.Phrase{Field: f.name, Text: value}
	}
	return g.escape(value), &query.Term{Field: f.name, Value: value}
}

// addressed asks an IP field; networks may stand bare, too.
func (g Generator) addressed(f field) (string, query.Node) {
	if g.IntN(3) > 0 {
		return g.interval(field{f.name, ordered, f.stored, f.queried})
	}
	octet := g.IntN(3)
	prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(octet)}), 16)
	text := g.one("10.%d.*", "10.%d.0.0/16", `10.%d.7.1\/16`, `"10.%d.0.0/16"`, "10.%d.*.*")
	if f.name == "" || strings.Contains(f.name, "*") {
		text = `"10.%d.0.0/16"`
		return fmt.Sprintf(text, octet), &query.Phrase{Field: f.name, Text: prefix.String()}
	}
	return fmt.Sprintf(text, octet), &query.CIDR{Field: f.name, Prefix: prefix}
}

// ranged writes an interval with brackets or signs.
func (g Generator) ranged(f field, value func() string) (string, query.Node) {
	bound := &query.Bound{Value: value(), Inclusive: g.IntN(2) == 0}
	equals := map[bool]string{true: "="}[bound.Inclusive]
	switch {
	case f.name != "" && g.IntN(4) == 0:
		return ">" + equals + query.Quote(bound.Value), &query.Range{Field: f.name, From: bound}
	case f.name != "" && g.IntN(4) == 0:
		return "<" + equals + g.escape(bound.Value), &query.Range{Field: f.name, To: bound}
	}
	other := &query.Bound{Value: value(), Inclusive: g.IntN(2) == 0}
	from, to := query.Quote(bound.Value), query.Quote(other.Value)
	r := &query.Range{Field: f.name, From: bound, To: other}
	if g.IntN(5) == 0 {
		r.From, from = nil, "*"
	} else if g.IntN(5) == 0 {
		r.To, to = nil, "*"
	}
	opening, closing := "{", "}"
	if bound.Inclusive {
		opening = "["
	}
	if other.Inclusive {
		closing = "]"
	}
	return opening + from + " TO " + to + closing, r
}

// wildcard mixes what texts are made of with * and ?.
func (g Generator) wildcard(f field) (string, query.Node) {
	var text, pattern strings.Builder
	for range 1 + g.IntN(3) {
		value := g.text()
		text.WriteString(g.escape(value))
		pattern.WriteString(strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`).Replace(value))
		mark := g.one("*", "*", "?", "**")
		text.WriteString(mark)
		pattern.WriteString(mark)
	}
	return text.String(), &query.Wildcard{Field: f.name, Pattern: pattern.String()}
}

// pattern makes up a regular expression in Lucene's syntax.
func (g Generator) pattern(depth int) string {
	var b strings.Builder
	for range 1 + g.IntN(4) {
		piece := g.one("a", "b", "A", ".", ".*", "[ab]", "[^ab]", `\.`, `\d`, `\W`, "é", "東", "[a-z0-9]", `"a.b"`, "/", "@", "#", `[\]-]`, "1", "^")
		if depth > 0 && g.IntN(4) == 0 {
			piece = "(" + g.pattern(depth-1) + g.one("", "|") + g.pattern(depth-1) + ")"
		}
		b.WriteString(piece + g.one("", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "+?", "**"))
	}
	return b.String()
}

// escape writes a value without quotes: everything that could mean something
// behind a backslash, and sometimes a character by its number.
func (g Generator) escape(value string) string {
	var b strings.Builder
	for _, c := range value {
		switch {
		case strings.ContainsRune(" +-=&|!(){}[]^\"~*?:\\/<>\t\u3000", c):
			b.WriteString(`\` + string(c))
		case c < 0x10000 && g.IntN(30) == 0:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	switch b.String() {
	case "AND", "OR", "NOT":
		return `\` + b.String()
	}
	return b.String()
}
