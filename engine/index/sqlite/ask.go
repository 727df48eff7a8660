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
		return exactly(anyOf(a.token(kindHere, ""), a.token(kindBelow, "")))
	}
	if t, ok := query.Mapped(a.path); ok {
		return a.typed(t)
	}
	return a.typed(query.Fields(a.path)).or(a.ordered(query.TypeFloat)).or(a.flags())
}

// exactForm asks for what field.keyword finds, and perhaps a little more.
func (a asker) exactForm() answer {
	if _, ok := a.leaf.(*query.Exists); ok {
		return exactly(a.token(kindHere, ""))
	}
	return a.whole().or(a.ordered(query.TypeFloat)).or(a.flags())
}

func (a asker) typed(t query.Type) answer {
	switch t {
	case query.TypeText:
		return a.words()
	case query.TypeKeyword, query.TypeBoolean:
		return a.whole()
	case query.TypeBinary, query.TypeObject:
		return no()
	case query.TypeVersion:
		if _, _, ok := query.Bounds(a.leaf); ok {
			return a.anyValue()
		}
		return a.whole()
	}
	return a.ordered(t)
}

// token finds documents by a whole token of the field, prefix by its beginning.
func (a asker) token(k kind, value string) plan {
	return oneToken(tokenTable, newToken(a.field, k, value))
}

func (a asker) prefix(k kind, value string) plan {
	return tokenPrefix(tokenTable, newToken(a.field, k, value))
}

// anyValue is the answer to what the index cannot tell: every document that has
// the field.
func (a asker) anyValue() answer { return atLeastThese(a.token(kindHere, "")) }

// flags asks for JSON's true and false.
func (a asker) flags() answer {
	found := no()
	for _, flag := range []bool{true, false} {
		text, _ := plainText(flag)
		alone := query.Query{Root: a.leaf}
		if alone.MatchAt(map[string]any{a.path: flag}, a.now) {
			found = found.or(exactly(a.token(kindBoolean, text)))
		}
	}
	return found
}

// whole asks for values by their whole text.
func (a asker) whole() answer {
	switch n := a.leaf.(type) {
	case *query.Term:
		return exactly(a.token(kindExact, encode(n.Value)))
	case *query.Phrase:
		return exactly(a.token(kindExact, encode(n.Text)))
	case *query.Wildcard:
		return a.wholeGlob(n.Parts())
	}
	return a.anyValue()
}

// wholeGlob asks for the beginning, and where it is known backwards the end, of a
// pattern. Only x* and *x say no more than that.
func (a asker) wholeGlob(parts []query.Glob) answer {
	begin, end := literalEnds(parts)
	if len(parts) == 1 && begin != "" {
		return exactly(a.token(kindExact, encode(begin)))
	}
	found := a.anyValue()
	found.exact = len(parts) == 1 && parts[0].Any // the beginning and the end are all there is to it
	if begin != "" {
		encoded, isWhole := encodePrefix(begin)
		found = answer{a.prefix(kindExact, encoded), isWhole && isBeginOnly(parts)}
	}
	if end != "" && isHostLike(a.path) {
		encoded, isWhole := encodePrefix(reverse(end))
		back := answer{a.prefix(kindReversed, encoded), isWhole && isEndOnly(parts)}
		if begin == "" {
			return back
		}
		return found.and(back)
	}
	return found
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
	}
	return a.anyValue()
}

func (a asker) word(text string) string { return newToken(a.field, kindWord, encode(text)) }

// allWords asks for words anywhere in the field.
func (a asker) allWords(words []string) answer {
	if len(words) == 0 {
		return no()
	}
	plans := make([]plan, len(words))
	for i, word := range words {
		plans[i] = oneToken(proseTable, a.word(word))
	}
	return exactly(allOf(plans...))
}

// phrase asks for words that follow each other. With slop they only have to be
// there, for the index to find and the query to judge.
func (a asker) phrase(words []string, slop int) answer {
	if slop > 0 && len(words) > 1 {
		return atLeastThese(a.allWords(words).plan)
	}
	if len(words) == 0 {
		return no()
	}
	tokens := make([]string, len(words))
	for i, word := range words {
		tokens[i] = a.word(word)
	}
	return exactly(phrase(tokens))
}

// wordGlob asks for one word by its beginning.
func (a asker) wordGlob(parts []query.Glob) answer {
	begin, _ := literalEnds(parts)
	if begin == "" {
		return a.anyValue()
	}
	if len(parts) == 1 {
		return exactly(oneToken(proseTable, a.word(begin)))
	}
	encoded, isWhole := encodePrefix(begin)
	return answer{tokenPrefix(proseTable, newToken(a.field, kindWord, encoded)), isWhole && isBeginOnly(parts)}
}

// ordered asks for values between two ends.
func (a asker) ordered(t query.Type) answer {
	from, to, ok := query.Bounds(a.leaf)
	if !ok {
		return no()
	}
	switch t {
	case query.TypeIP:
		return a.between(kindAddress, readInterval(from, to, 32, readAddress))
	case query.TypeDate:
		return a.between(kindMoment, readInterval(from, to, 24, a.readMoment))
	}
	return a.between(kindNumber, readInterval(from, to, 16, readNumber))
}

func (a asker) between(k kind, i interval) answer {
	plans := []plan{}
	for _, beginning := range i.prefixes() {
		if len(beginning) == len(i.low) {
			plans = append(plans, a.token(k, beginning))
			continue
		}
		plans = append(plans, a.prefix(k, beginning))
	}
	return exactly(anyOf(plans...))
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
