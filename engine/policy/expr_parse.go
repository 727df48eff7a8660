package policy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	// maxDepth bounds brackets in brackets, and with them the stack.
	maxDepth = 64
	// maxExpression bounds the text of one expression in bytes.
	maxExpression = 8192

	expressionHint = `write for example: expr: new && severity >= medium && port in [22, 3389]`
)

// expression parses what follows "expr:".
//
//	or      = and { "||" and }
//	and     = unary { "&&" unary }
//	unary   = "!" unary | "(" or ")" | "count" "(" or ")" cmp int | test
//	test    = flag | field cmp value | field "=~" text | field "in" "[" value { "," value } "]"
type expression struct {
	tokens []token
	depth  int
}

func parseExpression(text string) (expr, error) {
	if len(text) > maxExpression {
		return nil, invalid(fmt.Sprintf("the expression has %d bytes, at most %d are read", len(text), maxExpression), "split it into several items")
	}
	tokens, err := tokenize(text)
	if err != nil {
		return nil, err
	}
	p := &expression{tokens: tokens}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != kindEnd {
		return nil, p.unexpected("&&, || or the end")
	}
	return e, nil
}

func (p *expression) peek() token { return p.tokens[0] }

func (p *expression) next() {
	if p.peek().kind != kindEnd {
		p.tokens = p.tokens[1:]
	}
}

// take takes a sign if it is the next token.
func (p *expression) take(sign string) bool {
	if t := p.peek(); t.kind != kindSign || t.text != sign {
		return false
	}
	p.next()
	return true
}

func (p *expression) expect(sign string) error {
	if !p.take(sign) {
		return p.unexpected(strconv.Quote(sign))
	}
	return nil
}

func (p *expression) unexpected(wanted string) error {
	t := p.peek()
	return invalid(fmt.Sprintf("column %d of the expression: here stands %s, wanted is %s", t.at, t.shown(), wanted), expressionHint)
}

func (t token) shown() string {
	if t.kind == kindEnd {
		return t.text
	}
	return strconv.Quote(t.text)
}

func (p *expression) or() (expr, error) {
	return p.chain("||", p.and, func(l, r expr) expr { return either{l, r} })
}

func (p *expression) and() (expr, error) {
	return p.chain("&&", p.unary, func(l, r expr) expr { return both{l, r} })
}

// chain reads operands that are joined by the same sign, the first with the second first.
func (p *expression) chain(sign string, operand func() (expr, error), join func(l, r expr) expr) (expr, error) {
	left, err := operand()
	for err == nil && p.take(sign) {
		var right expr
		if right, err = operand(); err != nil {
			break
		}
		if counts(left) != counts(right) {
			return nil, invalid(fmt.Sprintf("%q is about all findings and the other side of %s about one", "count(…)", sign), "put what is about one finding inside of count(…)")
		}
		left = join(left, right)
	}
	return left, err
}

func (p *expression) unary() (expr, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, invalid(fmt.Sprintf("the expression is nested more than %d deep", maxDepth), "split it into several items")
	}
	defer func() { p.depth-- }()
	switch {
	case p.take("!"):
		e, err := p.unary()
		return not{e}, err
	case p.take("("):
		return p.inBrackets()
	}
	name := p.peek()
	if name.kind != kindWord {
		return nil, p.unexpected("a field such as severity")
	}
	p.next()
	if name.text == "count" {
		return p.count()
	}
	f, ok := fieldNamed(name.text)
	if !ok {
		return nil, unknownField(name)
	}
	return p.test(f)
}

func (p *expression) inBrackets() (expr, error) {
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	return e, p.expect(")")
}

func (p *expression) count() (expr, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	of, err := p.inBrackets()
	if err != nil {
		return nil, err
	}
	if counts(of) {
		return nil, invalid("count(…) stands within count(…)", "count findings, not counts")
	}
	op, err := p.comparison("==", "!=", "<", "<=", ">", ">=")
	if err != nil {
		return nil, err
	}
	t := p.peek()
	n, err := strconv.ParseUint(t.text, 10, 31)
	if t.kind != kindNumber || err != nil {
		return nil, p.unexpected("a whole number")
	}
	p.next()
	return count{of: of, op: op, limit: int(n)}, nil
}

// comparison takes one of the signs.
func (p *expression) comparison(signs ...string) (string, error) {
	for _, sign := range signs {
		if p.take(sign) {
			return sign, nil
		}
	}
	return "", p.unexpected("one of " + strings.Join(signs, " "))
}

// test reads what follows the name of a field.
func (p *expression) test(f field) (expr, error) {
	if t := p.peek(); t.kind == kindWord && t.text == "in" && f.flag == nil {
		p.next()
		return p.among(f)
	}
	switch {
	case f.flag != nil:
		return p.flag(f)
	case f.number != nil:
		op, err := p.comparison("==", "!=", "<=", ">=", "<", ">")
		if err != nil {
			return nil, err
		}
		limit, err := p.number(f)
		return numeric{field: f, op: op, limit: limit}, err
	}
	op, err := p.comparison("==", "!=", "=~")
	if err != nil {
		return nil, err
	}
	at := p.peek()
	value, err := p.text()
	if err != nil || op != "=~" {
		return textual{field: f, op: op, value: value}, err
	}
	re, err := regexp.Compile(value)
	if err != nil {
		return nil, invalid(fmt.Sprintf("column %d of the expression: %v", at.at, err), "write a regular expression of RE2 syntax")
	}
	return pattern{field: f, re: re}, nil
}

// flag allows new == true for those who prefer it.
func (p *expression) flag(f field) (expr, error) {
	var e expr = flag{f}
	equal := p.take("==")
	if !equal && !p.take("!=") {
		return e, nil
	}
	t := p.peek()
	if t.kind != kindWord || t.text != "true" && t.text != "false" {
		return nil, p.unexpected("true or false")
	}
	p.next()
	if equal != (t.text == "true") {
		e = not{e}
	}
	return e, nil
}

func (p *expression) among(f field) (expr, error) {
	if err := p.expect("["); err != nil {
		return nil, err
	}
	if f.number != nil {
		list, err := list(p, func() (float64, error) { return p.number(f) })
		return amongNumbers{f, list}, err
	}
	list, err := list(p, p.text)
	return amongTexts{f, list}, err
}

// list reads values up to the closing bracket; at least one.
func list[T any](p *expression, value func() (T, error)) ([]T, error) {
	var all []T
	for {
		v, err := value()
		if err != nil {
			return nil, err
		}
		all = append(all, v)
		if !p.take(",") {
			return all, p.expect("]")
		}
	}
}

func (p *expression) number(f field) (float64, error) {
	t := p.peek()
	if f.severity {
		rank := engine.Severity(t.text).Rank()
		if t.kind != kindWord || rank < 0 {
			return 0, unknownSeverity(t)
		}
		p.next()
		return float64(rank), nil
	}
	n, err := strconv.ParseFloat(t.text, 64)
	if t.kind != kindNumber || err != nil {
		return 0, p.unexpected("a number")
	}
	p.next()
	return n, nil
}

func (p *expression) text() (string, error) {
	t := p.peek()
	if t.kind != kindText {
		return "", p.unexpected("a text in quotes")
	}
	p.next()
	return t.text, nil
}

func unknownField(t token) error {
	hint := engine.Meant(strings.ToLower(t.text), fieldNames(), "the fields are "+strings.Join(fieldNames(), ", "))
	return invalid(fmt.Sprintf("column %d of the expression: there is no field %q", t.at, t.text), hint)
}

func unknownSeverity(t token) error {
	words := engine.SeverityWords()
	hint := engine.Meant(strings.ToLower(t.text), words, "write one of "+strings.Join(words, ", "))
	return invalid(fmt.Sprintf("column %d of the expression: %s is not a severity", t.at, t.shown()), hint)
}
