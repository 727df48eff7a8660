package query

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// Bounds gives the interval that a leaf asks for in an ordered type (see
// [Type.Ordered]), and false for leaves that no ordered type can answer. Nil is
// an open end. A bound may denote an interval itself: a day, a network.
func Bounds(n Node) (from, to *Bound, ok bool) {
	switch n := n.(type) {
	case *Term:
		b := &Bound{Value: n.Value, Inclusive: true}
		return b, b, true
	case *Phrase:
		b := &Bound{Value: n.Text, Inclusive: true}
		return b, b, true
	case *CIDR:
		b := &Bound{Value: n.Prefix.String(), Inclusive: true}
		return b, b, true
	case *Range:
		return n.From, n.To, true
	}
	return nil, nil, false
}

// interval is a pair of bounds as read by one type. An interval with a bound
// the type cannot read holds nothing.
type interval[T any] struct {
	from, to *end[T]
	valid    bool
}

// end is a bound that denotes everything from first to last.
type end[T any] struct {
	first, last T
	inclusive   bool
}

func newInterval[T any](from, to *Bound, read func(string) (first, last T, ok bool)) interval[T] {
	i := interval[T]{valid: true}
	for _, side := range []struct {
		bound *Bound
		end   **end[T]
	}{{from, &i.from}, {to, &i.to}} {
		if side.bound == nil {
			continue
		}
		first, last, ok := read(side.bound.Value)
		*side.end = &end[T]{first, last, side.bound.Inclusive}
		i.valid = i.valid && ok
	}
	return i
}

func (i interval[T]) contains(v T, compare func(a, b T) int) bool {
	return i.valid && i.from.below(v, compare) && i.to.above(v, compare)
}

// below says whether v is at or after a lower bound.
func (e *end[T]) below(v T, compare func(a, b T) int) bool {
	if e == nil {
		return true
	}
	if e.inclusive {
		return compare(v, e.first) >= 0
	}
	return compare(v, e.last) > 0
}

// above says whether v is at or before an upper bound.
func (e *end[T]) above(v T, compare func(a, b T) int) bool {
	if e == nil {
		return true
	}
	if e.inclusive {
		return compare(v, e.last) <= 0
	}
	return compare(v, e.first) < 0
}

// span is an interval as each ordered type reads it. Dates wait for a now.
type span struct {
	from, to *Bound
	numbers  interval[float64]
	addrs    interval[netip.Addr]
	versions interval[string]
}

// newSpan reads the bounds as the type of a field reads them; as each type does
// where field is "", a pattern, or one that the mapping does not know.
func newSpan(field string, from, to *Bound) *span {
	t, mapped := Mapped(field)
	reads := func(types ...Type) bool { return !mapped || slices.Contains(types, t) }
	s := &span{from: from, to: to}
	if reads(TypeInteger, TypeFloat) {
		s.numbers = newInterval(from, to, single(Number))
	}
	if reads(TypeIP) {
		s.addrs = newInterval(from, to, Addrs)
	}
	if reads(TypeVersion) {
		s.versions = newInterval(from, to, single(versionKeyOf))
	}
	return s
}

// single makes a reader of values that denote only themselves.
func single[T any](read func(string) (T, bool)) func(string) (T, T, bool) {
	return func(text string) (T, T, bool) {
		v, ok := read(text)
		return v, v, ok
	}
}

func versionKeyOf(text string) (string, bool) { return VersionKey(text), text != "" }

// contains reads a value of a document by its type.
func (s *span) contains(t Type, value any, now time.Time) bool {
	switch t {
	case TypeInteger, TypeFloat:
		n, ok := numberOf(value)
		return ok && s.numbers.contains(n, cmp.Compare)
	case TypeIP:
		text, _ := textOf(value)
		addr, ok := parseAddr(text)
		return ok && s.addrs.contains(addr, compareAddrs)
	case TypeVersion:
		text, ok := textOf(value)
		return ok && text != "" && s.versions.contains(VersionKey(text), cmp.Compare)
	case TypeDate:
		at, ok := instantOf(value)
		return ok && s.dates(now).contains(at, time.Time.Compare)
	}
	return false
}

func (s *span) dates(now time.Time) interval[time.Time] {
	return newInterval(s.from, s.to, func(text string) (first, last time.Time, ok bool) {
		first, last, err := Dates(text, now)
		return first, last, err == nil
	})
}

// compareAddrs orders addresses by their 16 bytes, IPv4 as ::ffff:a.b.c.d, as
// Elasticsearch does.
func compareAddrs(a, b netip.Addr) int {
	left, right := a.As16(), b.As16()
	return slices.Compare(left[:], right[:])
}
