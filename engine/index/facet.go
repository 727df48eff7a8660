package index

import (
	"cmp"
	"slices"
	"strings"
)

// Bucket is how many documents have a value, or with several fields a value of each
// of them. A document with several values of a field is in several buckets, in each
// once; one without a value of some field is in none.
//
// A value is what the type of its field in the query language says: a number
// (float64), true or false, an address or a moment as text (RFC 3339 with
// milliseconds, in UTC), or text. The exact text of a longer text than
// query.MaxKeyword characters counts only where the field is a keyword.
type Bucket struct {
	Key   []any // one for each field: float64, bool or string
	Count int
}

// SortBuckets puts buckets in their order: count falling, then flags, numbers and
// texts rising.
func SortBuckets(buckets []Bucket) {
	slices.SortFunc(buckets, func(a, b Bucket) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return slices.CompareFunc(a.Key, b.Key, compareValues)
	})
}

func compareValues(a, b any) int {
	if rankA, rankB := rank(a), rank(b); rankA != rankB {
		return rankA - rankB
	}
	switch a := a.(type) {
	case float64:
		b, _ := b.(float64)
		return cmp.Compare(a, b)
	case string:
		b, _ := b.(string)
		return strings.Compare(a, b)
	}
	if a == b {
		return 0
	}
	if a == false {
		return -1
	}
	return 1
}

func rank(value any) int {
	switch value.(type) {
	case bool:
		return 0
	case float64:
		return 1
	}
	return 2
}
