package query

import (
	"math"
	"strconv"
)

const hintQuote = "put the value in quotes"

// clause reads [name:] group or value.
func (p *parser) clause(field string) (Node, *SyntaxError) {
	if err := p.misplaced(); err != nil {
		return nil, err
	}
	n, err := p.named(field)
	if err != nil {
		return nil, err
	}
	return n, p.boost()
}

// misplaced refuses what cannot begin a clause.
func (p *parser) misplaced() *SyntaxError {
	switch c := p.peek(); c {
	case eof:
		return p.fail(p.pos, "finish the query after the last operator", "the query ends where a term is expected")
	case ')':
		return p.fail(p.pos, "", "a term is expected before this parenthesis")
	case ']', '}':
		return p.fail(p.pos, `write \`+string(c)+` for an ordinary bracket`, "this bracket was never opened")
	case ':':
		return p.fail(p.pos, `write field:value, or \: for an ordinary colon`, "a field name is missing before this colon")
	case '^', '~':
		return p.fail(p.pos, `write \`+string(c)+` for the ordinary character`, "%q must follow a term", c)
	}
	start := p.pos
	if p.acceptOperator() != opNone {
		return p.fail(start, "put one in quotes to search for the word", "%s needs a term on its left", p.text[start:p.pos])
	}
	return nil
}

// named reads a clause that may begin with a field name.
func (p *parser) named(field string) (Node, *SyntaxError) {
	switch p.peek() {
	case '(', '[', '{', '"', '/':
		return p.operand(field)
	case '<', '>':
		if field != "" {
			return p.operand(field)
		}
	}
	start := p.lexer
	name, err := p.word(true)
	if err != nil {
		return nil, err
	}
	p.skipSpace()
	if p.peek() != ':' {
		p.lexer = start
		return p.unquoted(field)
	}
	return p.afterName(name)
}

// afterName reads the value of a field; the colon comes next.
func (p *parser) afterName(name word) (Node, *SyntaxError) {
	if len(name.text) > MaxField {
		return nil, p.fail(name.start, "", "this field name is longer than %d bytes", MaxField)
	}
	colon := p.pos
	p.next()
	p.skipSpace()
	if err := p.valueMissing(name, colon); err != nil {
		return nil, err
	}
	return p.operand(name.text)
}

// valueMissing refuses what cannot be the value of a field.
func (p *parser) valueMissing(name word, colon int) *SyntaxError {
	switch c := p.peek(); c {
	case '!':
		return p.fail(p.pos, "write NOT "+name.text+":value", "a value cannot begin with an exclamation mark")
	case ':':
		if p.startsAddr() {
			return nil
		}
		return p.fail(p.pos, `write \: for an ordinary colon`, "a second colon follows the field %q", name.text)
	case eof, ')', ']', '}', '^', '~':
		return p.fail(colon, "write "+name.text+":* to ask whether it exists", "no value follows the field %q", name.text)
	}
	if ahead := p.lexer; ahead.acceptOperator() != opNone || ahead.acceptKeyword("NOT") {
		return p.fail(p.pos, hintQuote+" to search for the word", "no value follows the field %q", name.text)
	}
	return nil
}

// startsAddr says whether an address such as ::1 comes next.
func (p *parser) startsAddr() bool {
	ahead := p.lexer
	w, err := ahead.word(false)
	return err == nil && w.allowsColon()
}

// operand reads a group or a value for a known field.
func (p *parser) operand(field string) (Node, *SyntaxError) {
	switch p.peek() {
	case '(':
		return p.group(field)
	case '[', '{':
		return p.leaf(field, p.interval)
	case '"':
		return p.leaf(field, p.phrase)
	case '/':
		return p.leaf(field, p.regexp)
	case '<', '>':
		if field != "" {
			return p.leaf(field, p.comparison)
		}
	}
	return p.unquoted(field)
}

// group reads ( … ).
func (p *parser) group(field string) (Node, *SyntaxError) {
	start := p.pos
	p.next()
	if p.depth++; p.depth > MaxDepth {
		return nil, p.fail(start, "", "parentheses are nested deeper than %d", MaxDepth)
	}
	n, err := p.or(field)
	if err != nil {
		return nil, err
	}
	if !p.accept(")") {
		return nil, p.fail(start, "close it with )", "this parenthesis is never closed")
	}
	p.depth--
	return n, nil
}

// boost reads ^number, which has no effect on what matches.
func (p *parser) boost() *SyntaxError {
	if p.peek() != '^' {
		return nil
	}
	start := p.pos
	p.next()
	if _, err := strconv.ParseFloat(p.number(), 64); err != nil || p.peek() == '^' || !p.clauseEnds() {
		return p.fail(start, `write \^ for the ordinary character`, "a number must follow the boost sign ^")
	}
	return nil
}

// autoDistance, written ~AUTO, lets the length of the word decide.
const autoDistance = "AUTO"

// edits turns what follows ~ into a distance as Lucene does: nothing is 2 (so
// says the private scanner's manual), 1 and more are edits of which 2 are
// kept, and less than 1 is the old similarity. AUTO is Elasticsearch's rule.
func edits(number string, length int) int {
	n, err := strconv.ParseFloat(number, 32) // Lucene computes with single precision
	switch {
	case number == autoDistance:
		return autoEdits(length)
	case err != nil:
		return 2
	case n >= 1:
		return int(math.Min(n, 2))
	case n == 0:
		return 0
	}
	return int(math.Min((1-n)*float64(length), 2))
}

func autoEdits(length int) int {
	switch {
	case length < 3:
		return 0
	case length < 6:
		return 1
	}
	return 2
}
