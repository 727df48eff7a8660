package sqlite

import (
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Numbers, dates and addresses are written in a fixed number of hex digits that
// sort as the values do, so a range of values is a range of tokens.

const hexDigits = "0123456789abcdef"

// interval is the texts from low to high, both included. Both have the same
// number of lower-case hex digits. It is empty when low is above high.
type interval struct {
	low, high string
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
