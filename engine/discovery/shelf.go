package discovery

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// shelf keeps attempts that were given up but are not released, oldest first: a
// late answer to one of them still counts, and in connect mode it can be heard only
// as long as the socket is there. They make room when others need it.
type shelf struct {
	items []shelved // a ring, its length a power of two
	first int
	count int // in the ring
	size  int // not released
}

type shelved struct {
	host       *host
	generation uint32
	place      uint16
	try        uint8
	until      tick
}

// shelfTime is how old an attempt becomes on the shelf: short of a second, for
// then our own system would send it again by itself (RFC 6298 section 2.1), which
// no limit would know of.
const shelfTime = tick(950 * time.Millisecond)

func (s *shelf) put(item shelved) {
	if s.count == len(s.items) {
		grown := make([]shelved, max(1024, 2*len(s.items)))
		for i := range s.count {
			grown[i] = s.items[(s.first+i)&(len(s.items)-1)]
		}
		s.items, s.first = grown, 0
	}
	s.items[(s.first+s.count)&(len(s.items)-1)] = item
	s.count++
	s.size++
	item.host.places[item.place].held |= 1 << item.try
}

// clear releases what has become too old.
func (s *shelf) clear(r *run, now tick) {
	for s.count > 0 && (s.items[s.first].until <= now || !s.items[s.first].isHeld()) {
		s.pop(r)
	}
}

// drop releases one attempt, if there is one.
func (s *shelf) drop(r *run) bool {
	for before := s.size; s.count > 0; {
		s.pop(r)
		if s.size < before {
			return true
		}
	}
	return false
}

func (s *shelf) pop(r *run) {
	item := s.items[s.first]
	s.items[s.first].host = nil
	s.first = (s.first + 1) & (len(s.items) - 1)
	s.count--
	if item.isHeld() {
		s.release(r, item.host, int(item.place), item.try)
	}
}

func (i shelved) isHeld() bool {
	return i.host.generation == i.generation && i.host.places[i.place].held&(1<<i.try) != 0
}

func (s *shelf) release(r *run, h *host, place int, try uint8) {
	h.places[place].held &^= 1 << try
	s.size--
	r.c.Wire.Release(wire.Attempt{Place: r.address(h, place), Try: try})
}
