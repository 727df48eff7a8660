package peer

import (
	"net/netip"
	"time"

	"github.com/blevesearch/bleve/v2"
	bq "github.com/blevesearch/bleve/v2/search/query"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// ordered asks values that are compared by what they denote; nil for a leaf
// that makes no sense of them.
func ordered(n query.Node, name, kind string) bq.Query {
	from, to, ok := query.Bounds(n)
	if !ok {
		return nil
	}
	switch kind {
	case number, date:
		return numbers(from, to, name, kind)
	case address:
		if n, ok := n.(*query.CIDR); ok {
			return named(bleve.NewIPRangeQuery(n.Prefix.String()), name)
		}
		return addresses(from, to, name)
	}
	return versions(from, to, name)
}

// numbers asks an interval of numbers or dates; nil if a bound cannot be read.
func numbers(from, to *query.Bound, name, kind string) bq.Query {
	var ends [2]*float64
	included := [2]bool{true, true}
	for i, b := range []*query.Bound{from, to} {
		if b == nil {
			continue
		}
		first, last, ok := numberOrDate(b.Value, kind)
		if !ok {
			return nil
		}
		ends[i], included[i] = pick(b.Inclusive == (i == 0), &first, &last), b.Inclusive
	}
	return named(bleve.NewNumericRangeInclusiveQuery(ends[0], ends[1], &included[0], &included[1]), name)
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

func numberOrDate(text, kind string) (first, last float64, ok bool) {
	if kind == number {
		n, ok := query.Number(text)
		return n, n, ok
	}
	from, to, err := query.Dates(text, time.Time{})
	return float64(from.UnixMilli()), float64(to.UnixMilli()), err == nil
}

func addresses(from, to *query.Bound, name string) bq.Query {
	var ends [2]*query.Bound
	for i, b := range []*query.Bound{from, to} {
		if b == nil {
			continue
		}
		first, last, ok := query.Addrs(b.Value)
		if !ok {
			return nil
		}
		addr := pick(b.Inclusive == (i == 0), first, last)
		ends[i] = &query.Bound{Value: bytesOf(addr), Inclusive: b.Inclusive}
	}
	return between(ends[0], ends[1], name)
}

func bytesOf(addr netip.Addr) string {
	as16 := addr.As16()
	return string(as16[:])
}

func versions(from, to *query.Bound, name string) bq.Query {
	var ends [2]*query.Bound
	for i, b := range []*query.Bound{from, to} {
		if b == nil {
			continue
		}
		if b.Value == "" {
			return nil
		}
		ends[i] = &query.Bound{Value: query.VersionKey(b.Value), Inclusive: b.Inclusive}
	}
	return between(ends[0], ends[1], name)
}
