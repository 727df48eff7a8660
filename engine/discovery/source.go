package discovery

import (
	"cmp"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/space"
)

// source gives the hosts of a space that have something undone: first those an
// earlier run was in the middle of, then those from Next on.
type source struct {
	space   *space.Space
	pending []Range // normal, below the first place of host next
	next    uint64  // number of the host
	hosts   uint64
}

func newSource(s *space.Space, from State) *source {
	src := &source{space: s, hosts: s.Hosts()}
	next := min(from.Next, s.Len())
	src.pending = slices.Clone(from.Pending)
	if src.next = src.hosts; next < s.Len() {
		src.next = s.HostOf(next)
		if h := s.Host(src.next); h.First < next {
			src.pending = append(src.pending, Range{next, h.First + uint64(h.Places)})
			src.next++
		}
	}
	src.pending = normal(src.pending, src.first())
	return src
}

// first is the index from which on nothing was given out.
func (s *source) first() uint64 {
	if s.next == s.hosts {
		return s.space.Len()
	}
	return s.space.Host(s.next).First
}

// normal sorts ranges, joins those that overlap or touch, and cuts what is not below end.
func normal(ranges []Range, end uint64) []Range {
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.From, b.From) })
	kept := ranges[:0]
	for _, r := range ranges {
		r.To = min(r.To, end)
		switch last := len(kept) - 1; {
		case r.From >= r.To:
		case last >= 0 && r.From <= kept[last].To:
			kept[last].To = max(kept[last].To, r.To)
		default:
			kept = append(kept, r)
		}
	}
	return kept
}

func (s *source) empty() bool { return len(s.pending) == 0 && s.next == s.hosts }

// undone is how many places there are still to be given out.
func (s *source) undone() uint64 {
	sum := s.space.Len() - s.first()
	for _, r := range s.pending {
		sum += r.To - r.From
	}
	return sum
}

// take gives the next host and what of it is to be done. There must be one.
func (s *source) take() (space.Host, []Range) {
	if len(s.pending) == 0 {
		h := s.space.Host(s.next)
		s.next++
		return h, []Range{{h.First, h.First + uint64(h.Places)}}
	}
	h := s.space.Host(s.space.HostOf(s.pending[0].From))
	end := h.First + uint64(h.Places)
	var todo []Range
	for len(s.pending) > 0 && s.pending[0].From < end {
		r := &s.pending[0]
		todo = append(todo, Range{r.From, min(r.To, end)})
		if r.To > end {
			r.From = end
			break
		}
		s.pending = s.pending[1:]
	}
	return h, todo
}
