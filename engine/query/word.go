package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is an unquoted run of characters.
type word struct {
	start   int    // byte position
	text    string // without escapes
	pattern string // with \ before *, ? and \ that were escaped: a Wildcard's Pattern
	wild    bool   // an unescaped * or ? was seen
	colon   int    // position of the first unescaped colon, -1 when none
}

// word reads up to a space, bracket or quote, to a suffix (~1, ^2), and, for a
// field name, to a colon. The word may be empty.
func (l *lexer) word(stopAtColon bool) (word, *SyntaxError) {
	w := word{start: l.pos, colon: -1}
	if plain := l.plain(stopAtColon); plain != "" {
		w.text, w.pattern = plain, plain
		return w, nil
	}
	var text, pattern strings.Builder
	for !l.wordEnds(stopAtColon) {
		at := l.pos
		c := l.next()
		switch c {
		case '\\':
			escaped, err := l.escape()
			if err != nil {
				return w, err
			}
			c = escaped
			if strings.ContainsRune(`*?\`, c) {
				pattern.WriteByte('\\')
			}
		case '*', '?':
			w.wild = true
		case ':':
			if w.colon < 0 {
				w.colon = at
			}
		}
		text.WriteRune(c)
		pattern.WriteRune(c)
	}
	w.text, w.pattern = text.String(), pattern.String()
	return w, nil
}

// plain reads a word of letters, digits and a few marks as it stands, which most
// words are; it gives "" and stays for any other.
func (l *lexer) plain(stopAtColon bool) string {
	end := l.pos
	for end < len(l.text) && isPlain(l.text[end]) {
		end++
	}
	if end < len(l.text) {
		c := rune(l.text[end])
		if c >= utf8.RuneSelf || !delimits(c) && (c != ':' || !stopAtColon) {
			return ""
		}
	}
	text := l.text[l.pos:end]
	l.pos = end
	return text
}

func isPlain(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || c == '.' || c == '_' || c == '-'
}

func (l *lexer) wordEnds(stopAtColon bool) bool {
	switch c := l.peek(); c {
	case '^':
		return true
	case ':':
		return stopAtColon
	case '~':
		return l.fuzzyEnds()
	default:
		return delimits(c)
	}
}

// fuzzyEnds says whether the ~ that comes next is a suffix, as in te~1, and
// not an ordinary character, as in */~root/*.
func (l *lexer) fuzzyEnds() bool {
	ahead := *l
	ahead.next()
	ahead.distance()
	return ahead.clauseEnds()
}

// distance reads what follows the ~ of a fuzzy word: a number, AUTO, or nothing.
func (l *lexer) distance() string {
	if l.accept(autoDistance) {
		return autoDistance
	}
	return l.number()
}

// number reads digits with at most one point, and may read nothing.
func (l *lexer) number() string {
	start, points := l.pos, 0
	for {
		c := l.peek()
		if c == '.' {
			points++
		}
		if (c != '.' && (c < '0' || c > '9')) || points > 1 {
			return l.text[start:l.pos]
		}
		l.next()
	}
}

// onlyStars says whether a pattern asks for any value at all.
func (w word) onlyStars() bool {
	return w.pattern != "" && strings.Trim(w.pattern, "*") == ""
}

// allowsColon says whether an unquoted value is so plainly an address, a date
// or a URI that its colons need no escape. Lucene would refuse them all.
func (w word) allowsColon() bool {
	if strings.Contains(w.text, "://") {
		return true
	}
	if _, _, ok := Addrs(w.text); ok {
		return true
	}
	return strings.IndexFunc(w.text, unicode.IsDigit) == 0 && validDate(w.text)
}
