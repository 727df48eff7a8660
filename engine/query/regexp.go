package query

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// Lucene's regular expressions differ from Go's: they are always anchored, so
// ^ and $ are ordinary characters; "text" in quotes is literal; a dot is any
// character, line ends included; there are no flags, no lazy repeats and no
// classes but \d \s \w and their opposites. Its optional operators
// (~ & @ # <1-9>) are ordinary characters here, because people mean mail
// addresses and HTML when they write them.

// maxProgram bounds the compiled size, against (a{100}){10} and the like.
const maxProgram = 5000

// TranslateRegexp turns a Lucene regular expression into Go's, anchored at both
// ends. The result is matched in time linear in the text.
func TranslateRegexp(pattern string) (string, error) {
	if utf8.RuneCountInString(pattern) > MaxPattern {
		return "", fmt.Errorf("it is longer than %d characters", MaxPattern)
	}
	t := regexpTranslator{pattern: []rune(pattern)}
	body, err := t.alternatives()
	if err != nil {
		return "", err
	}
	if t.pos < len(t.pattern) {
		return "", errors.New("a ) was never opened")
	}
	translated := `(?s)\A(?:` + body + `)\z`
	return translated, checkSize(translated)
}

func checkSize(translated string) error {
	tree, err := syntax.Parse(translated, syntax.Perl)
	if err != nil {
		var wrong *syntax.Error
		if errors.As(err, &wrong) {
			return errors.New(wrong.Code.String())
		}
		return err
	}
	program, err := syntax.Compile(tree.Simplify())
	if err == nil && len(program.Inst) > maxProgram {
		return errors.New("its repeats are too many")
	}
	return err
}

// shorthands are the letters that make a class after a backslash; all other
// escapes make the character ordinary.
const shorthands = "dDsSwW"

// compileRegexp gives nil for a pattern that Parse would have refused.
func compileRegexp(pattern string, ignoreCase bool) *regexp.Regexp {
	translated, err := TranslateRegexp(pattern)
	if err != nil {
		return nil
	}
	if ignoreCase {
		translated = "(?i)" + translated
	}
	compiled, err := regexp.Compile(translated)
	if err != nil {
		return nil
	}
	return compiled
}

type regexpTranslator struct {
	pattern []rune
	pos     int
}

// peek gives 0 at the end.
func (t *regexpTranslator) peek() rune {
	if t.pos >= len(t.pattern) {
		return 0
	}
	return t.pattern[t.pos]
}

func (t *regexpTranslator) done() bool { return t.pos >= len(t.pattern) }

func (t *regexpTranslator) alternatives() (string, error) {
	var b strings.Builder
	for !t.done() && t.peek() != ')' {
		if t.peek() == '|' {
			t.pos++
			b.WriteByte('|')
			continue
		}
		piece, err := t.repeated()
		if err != nil {
			return "", err
		}
		b.WriteString(piece)
	}
	return b.String(), nil
}

// repeated reads an atom and all that repeats it. Go refuses a** and reads
// a+? as lazy, so each repeat after the first gets a group of its own.
func (t *regexpTranslator) repeated() (string, error) {
	piece, err := t.atom()
	if err != nil {
		return "", err
	}
	for first := true; ; first = false {
		repeat, err := t.repeat()
		if err != nil || repeat == "" {
			return piece, err
		}
		if !first {
			piece = "(?:" + piece + ")"
		}
		piece += repeat
	}
}

// repeat reads *, +, ?, {n}, {n,} or {n,m}, or nothing.
func (t *regexpTranslator) repeat() (string, error) {
	switch c := t.peek(); c {
	case '*', '+', '?':
		t.pos++
		return string(c), nil
	case '{':
		start := t.pos
		for !t.done() && t.peek() != '}' {
			t.pos++
		}
		if t.done() {
			return "", errors.New("a { is never closed")
		}
		t.pos++
		return checkCount(string(t.pattern[start:t.pos]))
	}
	return "", nil
}

func checkCount(count string) (string, error) {
	low, high, _ := strings.Cut(strings.Trim(count, "{}"), ",")
	if low == "" || strings.Trim(low+high, "0123456789") != "" {
		return "", fmt.Errorf("%s is not a count", count)
	}
	return count, nil
}

func (t *regexpTranslator) atom() (string, error) {
	c := t.pattern[t.pos]
	t.pos++
	switch c {
	case '(':
		return t.group()
	case '[':
		return t.class()
	case '"':
		return t.literal()
	case '\\':
		return t.escaped()
	case '.':
		return ".", nil
	case '*', '+', '?', '{':
		return "", fmt.Errorf("nothing stands before %c to repeat", c)
	}
	return regexp.QuoteMeta(string(c)), nil
}

func (t *regexpTranslator) group() (string, error) {
	body, err := t.alternatives()
	if err != nil {
		return "", err
	}
	if t.done() {
		return "", errors.New("a ( is never closed")
	}
	t.pos++
	return "(?:" + body + ")", nil
}

// literal reads "text".
func (t *regexpTranslator) literal() (string, error) {
	start := t.pos
	for !t.done() && t.peek() != '"' {
		t.pos++
	}
	if t.done() {
		return "", errors.New(`a " is never closed`)
	}
	text := string(t.pattern[start:t.pos])
	t.pos++
	return "(?:" + regexp.QuoteMeta(text) + ")", nil
}

func (t *regexpTranslator) escaped() (string, error) {
	if t.done() {
		return "", errors.New(`nothing follows a \`)
	}
	c := t.pattern[t.pos]
	t.pos++
	if strings.ContainsRune(shorthands, c) {
		return `\` + string(c), nil
	}
	return regexp.QuoteMeta(string(c)), nil
}

// class reads [abc], [a-z] or [^…].
func (t *regexpTranslator) class() (string, error) {
	var b strings.Builder
	b.WriteByte('[')
	if t.peek() == '^' {
		t.pos++
		b.WriteByte('^')
	}
	for empty := true; empty || t.peek() != ']'; empty = false {
		if t.done() {
			return "", errors.New("a [ is never closed")
		}
		if err := t.classItem(&b); err != nil {
			return "", err
		}
	}
	t.pos++
	return b.String() + "]", nil
}

// classItem copies one character, escape or the - of a range.
func (t *regexpTranslator) classItem(b *strings.Builder) error {
	c := t.pattern[t.pos]
	t.pos++
	if c == '\\' {
		if t.done() {
			return errors.New(`nothing follows a \`)
		}
		c = t.pattern[t.pos]
		t.pos++
		if strings.ContainsRune(shorthands, c) {
			b.WriteString(`\` + string(c))
			return nil
		}
		writeInClass(b, c)
		return nil
	}
	if c == '-' && isRange(t, b) {
		b.WriteByte('-')
		return nil
	}
	writeInClass(b, c)
	return nil
}

// isRange says whether a - stands between two characters.
func isRange(t *regexpTranslator, b *strings.Builder) bool {
	return b.String() != "[" && b.String() != "[^" && t.peek() != ']' && !t.done()
}

// writeInClass writes one ordinary character.
func writeInClass(b *strings.Builder, c rune) {
	if strings.ContainsRune(`\]^-[&~`, c) {
		b.WriteByte('\\')
	}
	b.WriteRune(c)
}
