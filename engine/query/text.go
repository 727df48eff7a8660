package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxToken is the longest token in characters; longer words are cut into
// several, as Elasticsearch's standard tokenizer does.
const maxToken = 255

// Tokens cuts text into the lower-case words that TEXT fields are searched by.
// It follows Unicode's word boundaries (UAX #29) closely enough for banners and
// pages: letters, digits, marks and underscores make a word; a point or
// apostrophe between two letters or two digits and a comma between two digits
// stay inside (example.com, 2.4.41, o'reilly); Chinese and Japanese (but not
// katakana) characters are words by themselves; all else is ignored. Unlike
// UAX #29 a colon always separates.
func Tokens(text string) []string {
	var tokens []string
	for start := 0; start < len(text); {
		c, size := utf8.DecodeRuneInString(text[start:])
		if !wordRune(c) {
			start += size
			continue
		}
		end := tokenEnd(text, start)
		tokens = append(tokens, strings.ToLower(text[start:end]))
		start = end
	}
	return tokens
}

// tokenEnd finds the end of the word that begins at start.
func tokenEnd(text string, start int) int {
	last, pos := utf8.DecodeRuneInString(text[start:])
	pos += start
	if alone(last) {
		return pos
	}
	for count := 1; pos < len(text) && count < maxToken; count++ {
		c, size := utf8.DecodeRuneInString(text[pos:])
		if alone(c) || !wordRune(c) && !joins(last, c, text[pos+size:]) {
			break
		}
		last = c
		pos += size
	}
	return pos
}

func wordRune(c rune) bool {
	if c < utf8.RuneSelf {
		return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	return unicode.In(c, unicode.L, unicode.N, unicode.M)
}

// alone says whether a character is a word by itself.
func alone(c rune) bool {
	return c >= 0x2E80 && unicode.In(c, unicode.Han, unicode.Hiragana)
}

// joins says whether c, which is not part of words, binds last to what follows.
func joins(last, c rune, rest string) bool {
	if c != '.' && c != '\'' && c != '’' && c != ',' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest)
	if unicode.IsDigit(last) && unicode.IsDigit(next) {
		return true
	}
	return c != ',' && unicode.IsLetter(last) && unicode.IsLetter(next) && !alone(next)
}

// containsPhrase says whether words stand in text next to each other, in time
// linear in both (Knuth, Morris, Pratt).
func containsPhrase(text, words []string) bool {
	if len(words) == 0 {
		return false
	}
	fallback := phraseFallback(words)
	matched := 0
	for _, token := range text {
		for matched > 0 && token != words[matched] {
			matched = fallback[matched-1]
		}
		if token == words[matched] {
			matched++
		}
		if matched == len(words) {
			return true
		}
	}
	return false
}

// phraseFallback gives for each position the length of the longest beginning
// of words that also ends there.
func phraseFallback(words []string) []int {
	fallback := make([]int, len(words))
	for i, k := 1, 0; i < len(words); i++ {
		for k > 0 && words[i] != words[k] {
			k = fallback[k-1]
		}
		if words[i] == words[k] {
			k++
		}
		fallback[i] = k
	}
	return fallback
}
