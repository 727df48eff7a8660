package space_test

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
)

// TestHostsAreTheOrder wants every view of the space to say the same.
func TestHostsAreTheOrder(t *testing.T) {
	s := build(t, engine.Scope{Exclude: prefixes("192.0.2.9/32")}, 3, "22,80-90,443", "192.0.2.0/28", "2001:db8::/126")
	for _, part := range []*space.Space{s, s.Shard(1, 3), s.Shard(17, 50), s.Shard(2, 7).Shard(0, 2)} {
		next := uint64(0)
		for n := range part.Hosts() {
			h := part.Host(n)
			if h.First != next {
				t.Fatalf("host %d begins at %d, the one before ended at %d", n, h.First, next)
			}
			next += uint64(h.Places)
			checkHost(t, part, n, h)
		}
		if next != part.Len() {
			t.Errorf("the hosts have %d places, the space %d", next, part.Len())
		}
	}
}

func checkHost(t *testing.T, s *space.Space, n uint64, h space.Host) {
	t.Helper()
	for i := range h.Places {
		port := s.Port(h, i)
		place, ok := s.At(h.First + uint64(i))
		if ok == h.Forbidden || ok && place != netip.AddrPortFrom(h.Addr, port) {
			t.Errorf("host %d place %d: %s %v, host says %s port %d", n, i, place, ok, h.Addr, port)
		}
		if back, ok := s.Position(h, port); !ok || back != i {
			t.Errorf("port %d is at %d, Position says %d %v", port, i, back, ok)
		}
		if s.HostOf(h.First+uint64(i)) != n || s.Contains(netip.AddrPortFrom(h.Addr, port)) == h.Forbidden {
			t.Errorf("place %d of host %d belongs to another, or not to the space", i, n)
		}
	}
	if _, ok := s.Position(h, 81+100); ok {
		t.Error("a port that is not in the space has a position")
	}
}

// TestShards wants shards that share nothing and leave nothing out.
func TestShards(t *testing.T) {
	for _, ports := range []engine.Ports{"80", "1-7", "1-1000"} {
		for _, list := range [][]string{{"192.0.2.1/32"}, {"192.0.2.0/27", "2001:db8::/127"}, nil} {
			for _, n := range []uint64{1, 2, 3, 7, 64} {
				t.Run(fmt.Sprint(ports, list, n), func(t *testing.T) {
					s := build(t, engine.Scope{}, 5, ports, list...)
					testShards(t, s, n)
				})
			}
		}
	}
}

func testShards(t *testing.T, s *space.Space, n uint64) {
	t.Helper()
	seen := map[netip.AddrPort]uint64{}
	least, most := s.Len(), uint64(0)
	for i := range n {
		part := s.Shard(i, n)
		least, most = min(least, part.Len()), max(most, part.Len())
		for index, place := range part.All() {
			if other, ok := seen[place]; ok {
				t.Fatalf("%s is in shard %d and %d", place, other, i)
			}
			seen[place] = i
			if !part.Contains(place) || index >= part.Len() || (n > 1 && s.Shard((i+1)%n, n).Contains(place)) {
				t.Fatalf("%s at %d: shards do not agree on whose it is", place, index)
			}
		}
	}
	if uint64(len(seen)) != s.Len() {
		t.Errorf("%d of %d places", len(seen), s.Len())
	}
	if s.Hosts() > 0 && most-least > s.Len()/s.Hosts() {
		t.Errorf("shards have from %d to %d places", least, most)
	}
}

// TestLargeSpaceIsFree: a /12 × 100 ports is made and asked in no time and memory.
func TestLargeSpaceIsFree(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	s := build(t, engine.Scope{}, 1, "1-100", "10.0.0.0/12")
	for i := uint64(0); i < s.Len(); i += s.Len() / 1000 {
		if _, ok := s.At(i); !ok {
			t.Fatal("a place is missing")
		}
	}
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("%d bytes allocated", grown)
	}
	if s.Len() != 1<<20*100 || took > time.Second {
		t.Errorf("%d places, %s", s.Len(), took)
	}
}
