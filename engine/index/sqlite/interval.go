package sqlite

import (
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Numbers, dates and addresses are written in a fixed number of hex digits that
// sort as the values do, so a range of values is a range of texts. FTS5 cannot
// look for a range, but for a prefix: [400 TO 499] is cut into the fewest
// prefixes that cover exactly the range. Each digit of either end gives at most
// 15, so a range of 16 digits gives at most 2*15*15 = 450 prefixes and usually
// about ten, because ends that people write have many zeros.

const hexDigits = "0123456789abcdef"

// interval is the texts from low to high, both included. Both have the same
// number of lower-case hex digits. It is empty when low is above high.
type interval struct {
	low, high string
}

// prefixes gives prefixes that together cover exactly the interval; a prefix of
// full length is a single value.
func (i interval) prefixes() []string {
	if i.low > i.high {
		return nil
	}
	shared := 0
	for shared < len(i.low) && i.low[shared] == i.high[shared] {
		shared++
	}
	if i.isWhole(shared) {
		return []string{i.low[:shared]}
	}
	var found []string
	found = append(found, atLeast(i.low, shared+1)...)
	found = append(found, between(i.low[:shared], digit(i.low, shared)+1, digit(i.high, shared))...)
	return append(found, atMost(i.high, shared+1)...)
}

// isWhole reports whether everything behind the first n digits is covered.
func (i interval) isWhole(n int) bool {
	return strings.Trim(i.low[n:], "0") == "" && strings.Trim(i.high[n:], "f") == ""
}

// atLeast covers the texts that share the first n digits of low and are not
// below it.
func atLeast(low string, n int) []string {
	if strings.Trim(low[n:], "0") == "" {
		return []string{low[:n]}
	}
	return append(atLeast(low, n+1), between(low[:n], digit(low, n)+1, 16)...)
}

// atMost covers the texts that share the first n digits of high and are not
// above it.
func atMost(high string, n int) []string {
	if strings.Trim(high[n:], "f") == "" {
		return []string{high[:n]}
	}
	return append(between(high[:n], 0, digit(high, n)), atMost(high, n+1)...)
}

// between gives prefix with each digit from first up to but not including end.
func between(prefix string, first, end int) []string {
	var found []string
	for d := first; d < end; d++ {
		found = append(found, prefix+hexDigits[d:d+1])
	}
	return found
}

func digit(s string, i int) int { return strings.IndexByte(hexDigits, s[i]) }

// readInterval gives the interval between two bounds, nil being an open end. A
// bound may denote an interval itself, such as a day or a network: above it means
// behind its last value. It is empty when a bound cannot be read.
func readInterval(from, to *query.Bound, digits int, read func(string) (first, last string, ok bool)) interval {
	empty := interval{low: "f", high: "0"}
	whole := interval{low: strings.Repeat("0", digits), high: strings.Repeat("f", digits)}
	if from != nil {
		first, last, ok := read(from.Value)
		whole.low = first
		if !from.Inclusive {
			whole.low = next(last)
		}
		if !ok || whole.low == "" {
			return empty
		}
	}
	if to != nil {
		first, last, ok := read(to.Value)
		whole.high = last
		if !to.Inclusive {
			whole.high = previous(first)
		}
		if !ok || whole.high == "" {
			return empty
		}
	}
	return whole
}

// next gives the text that follows, "" behind the last one.
func next(text string) string {
	at := strings.TrimRight(text, "f")
	if at == "" {
		return ""
	}
	last := len(at) - 1
	return at[:last] + hexDigits[digit(at, last)+1:][:1] + strings.Repeat("0", len(text)-len(at))
}

// previous gives the text before, "" before the first one.
func previous(text string) string {
	at := strings.TrimRight(text, "0")
	if at == "" {
		return ""
	}
	last := len(at) - 1
	return at[:last] + hexDigits[digit(at, last)-1:][:1] + strings.Repeat("f", len(text)-len(at))
}
