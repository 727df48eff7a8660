package query

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// existsField is the pseudo field that asks for a field's presence.
const existsField = "_exists_"

// maxSlopWords keeps the search for scattered words small.
const maxSlopWords = 64

// leaf reads one value, counts it, and checks that its field can hold it.
func (p *parser) leaf(field string, read func(field string) (Node, *SyntaxError)) (Node, *SyntaxError) {
	start := p.pos
	if p.leaves++; p.leaves > MaxClauses {
		return nil, p.fail(start, "split the query", "the query has more than %d terms", MaxClauses)
	}
	n, err := read(field)
	if err != nil {
		return nil, err
	}
	if field == existsField {
		return p.existence(start, n)
	}
	n, message, hint := admit(n)
	if message != "" {
		return nil, p.fail(start, hint, "%s", message)
	}
	return n, nil
}

// existence turns _exists_:name into Exists.
func (p *parser) existence(start int, n Node) (Node, *SyntaxError) {
	name := ""
	switch n := n.(type) {
	case *Term:
		name = n.Value
	case *Phrase:
		name = n.Text
	case *Wildcard:
		name = unescapePattern(n.Pattern)
	}
	if name == "" || len(name) > MaxField {
		return nil, p.fail(start, "write _exists_:name", "a field name must follow _exists_:")
	}
	return exists(name), nil
}

// exists gives name:*; *:* is everything.
func exists(name string) Node {
	if name == "" || name == "*" {
		return &All{}
	}
	return &Exists{Field: name}
}

func (p *parser) unquoted(field string) (Node, *SyntaxError) {
	return p.leaf(field, p.term)
}

// term reads a word, with or without wildcards, and its fuzziness.
func (p *parser) term(field string) (Node, *SyntaxError) {
	w, err := p.value(field)
	if err != nil {
		return nil, err
	}
	tilde := p.pos
	fuzzy := p.accept("~")
	switch {
	case fuzzy && w.wild:
		return nil, p.fail(tilde, `write \~ for the ordinary character`, "a term with wildcards cannot be fuzzy")
	case fuzzy:
		return &Fuzzy{Field: field, Value: w.text, Distance: edits(p.distance(), utf8.RuneCountInString(w.text))}, nil
	case w.onlyStars() && field != existsField:
		return exists(field), nil
	case w.wild:
		return p.wildcard(field, w)
	}
	if hint := withoutColon(p.text[w.start:p.pos]); field == "" && hint != "" {
		return nil, p.fail(w.start, hint+" Put it in quotes to search for the text", "a comparison needs a colon behind its field")
	}
	return &Term{Field: field, Value: w.text}, nil
}

func (p *parser) wildcard(field string, w word) (Node, *SyntaxError) {
	if utf8.RuneCountInString(w.pattern) > MaxPattern {
		return nil, p.fail(w.start, "", "a term with wildcards is longer than %d characters", MaxPattern)
	}
	return &Wildcard{Field: field, Pattern: joinStars(w.pattern)}, nil
}

// value reads a word that is not empty and in which a colon makes sense.
func (p *parser) value(field string) (word, *SyntaxError) {
	w, err := p.word(false)
	if err != nil {
		return w, err
	}
	if w.text == "" {
		return w, p.fail(w.start, `write \ before it for the ordinary character`, "a term is expected here")
	}
	if w.colon >= 0 && !w.allowsColon() {
		return w, p.fail(w.colon, `put the value in quotes, or write \: for an ordinary colon`, "a second colon follows the field %q", field)
	}
	if c := p.peek(); c == ']' || c == '}' || c == '[' || c == '{' {
		return w, p.fail(p.pos, `put the value in quotes, or write \`+string(c), "a bracket cannot stand inside a term")
	}
	return w, nil
}

// phrase reads "text" and its slop.
func (p *parser) phrase(field string) (Node, *SyntaxError) {
	text, err := p.quoted()
	if err != nil {
		return nil, err
	}
	n := &Phrase{Field: field, Text: text}
	tilde := p.pos
	if !p.accept("~") {
		return n, nil
	}
	slop, wrong := strconv.ParseFloat("0"+p.number(), 64)
	if wrong != nil || slop > 1<<20 || !p.clauseEnds() {
		return nil, p.fail(tilde, `write "two words"~3`, "the distance between the words must be a small number")
	}
	if slop > 0 && len(Tokens(text)) > maxSlopWords {
		return nil, p.fail(tilde, "leave out the distance", "a phrase with a distance has more than %d words", maxSlopWords)
	}
	n.Slop = int(slop)
	return n, nil
}

// regexp reads /pattern/.
func (p *parser) regexp(field string) (Node, *SyntaxError) {
	start := p.pos
	pattern, err := p.slashed()
	if err != nil {
		return nil, err
	}
	if !p.clauseEnds() {
		return nil, p.fail(p.pos, "put a path in quotes, or write \\/ inside a regular expression", "text follows the slash that closes a regular expression")
	}
	if _, wrong := TranslateRegexp(pattern); wrong != nil {
		return nil, p.fail(start, "the flavour is Lucene's, anchored at both ends", "this regular expression is not valid: %v", wrong)
	}
	return &Regexp{Field: field, Pattern: pattern}, nil
}

// comparison reads >=x, >x, <=x or <x.
func (p *parser) comparison(field string) (Node, *SyntaxError) {
	start := p.pos
	lower := p.next() == '>'
	inclusive := p.accept("=")
	p.skipSpace()
	text, err := p.compared(field, start)
	if err != nil {
		return nil, err
	}
	bound := &Bound{Value: text, Inclusive: inclusive}
	if lower {
		return &Range{Field: field, From: bound}, nil
	}
	return &Range{Field: field, To: bound}, nil
}

// compared reads the value after a comparison sign, which stands at start.
func (p *parser) compared(field string, start int) (string, *SyntaxError) {
	if p.peek() == '"' {
		return p.quoted()
	}
	w, err := p.value(field)
	if err == nil && w.wild {
		err = p.fail(start, "write "+field+":* to ask whether it exists", "a comparison needs a value without wildcards")
	}
	return w.text, err
}

// interval reads [a TO b] with either kind of bracket at either end.
func (p *parser) interval(field string) (Node, *SyntaxError) {
	start := p.pos
	opening := p.next()
	from, err := p.bound(start)
	if err != nil {
		return nil, err
	}
	if p.skipSpace(); p.peek() == eof {
		return nil, p.unclosedRange(start)
	}
	if !p.acceptKeyword("TO") {
		return nil, p.fail(p.pos, p.nearTo(from), "the word TO is expected between the ends of a range")
	}
	to, err := p.bound(start)
	if err != nil {
		return nil, err
	}
	p.skipSpace()
	closing := p.peek()
	if closing != ']' && closing != '}' {
		return nil, p.unclosedRange(start)
	}
	p.next()
	return newRange(field, from, to, opening == '[', closing == ']'), nil
}

// nearTo gives the hint where TO is missing behind the lower end of a range:
// [80 to 90], [80,90], [80-90].
func (p *parser) nearTo(from *Bound) string {
	if len(p.text)-p.pos > 2 && strings.EqualFold(p.text[p.pos:p.pos+2], "to") {
		return "did you mean TO, in capital letters?"
	}
	if from != nil {
		for _, between := range []string{",", "..", "-"} {
			if low, high, found := strings.Cut(from.Value, between); found && low+high != "" {
				return "did you mean [" + orStar(low) + " TO " + orStar(high) + "]?"
			}
		}
	}
	return "write [a TO b]"
}

func orStar(bound string) string {
	if bound == "" {
		return "*"
	}
	return bound
}

func newRange(field string, from, to *Bound, fromInclusive, toInclusive bool) Node {
	if from == nil && to == nil {
		return exists(field)
	}
	if from != nil {
		from.Inclusive = fromInclusive
	}
	if to != nil {
		to.Inclusive = toInclusive
	}
	return &Range{Field: field, From: from, To: to}
}

// bound reads one end of a range; * gives nil.
func (p *parser) bound(start int) (*Bound, *SyntaxError) {
	p.skipSpace()
	if p.peek() == '"' {
		text, err := p.quoted()
		return &Bound{Value: text}, err
	}
	at := p.pos
	text := []rune{}
	for c := p.peek(); c != eof && c != ']' && c != '}' && !unicode.IsSpace(c); c = p.peek() {
		if p.next(); c == '\\' {
			escaped, err := p.escape()
			if err != nil {
				return nil, err
			}
			c = escaped
		}
		text = append(text, c)
	}
	switch raw := p.text[at:p.pos]; raw {
	case "*":
		return nil, nil
	case "", "TO":
		return nil, p.rangeEnd(start, at)
	}
	return &Bound{Value: string(text)}, nil
}

func (p *parser) rangeEnd(start, at int) *SyntaxError {
	if p.peek() == eof && p.pos == at {
		return p.unclosedRange(start)
	}
	return p.fail(at, "write * for an open end", "an end of the range is missing")
}

func (p *parser) unclosedRange(start int) *SyntaxError {
	return p.fail(start, "write [a TO b]", "this range is never closed")
}
