package sqlite

import (
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Numbers, dates and addresses are written in a fixed number of bytes that sort as
// the values do, so a range of values is a range of terms.

// interval is the texts from low to high, both included. Both have the same
// number of bytes. It is empty when low is above high.
type interval struct {
	low, high string
}

// readInterval gives the interval between two bounds, nil being an open end. A
// bound may denote an interval itself, such as a day or a network: above it means
// behind its last value. It is empty when a bound cannot be read.
func readInterval(from, to *query.Bound, size int, read func(string) (first, last string, ok bool)) interval {
	empty := interval{low: "\xff", high: ""}
	whole := interval{low: strings.Repeat("\x00", size), high: strings.Repeat("\xff", size)}
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
	at := trimHigh(text)
	if at == "" {
		return ""
	}
	last := len(at) - 1
	return at[:last] + string([]byte{at[last] + 1}) + strings.Repeat("\x00", len(text)-len(at))
}

// previous gives the text before, "" before the first one.
func previous(text string) string {
	at := strings.TrimRight(text, "\x00")
	if at == "" {
		return ""
	}
	last := len(at) - 1
	return at[:last] + string([]byte{at[last] - 1}) + strings.Repeat("\xff", len(text)-len(at))
}

// trimHigh leaves out the bytes of 255 at the end.
func trimHigh(text string) string {
	for text != "" && text[len(text)-1] == 0xff {
		text = text[:len(text)-1]
	}
	return text
}
