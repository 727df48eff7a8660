package sqlite

import (
	"net/netip"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// asker asks the index for one leaf in one field, by the rules of
// [query.Query.Match]: each value is asked by its own type.
type asker struct {
	field int64
	path  string
	leaf  query.Node
	now   time.Time
}

// answer asks for values of every type the field can have.
func (a asker) answer() answer {
	if _, ok := a.leaf.(*query.Exists); ok {
		return exactly(anyOf(a.term(kindHere, ""), a.term(kindBelow, "")))
	}
	if t, ok := query.Mapped(a.path); ok {
		return a.typed(t)
	}
	return a.typed(query.Fields(a.path)).or(a.ordered(query.TypeFloat)).or(a.flags())
}

// exactForm asks for what field.keyword finds. Of texts there is an exact form only
// where field.keyword has one; else it may find a little more.
func (a asker) exactForm(base string) answer {
	if _, ok := a.leaf.(*query.Exists); ok {
		return atLeastThese(a.term(kindHere, ""))
	}
	t, isMapped := query.Mapped(base)
	if isMapped && !isWhole(t) {
		return a.anyValue()
	}
	found := a.whole().or(a.ordered(query.TypeFloat)).or(a.flags())
	found.exact = found.exact && query.Fields(base) == query.TypeText
	return found
}

func (a asker) typed(t query.Type) answer {
	switch t {
	case query.TypeText:
		return a.words()
	case query.TypeKeyword:
		return a.whole()
	case query.TypeBoolean:
		return a.whole().or(a.flags())
	case query.TypeBinary, query.TypeObject:
		return no()
	case query.TypeVersion:
		if _, _, ok := query.Bounds(a.leaf); ok {
			return a.each(kindExact, glimpse{})
		}
		return a.whole()
	}
	return a.ordered(t)
}

// term finds documents by a whole term of the field, prefix by its beginning.
func (a asker) term(k kind, value string) plan { return oneTerm(newTerm(a.field, k, value)) }

func (a asker) prefix(k kind, begin string) plan { return prefix(prefixOf(a.field, k, begin)) }

// anyValue is the answer to what the index cannot tell: every document that has
// the field.
func (a asker) anyValue() answer { return atLeastThese(a.term(kindHere, "")) }

// flags asks for JSON's true and false.
func (a asker) flags() answer {
	found := no()
	for _, flag := range []bool{true, false} {
		text, _ := plainText(flag)
		alone := query.Query{Root: a.leaf}
		if alone.MatchAt(map[string]any{a.path: flag}, a.now) {
			found = found.or(exactly(a.term(kindBoolean, text)))
		}
	}
	return found
}

// whole asks for values by their whole text.
func (a asker) whole() answer {
	switch n := a.leaf.(type) {
	case *query.Term:
		return exactly(a.term(kindExact, n.Value))
	case *query.Phrase:
		return exactly(a.term(kindExact, n.Text))
	case *query.Wildcard:
		return a.wholeGlob(n.Parts())
	case *query.Regexp:
		return a.each(kindExact, regexpGlimpse(n.Pattern, false))
	}
	return a.each(kindExact, glimpse{})
}

// wholeGlob asks for a pattern that is only a beginning, or only an end that is
// known backwards, without looking at each value.
func (a asker) wholeGlob(parts []query.Glob) answer {
	begin, end := literalEnds(parts)
	switch {
	case len(parts) == 1 && begin != "":
		return exactly(a.term(kindExact, begin))
	case isBeginOnly(parts) && begin != "" && len(begin) <= maxPrefix:
		return exactly(a.prefix(kindExact, begin))
	case isEndOnly(parts) && end != "" && len(end) <= maxPrefix && isHostLike(a.path):
		return exactly(a.prefix(kindReversed, reverse(end)))
	}
	return a.each(kindExact, globGlimpse(parts))
}

// each asks for the values of the field, one after the other, whether the leaf
// finds them.
func (a asker) each(k kind, g glimpse) answer {
	return exactly(newLookup(a, k, g))
}

// literalEnds gives the texts a pattern begins and ends with.
func literalEnds(parts []query.Glob) (begin, end string) {
	if len(parts) == 0 {
		return "", ""
	}
	return parts[0].Text, parts[len(parts)-1].Text
}

func isBeginOnly(parts []query.Glob) bool { return len(parts) == 2 && parts[1].Any }

func isEndOnly(parts []query.Glob) bool { return len(parts) == 2 && parts[0].Any }

// words asks for the words of texts.
func (a asker) words() answer {
	switch n := a.leaf.(type) {
	case *query.Term:
		return a.allWords(query.Tokens(n.Value))
	case *query.Phrase:
		return a.phrase(query.Tokens(n.Text), n.Slop)
	case *query.Wildcard:
		return a.wordGlob(query.ParseGlob(strings.ToLower(n.Pattern)))
	case *query.Regexp:
		return a.each(kindWord, regexpGlimpse(n.Pattern, true))
	}
	return a.each(kindWord, glimpse{})
}

func (a asker) word(text string) string { return newTerm(a.field, kindWord, text) }

// allWords asks for words anywhere in the field.
func (a asker) allWords(words []string) answer {
	if len(words) == 0 {
		return no()
	}
	plans := make([]plan, len(words))
	for i, word := range words {
		plans[i] = oneTerm(a.word(word))
	}
	return exactly(allOf(plans...))
}

// phrase asks for words that follow each other, or with slop nearly. Where slop could
// reach from one value into the next, they only have to be there, for the index to
// find and the query to judge.
func (a asker) phrase(words []string, slop int) answer {
	if len(words) == 0 {
		return no()
	}
	if slop+len(words) >= valueGap {
		return atLeastThese(a.allWords(words).plan)
	}
	terms := make([]string, len(words))
	for i, word := range words {
		terms[i] = a.word(word)
	}
	return exactly(newPhrase(terms, slop))
}

// wordGlob asks for one word, if it can by its beginning.
func (a asker) wordGlob(parts []query.Glob) answer {
	begin, _ := literalEnds(parts)
	switch {
	case len(parts) == 1 && begin != "":
		return exactly(oneTerm(a.word(begin)))
	case isBeginOnly(parts) && begin != "" && len(begin) <= maxPrefix:
		return exactly(a.prefix(kindWord, begin))
	}
	return a.each(kindWord, globGlimpse(parts))
}

// ordered asks for values between two ends.
func (a asker) ordered(t query.Type) answer {
	from, to, ok := query.Bounds(a.leaf)
	if !ok {
		return no()
	}
	switch t {
	case query.TypeIP:
		return a.between(kindAddress, readInterval(from, to, 16, readAddress))
	case query.TypeDate:
		return a.between(kindMoment, readInterval(from, to, 12, a.readMoment))
	}
	return a.between(kindNumber, readInterval(from, to, 8, readNumber))
}

func (a asker) between(k kind, i interval) answer {
	switch {
	case i.low > i.high:
		return no()
	case i.low == i.high:
		return exactly(a.term(k, trim(i.low)))
	}
	return exactly(span{low: newTerm(a.field, k, trim(i.low)), high: newTerm(a.field, k, trim(i.high)) + "\x00"})
}

func readNumber(text string) (first, last string, ok bool) {
	n, ok := query.Number(text)
	return encodeNumber(n), encodeNumber(n), ok
}

func readAddress(text string) (first, last string, ok bool) {
	low, high, ok := query.Addrs(text)
	if !ok {
		low, high = netip.IPv6Unspecified(), netip.IPv6Unspecified()
	}
	return encodeAddress(low), encodeAddress(high), ok
}

func (a asker) readMoment(text string) (first, last string, ok bool) {
	low, high, err := query.Dates(text, a.now)
	return encodeMoment(low), encodeMoment(high), err == nil
}
