package query

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer walks over the text by bytes; it has no tokens, because what a
// character means depends on where it stands (a slash begins a regular
// expression, but not inside a word).
type lexer struct {
	text string
	pos  int
}

const eof = -1

// peek gives the next character, or eof.
func (l *lexer) peek() rune {
	if l.pos >= len(l.text) {
		return eof
	}
	c, _ := utf8.DecodeRuneInString(l.text[l.pos:])
	return c
}

func (l *lexer) next() rune {
	c := l.peek()
	if c != eof {
		l.pos += utf8.RuneLen(c)
	}
	return c
}

// accept steps over s if it comes next.
func (l *lexer) accept(s string) bool {
	if !strings.HasPrefix(l.text[l.pos:], s) {
		return false
	}
	l.pos += len(s)
	return true
}

func (l *lexer) skipSpace() {
	for unicode.IsSpace(l.peek()) {
		l.next()
	}
}

// fail makes a SyntaxError at a byte position.
func (l *lexer) fail(pos int, hint, format string, args ...any) *SyntaxError {
	column := utf8.RuneCountInString(l.text[:min(pos, len(l.text))]) + 1
	return &SyntaxError{Column: column, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// delimits says whether c ends an operator word or a suffix.
func delimits(c rune) bool {
	return c == eof || unicode.IsSpace(c) || strings.ContainsRune(`()[]{}"`, c)
}

// clauseEnds says whether nothing of the clause follows but perhaps a boost.
func (l *lexer) clauseEnds() bool {
	rest := l.text[l.pos:]
	c := l.peek()
	return c == '^' || delimits(c) || strings.HasPrefix(rest, "&&") || strings.HasPrefix(rest, "||")
}

// acceptKeyword steps over AND, OR, NOT or TO when it stands alone.
func (l *lexer) acceptKeyword(word string) bool {
	if !strings.HasPrefix(l.text[l.pos:], word) {
		return false
	}
	after := lexer{text: l.text, pos: l.pos + len(word)}
	if c := after.peek(); !delimits(c) && c != '!' && c != '/' {
		return false
	}
	l.pos = after.pos
	return true
}

// operator is what joins two clauses.
type operator int

const (
	opNone operator = iota
	opAnd
	opOr
)

// acceptOperator steps over AND, OR, && or ||.
func (l *lexer) acceptOperator() operator {
	switch {
	case l.acceptKeyword("AND"), l.accept("&&"):
		return opAnd
	case l.acceptKeyword("OR"), l.accept("||"):
		return opOr
	}
	return opNone
}

// peekOperator is acceptOperator without a step.
func (l *lexer) peekOperator() operator {
	ahead := *l
	return ahead.acceptOperator()
}

// acceptPrefix steps over +, -, ! or NOT, and says whether it negates.
func (l *lexer) acceptPrefix() (found, negates bool) {
	switch {
	case l.accept("+"):
		return true, false
	case l.acceptKeyword("NOT"), l.accept("-"), l.accept("!"):
		return true, true
	}
	return false, false
}

// quoted reads a phrase; the opening quote comes next.
func (l *lexer) quoted() (string, *SyntaxError) {
	start := l.pos
	l.next()
	var b strings.Builder
	for {
		switch c := l.next(); c {
		case eof:
			return "", l.fail(start, `close it with " or write \" for an ordinary quote`, "this quote is never closed")
		case '"':
			return b.String(), nil
		case '\\':
			escaped, err := l.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(escaped)
		default:
			b.WriteRune(c)
		}
	}
}

// escape reads what follows a backslash: any character, or uXXXX.
func (l *lexer) escape() (rune, *SyntaxError) {
	c := l.next()
	if c == eof {
		return 0, l.fail(l.pos-1, `write \\ for an ordinary backslash`, "nothing follows this backslash")
	}
	if code, ok := l.codePoint(); c == 'u' && ok {
		l.pos += 4
		return code, nil
	}
	return c, nil
}

// codePoint reads four hexadecimal digits without a step.
func (l *lexer) codePoint() (rune, bool) {
	if l.pos+4 > len(l.text) {
		return 0, false
	}
	code, err := strconv.ParseUint(l.text[l.pos:l.pos+4], 16, 32)
	return rune(code), err == nil && utf8.ValidRune(rune(code))
}

// slashed reads a regular expression; the opening slash comes next. \/ becomes
// a slash, all other escapes stay.
func (l *lexer) slashed() (string, *SyntaxError) {
	start := l.pos
	l.next()
	var b strings.Builder
	for {
		switch c := l.next(); c {
		case eof:
			return "", l.fail(start, `close it with / or put the value in quotes`, "this slash begins a regular expression that is never closed")
		case '/':
			return b.String(), nil
		case '\\':
			c = l.next()
			if c == eof {
				continue
			}
			if c != '/' {
				b.WriteByte('\\')
			}
			b.WriteRune(c)
		default:
			b.WriteRune(c)
		}
	}
}
