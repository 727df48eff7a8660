package query

import "strings"

// Glob is one part of a wildcard pattern: either Any (*), One (?), or literal
// Text. [ParseGlob] makes them.
type Glob struct {
	Any, One bool
	Text     string
}

// ParseGlob cuts a [Wildcard]'s Pattern into its parts. Literals are joined and
// without escapes; a run of stars is one Any.
func ParseGlob(pattern string) []Glob {
	var parts []Glob
	var text strings.Builder
	add := func(g Glob) {
		if text.Len() > 0 {
			parts = append(parts, Glob{Text: text.String()})
			text.Reset()
		}
		if g.One || g.Any && (len(parts) == 0 || !parts[len(parts)-1].Any) {
			parts = append(parts, g)
		}
	}
	escaped := false
	for _, c := range pattern {
		switch {
		case escaped:
			text.WriteRune(c)
			escaped = false
		case c == '\\':
			escaped = true
		case c == '*':
			add(Glob{Any: true})
		case c == '?':
			add(Glob{One: true})
		default:
			text.WriteRune(c)
		}
	}
	add(Glob{})
	return parts
}

// Parts cuts the pattern; a prefix search such as nginx* gives one literal and
// one Any.
func (w *Wildcard) Parts() []Glob { return ParseGlob(w.Pattern) }

// joinStars writes a run of stars as one, which means the same.
func joinStars(pattern string) string {
	var b strings.Builder
	escaped, star := false, false
	for _, c := range pattern {
		isStar := c == '*' && !escaped
		if !isStar || !star {
			b.WriteRune(c)
		}
		escaped, star = c == '\\' && !escaped, isStar
	}
	return b.String()
}

func unescapePattern(pattern string) string {
	return strings.NewReplacer(`\*`, `*`, `\?`, `?`, `\\`, `\`).Replace(pattern)
}

// globRune is a compiled pattern's piece: a character, one of the two below.
type globRune = rune

const (
	globAny globRune = -1
	globOne globRune = -2
)

// compileGlob makes a pattern of runes for matchGlob.
func compileGlob(pattern string) []globRune {
	var runes []globRune
	for _, g := range ParseGlob(pattern) {
		switch {
		case g.Any:
			runes = append(runes, globAny)
		case g.One:
			runes = append(runes, globOne)
		default:
			runes = append(runes, []rune(g.Text)...)
		}
	}
	return runes
}

// matchGlob compares a whole text. It remembers only the last star, because an
// earlier one never needs to give back what it took; so the time is at most
// the product of both lengths and the space is constant.
func matchGlob(pattern []globRune, text string) bool {
	if !couldMatch(pattern, text) {
		return false
	}
	runes := []rune(text)
	p, t, star, retry := 0, 0, -1, 0
	for t < len(runes) {
		switch {
		case p < len(pattern) && pattern[p] == globAny:
			star, retry = p, t
			p++
		case p < len(pattern) && (pattern[p] == globOne || pattern[p] == runes[t]):
			p++
			t++
		case star >= 0:
			retry++
			p, t = star+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == globAny {
		p++
	}
	return p == len(pattern)
}

// couldMatch looks at the first character, which settles most words.
func couldMatch(pattern []globRune, text string) bool {
	if len(pattern) == 0 || pattern[0] < 0 {
		return true
	}
	for _, first := range text {
		return first == pattern[0]
	}
	return false
}
