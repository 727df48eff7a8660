package query

import "unicode/utf8"

// The grammar, lowest binding first; field is what a group was written after.
//
//	or     = and { ("OR" | "||") and }
//	and    = not { [ "AND" | "&&" ] not }
//	not    = { "NOT" | "!" | "-" | "+" } clause
//	clause = [ name ":" ] ( "(" or ")" | value ) [ "^" number ]
//	value  = word [ "~" [ number ] ] | phrase [ "~" [ number ] ] | regexp | range | comparison
//
// Only "(" recurses, so its depth bounds the stack.
type parser struct {
	lexer

	depth, leaves int
}

func newParser(text string) (*parser, error) {
	p := &parser{lexer: lexer{text: text}}
	if len(text) > MaxLength {
		return nil, &SyntaxError{Column: 1, Message: "the query is longer than 64 KiB", Hint: "split it into several queries"}
	}
	for i, c := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); c == utf8.RuneError && size == 1 {
			return nil, p.fail(i, "", "the text is not valid UTF-8")
		}
	}
	return p, nil
}

func (p *parser) parse() (Node, error) {
	p.skipSpace()
	if p.peek() == eof {
		return &All{}, nil
	}
	root, err := p.or("")
	if err != nil {
		return nil, err
	}
	if c := p.peek(); c != eof { // or stops only at ) and at the end
		return nil, p.fail(p.pos, `write \) for an ordinary parenthesis`, "this parenthesis was never opened")
	}
	return root, nil
}

func (p *parser) or(field string) (Node, *SyntaxError) {
	var should []Node
	for {
		n, err := p.and(field)
		if err != nil {
			return nil, err
		}
		should = append(should, n)
		if p.acceptOperator() != opOr {
			return joinOr(should), nil
		}
	}
}

func (p *parser) and(field string) (Node, *SyntaxError) {
	var clauses Boolean
	for {
		n, err := p.not(field)
		if err != nil {
			return nil, err
		}
		clauses.require(n)
		p.skipSpace()
		if p.atEnd() || p.peekOperator() == opOr {
			return clauses.simplify(), nil
		}
		p.acceptOperator()
	}
}

// atEnd says whether the current group ends here.
func (p *parser) atEnd() bool {
	c := p.peek()
	return c == eof || c == ')'
}

func (p *parser) not(field string) (Node, *SyntaxError) {
	negated := false
	for {
		p.skipSpace()
		start := p.pos
		found, negates := p.acceptPrefix()
		if !found {
			break
		}
		negated = negated != negates
		sign := p.text[start:p.pos]
		if p.skipSpace(); p.atEnd() {
			return nil, p.fail(start, `put it in quotes to search for it`, "no term follows %s", sign)
		}
	}
	n, err := p.clause(field)
	if err != nil || !negated {
		return n, err
	}
	return negate(n), nil
}

func joinOr(nodes []Node) Node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	return &Boolean{Should: nodes}
}

// require adds a clause; NOT x AND y needs no Boolean within a Boolean.
func (b *Boolean) require(n Node) {
	if inner, ok := n.(*Boolean); ok && inner.onlyProhibits() {
		b.MustNot = append(b.MustNot, inner.MustNot...)
		return
	}
	b.Must = append(b.Must, n)
}

func (b *Boolean) onlyProhibits() bool {
	return len(b.Must)+len(b.Should) == 0 && len(b.MustNot) > 0
}

func (b *Boolean) simplify() Node {
	if len(b.Must) == 1 && len(b.MustNot) == 0 {
		return b.Must[0]
	}
	return b
}

// negate gives NOT n; NOT NOT n is n.
func negate(n Node) Node {
	if b, ok := n.(*Boolean); ok && b.onlyProhibits() && len(b.MustNot) == 1 {
		return b.MustNot[0]
	}
	return &Boolean{MustNot: []Node{n}}
}
