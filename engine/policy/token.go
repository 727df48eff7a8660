package policy

import (
	"fmt"
	"strings"
)

// kind is what a token of an expression is.
type kind int

const (
	kindEnd kind = iota
	kindWord
	kindNumber
	kindText
	kindSign // an operator, bracket or comma
)

// token is one piece of an expression.
type token struct {
	kind kind
	text string // of a text without its quotes and escapes
	at   int    // the column, from 1
}

// signs lists what is written with signs, longer ones before their beginnings.
func signs() []string {
	return []string{"&&", "||", "==", "!=", "=~", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ","}
}

// tokenize cuts an expression into tokens; the last one is the end.
func tokenize(text string) ([]token, error) {
	var tokens []token
	for at := 0; at < len(text); {
		if text[at] == ' ' || text[at] == '\t' {
			at++
			continue
		}
		t, length, err := nextToken(text[at:])
		if err != nil {
			return nil, invalid(fmt.Sprintf("column %d of the expression: %v", at+1, err), expressionHint)
		}
		t.at = at + 1
		tokens = append(tokens, t)
		at += length
	}
	return append(tokens, token{kind: kindEnd, text: "the end", at: len(text) + 1}), nil
}

// nextToken reads the token text begins with, and how many bytes it takes.
func nextToken(text string) (token, int, error) {
	for _, sign := range signs() {
		if strings.HasPrefix(text, sign) {
			return token{kind: kindSign, text: sign}, len(sign), nil
		}
	}
	if text[0] == '"' {
		return quoted(text)
	}
	if n := span(text, isDigit); n > 0 {
		return token{kind: kindNumber, text: text[:n]}, n, nil
	}
	if n := span(text, isLetter); n > 0 {
		return token{kind: kindWord, text: text[:n]}, n, nil
	}
	return token{}, 0, fmt.Errorf("%q does not belong here", []rune(text)[0])
}

// quoted reads a text in quotes; \" and \\ stand for a quote and a backslash, any
// other backslash for itself, as regular expressions have many.
func quoted(text string) (token, int, error) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return token{kind: kindText, text: b.String()}, i + 1, nil
		case text[i] == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			i++
		}
		b.WriteByte(text[i])
	}
	return token{}, 0, fmt.Errorf("the text has no closing quote")
}

func span(text string, in func(byte) bool) int {
	n := 0
	for n < len(text) && in(text[n]) {
		n++
	}
	return n
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' || b == '.' }
func isLetter(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b == '-'
}
