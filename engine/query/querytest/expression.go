package querytest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// expressionMatches says whether a Lucene regular expression matches a whole
// text. It follows every way through the expression at once, as the set of
// places in the text that have been reached. The pattern is one that
// [query.Parse] has accepted.
func expressionMatches(pattern, text string, ignoreCase bool) bool {
	e := expression{pattern: []rune(pattern), ignoreCase: ignoreCase}
	runes := []rune(text)
	return e.either()(runes, places{0: true})[len(runes)]
}

type places map[int]bool

// step goes from places in a text to those behind what it matches.
type step func(text []rune, from places) places

// expression reads a pattern.
type expression struct {
	pattern    []rune
	ignoreCase bool
}

// take removes what comes next if it is c.
func (e *expression) take(c rune) bool {
	if len(e.pattern) == 0 || e.pattern[0] != c {
		return false
	}
	e.pattern = e.pattern[1:]
	return true
}

func (e *expression) next() rune {
	c := e.pattern[0]
	e.pattern = e.pattern[1:]
	return c
}

// until removes everything before c, and c.
func (e *expression) until(c rune) string {
	i := slices.Index(e.pattern, c)
	text := string(e.pattern[:i])
	e.pattern = e.pattern[i+1:]
	return text
}

func nothing(_ []rune, from places) places { return from }

func (e *expression) either() step {
	choices := []step{nothing}
	for len(e.pattern) > 0 && e.pattern[0] != ')' {
		if e.take('|') {
			choices = append(choices, nothing)
			continue
		}
		last := len(choices) - 1
		choices[last] = then(choices[last], e.repeated())
	}
	return func(text []rune, from places) places {
		to := places{}
		for _, choice := range choices {
			maps.Copy(to, choice(text, from))
		}
		return to
	}
}

func then(first, second step) step {
	return func(text []rune, from places) places { return second(text, first(text, from)) }
}

// repeated reads one piece and all that repeats it.
func (e *expression) repeated() step {
	piece := e.piece()
	for {
		switch {
		case e.take('*'):
			piece = times(piece, 0, -1)
		case e.take('+'):
			piece = times(piece, 1, -1)
		case e.take('?'):
			piece = times(piece, 0, 1)
		case e.take('{'):
			least, most, two := strings.Cut(e.until('}'), ",")
			low, _ := strconv.Atoi(least)
			high, err := strconv.Atoi(most)
			if !two {
				high = low
			} else if err != nil {
				high = -1
			}
			piece = times(piece, low, high)
		default:
			return piece
		}
	}
}

// times repeats a step; most is -1 for any number.
func times(s step, least, most int) step {
	return func(text []rune, from places) places {
		for range least {
			from = s(text, from)
		}
		all := maps.Clone(from)
		for n := least; n != most && len(from) > 0; n++ {
			from = s(text, from)
			maps.DeleteFunc(from, func(place int, _ bool) bool { return all[place] })
			maps.Copy(all, from)
		}
		return all
	}
}

func (e *expression) piece() step {
	switch c := e.next(); c {
	case '(':
		group := e.either()
		e.take(')')
		return group
	case '"':
		all := step(nothing)
		for _, c := range e.until('"') {
			all = then(all, e.one(func(r rune) bool { return r == c }))
		}
		return all
	case '.':
		return e.one(func(rune) bool { return true })
	case '[':
		return e.class()
	case '\\':
		return e.one(class(e.next()))
	default:
		return e.one(func(r rune) bool { return r == c })
	}
}

// one makes a step over one character.
func (e *expression) one(is func(rune) bool) step {
	if e.ignoreCase {
		is = inAnyCase(is)
	}
	return func(text []rune, from places) places {
		to := places{}
		for place := range from {
			if place < len(text) && is(text[place]) {
				to[place+1] = true
			}
		}
		return to
	}
}

// inAnyCase asks for a character and all that differ from it in case alone.
func inAnyCase(is func(rune) bool) func(rune) bool {
	return func(c rune) bool {
		for other := unicode.SimpleFold(c); other != c; other = unicode.SimpleFold(other) {
			if is(other) {
				return true
			}
		}
		return is(c)
	}
}

// class gives what an escaped letter stands for: a class, or itself.
func class(letter rune) func(rune) bool {
	const digits = "0123456789"
	in := func(set string, wanted bool) func(rune) bool {
		return func(c rune) bool { return strings.ContainsRune(set, c) == wanted }
	}
	word := digits + "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	space := "\t\n\f\r "
	switch letter {
	case 'd', 'D':
		return in(digits, letter == 'd')
	case 's', 'S':
		return in(space, letter == 's')
	case 'w', 'W':
		return in(word, letter == 'w')
	}
	return func(c rune) bool { return c == letter }
}

// class reads [abc], [a-z] or [^…]; a ] or - that comes first is ordinary, and a
// - that comes last.
func (e *expression) class() step {
	negated := e.take('^')
	var items []func(rune) bool
	for len(items) == 0 || e.pattern[0] != ']' {
		items = append(items, e.classItem())
	}
	e.take(']')
	in := func(c rune) bool {
		return slices.ContainsFunc(items, func(item func(rune) bool) bool { return item(c) })
	}
	if !negated {
		return e.one(in)
	}
	if e.ignoreCase {
		in = inAnyCase(in)
	}
	exact := expression{}
	return exact.one(func(c rune) bool { return !in(c) })
}

// classItem reads a character, an escape or a range.
func (e *expression) classItem() func(rune) bool {
	low := e.next()
	if low == '\\' {
		low = e.next()
		if strings.ContainsRune("dDsSwW", low) {
			return class(low)
		}
	}
	if len(e.pattern) < 2 || e.pattern[0] != '-' || e.pattern[1] == ']' {
		return func(c rune) bool { return c == low }
	}
	e.next()
	high := e.next()
	if high == '\\' {
		high = e.next()
	}
	return func(c rune) bool { return low <= c && c <= high }
}
