package query

import (
	"strconv"
	"strings"
	"unicode"
)

// The canonical form uses the words AND, OR and NOT, brackets for all ranges,
// one explicit field per leaf, and only the parentheses it needs, so that
// printing never nests deeper than what was read.

// How tightly a node binds; parentheses are needed inside a tighter one.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindLeaf
)

func binding(n Node) int {
	b, ok := n.(*Boolean)
	switch {
	case !ok:
		return bindLeaf
	case len(b.Should) > 0 && len(b.Must)+len(b.MustNot) == 0:
		return bindOr
	case len(b.MustNot) == 1 && len(b.Must)+len(b.Should) == 0:
		return bindNot
	case len(b.Must)+len(b.Should)+len(b.MustNot) == 0:
		return bindLeaf // printed as *
	}
	return bindAnd
}

// within prints n as an operand of an operator that takes operands of at least
// this binding.
func within(n Node, least int) string {
	if binding(n) < least {
		return "(" + n.String() + ")"
	}
	return n.String()
}

// String joins the clauses: Must first, then Should, then MustNot.
func (b *Boolean) String() string {
	var parts []string
	for _, n := range b.Must {
		parts = append(parts, within(n, bindNot))
	}
	if or := b.printShould(); or != "" {
		if len(b.Must)+len(b.MustNot) == 0 {
			return or
		}
		parts = append(parts, "("+or+")")
	}
	for _, n := range b.MustNot {
		parts = append(parts, "NOT "+within(n, bindLeaf))
	}
	if len(parts) == 0 {
		return "*"
	}
	return strings.Join(parts, " AND ")
}

func (b *Boolean) printShould() string {
	parts := make([]string, 0, len(b.Should))
	for _, n := range b.Should {
		parts = append(parts, within(n, bindAnd))
	}
	return strings.Join(parts, " OR ")
}

// String gives *.
func (*All) String() string { return "*" }

// String gives field:value.
func (t *Term) String() string {
	if t.Value == "" {
		return inField(t.Field) + `""`
	}
	text := escapeWord(t.Value)
	if at := strings.IndexAny(text, "<>="); t.Field == "" && withoutColon(text) != "" && at > 0 {
		return text[:at] + `\` + text[at:] // port\>80 is a word, port>80 is refused
	}
	return inField(t.Field) + text
}

// String gives field:"text"~slop.
func (p *Phrase) String() string {
	text := inField(p.Field) + Quote(p.Text)
	if p.Slop > 0 {
		text += "~" + strconv.Itoa(p.Slop)
	}
	return text
}

// String gives field:pattern.
func (w *Wildcard) String() string {
	var b strings.Builder
	b.WriteString(inField(w.Field))
	for i, g := range ParseGlob(w.Pattern) {
		switch {
		case g.Any:
			b.WriteByte('*')
		case g.One:
			b.WriteByte('?')
		case i == 0:
			b.WriteString(escapeWord(g.Text))
		default:
			b.WriteString(escapeInside(g.Text))
		}
	}
	return b.String()
}

// String gives field:/pattern/.
func (r *Regexp) String() string {
	var b strings.Builder
	escaped := false
	for _, c := range r.Pattern {
		if c == '/' && !escaped {
			b.WriteByte('\\')
		}
		escaped = c == '\\' && !escaped
		b.WriteRune(c)
	}
	return inField(r.Field) + "/" + b.String() + "/"
}

// String gives field:[from TO to].
func (r *Range) String() string {
	opening, closing := "[", "]"
	if r.From != nil && !r.From.Inclusive {
		opening = "{"
	}
	if r.To != nil && !r.To.Inclusive {
		closing = "}"
	}
	return inField(r.Field) + opening + r.From.String() + " TO " + r.To.String() + closing
}

// String gives the bound as it stands in a range; * when nil.
func (b *Bound) String() string {
	if b == nil {
		return "*"
	}
	plain := func(c rune) bool {
		return c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("._:@+-|", c))
	}
	if b.Value == "" || b.Value == "TO" || strings.ContainsFunc(b.Value, func(c rune) bool { return !plain(c) }) {
		return Quote(b.Value)
	}
	return b.Value
}

// String gives field:value~distance.
func (f *Fuzzy) String() string {
	return inField(f.Field) + escapeWord(f.Value) + "~" + strconv.Itoa(f.Distance)
}

// String gives field:*.
func (e *Exists) String() string { return inField(e.Field) + "*" }

// String gives field:"network".
func (c *CIDR) String() string { return inField(c.Field) + Quote(c.Prefix.String()) }

func inField(field string) string {
	if field == "" {
		return ""
	}
	return escapeWord(field) + ":"
}

// escapeWord escapes what would end a word, start something else, or be an
// operator.
func escapeWord(text string) string {
	switch text {
	case "AND", "OR", "NOT":
		return `\` + text
	}
	if text != "" && strings.ContainsRune("+-<>&|", rune(text[0])) {
		return `\` + text[:1] + escapeInside(text[1:])
	}
	return escapeInside(text)
}

func escapeInside(text string) string {
	if !strings.ContainsFunc(text, special) {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if special(c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// special says which characters are always escaped.
func special(c rune) bool {
	return unicode.IsSpace(c) || strings.ContainsRune(`!(){}[]^"~*?:\/`, c)
}
