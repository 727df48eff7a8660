package querytest

import (
	"net"
	"slices"
	"strings"
	"unicode"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// words cuts text as a TEXT field does, character by character.
func words(text string) (all []string) {
	runes := append([]rune(text), ' ')
	var word []rune
	end := func() {
		if len(word) > 0 {
			all = append(all, strings.ToLower(string(word)))
		}
		word = nil
	}
	for i, c := range runes {
		switch {
		case unicode.Is(unicode.Han, c) || unicode.Is(unicode.Hiragana, c):
			end()
			all = append(all, string(c))
			continue
		case unicode.IsLetter(c), unicode.IsNumber(c), unicode.IsMark(c), c == '_':
			word = append(word, c)
		case len(word) > 0 && joinsWords(word[len(word)-1], c, runes[i+1:]):
			word = append(word, c)
		default:
			end()
		}
		if len(word) == 255 {
			end()
		}
	}
	return all
}

// joinsWords says whether a mark stands inside a word: a point, an apostrophe or
// in numbers a comma, with a letter on both sides or a digit on both sides.
func joinsWords(before, mark rune, rest []rune) bool {
	if len(rest) == 0 || !strings.ContainsRune(".'’,", mark) {
		return false
	}
	if unicode.IsDigit(before) && unicode.IsDigit(rest[0]) {
		return true
	}
	alone := unicode.Is(unicode.Han, rest[0]) || unicode.Is(unicode.Hiragana, rest[0])
	return mark != ',' && unicode.IsLetter(before) && unicode.IsLetter(rest[0]) && !alone
}

// wordsMatch asks the words of all values of a TEXT field.
func wordsMatch(n query.Node, texts [][]string) bool {
	switch n := n.(type) {
	case *query.Term:
		wanted := words(n.Value)
		for _, word := range wanted {
			if !slices.Contains(slices.Concat(texts...), word) {
				return false
			}
		}
		return len(wanted) > 0
	case *query.Phrase:
		wanted := words(n.Text)
		return len(wanted) > 0 && slices.ContainsFunc(texts, func(text []string) bool { return nearEachOther(text, wanted, n.Slop) })
	}
	return slices.ContainsFunc(slices.Concat(texts...), func(word string) bool { return wordMatches(n, word) })
}

// wordMatches asks one word, which is in lower case; so what is asked becomes.
func wordMatches(n query.Node, word string) bool {
	switch n := n.(type) {
	case *query.Wildcard:
		return globMatches(strings.ToLower(n.Pattern), word)
	case *query.Regexp:
		return expressionMatches(n.Pattern, word, true)
	case *query.Fuzzy:
		return edits(strings.ToLower(n.Value), word) <= n.Distance
	case *query.Range:
		return between(n.From, n.To, func(b query.Bound) int { return strings.Compare(word, strings.ToLower(b.Value)) })
	case *query.CIDR:
		return inNetwork(n, word)
	}
	return false
}

// wholeMatches asks the whole value of a KEYWORD or BOOLEAN field.
func wholeMatches(n query.Node, value string) bool {
	switch n := n.(type) {
	case *query.Term:
		return value == n.Value
	case *query.Phrase:
		return value == n.Text
	case *query.Wildcard:
		return globMatches(n.Pattern, value)
	case *query.Regexp:
		return expressionMatches(n.Pattern, value, false)
	case *query.Fuzzy:
		return edits(n.Value, value) <= n.Distance
	case *query.Range:
		return between(n.From, n.To, func(b query.Bound) int { return strings.Compare(value, b.Value) })
	case *query.CIDR:
		return inNetwork(n, value)
	}
	return false
}

// between says whether a value lies between bounds, given how it compares with
// each; a bound that is nil is open.
func between(from, to *query.Bound, compare func(query.Bound) int) bool {
	if from != nil && (compare(*from) < 0 || compare(*from) == 0 && !from.Inclusive) {
		return false
	}
	return to == nil || compare(*to) < 0 || compare(*to) == 0 && to.Inclusive
}

func inNetwork(n *query.CIDR, value string) bool {
	_, network, err := net.ParseCIDR(n.Prefix.String())
	ip := net.ParseIP(value)
	return err == nil && ip != nil && network.Contains(ip)
}

// nearEachOther tries every place of every word: no two at one place, and the
// places, each less the word's place in the phrase, at most slop apart.
func nearEachOther(text, wanted []string, slop int) bool {
	var try func(places []int) bool
	try = func(places []int) bool {
		if len(places) == len(wanted) {
			return true
		}
		for place, word := range text {
			if word == wanted[len(places)] && !slices.Contains(places, place) {
				if more := append(slices.Clone(places), place); spread(more) <= slop && try(more) {
					return true
				}
			}
		}
		return false
	}
	return try(nil)
}

func spread(places []int) int {
	low, high := places[0], places[0]
	for i, place := range places {
		low, high = min(low, place-i), max(high, place-i)
	}
	return high - low
}

// globMatches compares a whole text with a pattern of * and ?, as a regular
// expression of the same meaning.
func globMatches(pattern, text string) bool {
	match := step(nothing)
	e := expression{}
	escaped := false
	for _, c := range pattern {
		switch {
		case c == '\\' && !escaped:
			escaped = true
			continue
		case c == '*' && !escaped:
			match = then(match, times(e.one(func(rune) bool { return true }), 0, -1))
		case c == '?' && !escaped:
			match = then(match, e.one(func(rune) bool { return true }))
		default:
			match = then(match, e.one(func(r rune) bool { return r == c }))
		}
		escaped = false
	}
	runes := []rune(text)
	return match(runes, places{0: true})[len(runes)]
}

// edits is the optimal string alignment distance, from its definition: a table
// of the distances of all beginnings.
func edits(from, to string) int {
	a, b := []rune(from), []rune(to)
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := range table[i] {
			table[i][j] = i + j // delete all, insert all
		}
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replaced := table[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			table[i][j] = min(replaced, table[i-1][j]+1, table[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				table[i][j] = min(table[i][j], table[i-2][j-2]+1)
			}
		}
	}
	return table[len(a)][len(b)]
}
