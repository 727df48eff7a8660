package space_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, p := range list {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}

func build(tb testing.TB, scope engine.Scope, seed uint64, ports engine.Ports, list ...string) *space.Space {
	tb.Helper()
	ranges, err := ports.Ranges()
	if err != nil {
		tb.Fatal(err)
	}
	s, err := space.New(prefixes(list...), ranges, scope, seed)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// TestEveryPlaceOnce is the bijection: each permitted address with each port, once.
func TestEveryPlaceOnce(t *testing.T) {
	tests := []struct {
		ports engine.Ports
		list  []string
		want  int
	}{
		{"80", []string{"192.0.2.1/32"}, 1},
		{"1-7", []string{"192.0.2.1/32"}, 7},
		{"22,80,8000-8100", []string{"192.0.2.0/28"}, 16 * 103},
		{"443,8443", []string{"2001:db8::/120"}, 256 * 2},
		{"1-3", []string{"2001:db8::ffff:ffff:ffff:ff00/122", "192.0.2.0/30", "198.51.100.7/32"}, (64 + 4 + 1) * 3},
		{"80", []string{"192.0.2.0/24", "192.0.2.128/25", "192.0.2.7/32", "192.0.2.7/32"}, 256},
		{"80", nil, 0},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.ports, tt.list), func(t *testing.T) {
			s := build(t, engine.Scope{}, 7, tt.ports, tt.list...)
			seen := map[netip.AddrPort]bool{}
			for _, place := range s.All() {
				if seen[place] {
					t.Fatalf("%s came twice", place)
				}
				seen[place] = true
				if !contains(tt.list, place.Addr()) {
					t.Fatalf("%s is outside %v", place, tt.list)
				}
			}
			if len(seen) != tt.want || int(s.Len()) != tt.want {
				t.Fatalf("%d places, Len %d, want %d", len(seen), s.Len(), tt.want)
			}
		})
	}
}

func contains(list []string, addr netip.Addr) bool {
	for _, p := range prefixes(list...) {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

func TestContains(t *testing.T) {
	s := build(t, engine.Scope{Exclude: prefixes("192.0.2.9/32")}, 1, "22,80-90", "192.0.2.0/28", "2001:db8::/126")
	for place, want := range map[string]bool{
		"192.0.2.1:22": true, "192.0.2.1:90": true, "[2001:db8::3]:85": true,
		"192.0.2.1:91": false, "192.0.2.16:22": false, "192.0.2.9:22": false, "[2001:db8::4]:85": false,
	} {
		if got := s.Contains(netip.MustParseAddrPort(place)); got != want {
			t.Errorf("%s: %v", place, got)
		}
	}
}

func TestScopeIsApplied(t *testing.T) {
	tests := []struct {
		name  string
		scope engine.Scope
		list  string
		want  int
	}{
		{"loopback is not in the zero scope", engine.Scope{}, "127.0.0.0/30", 0},
		{"loopback by name", engine.Scope{Allow: engine.LoopbackPrefixes()}, "127.0.0.0/30", 4},
		{"excluded", engine.Scope{Exclude: prefixes("192.0.2.64/26")}, "192.0.2.0/24", 192},
		{"exclusion wins", engine.Scope{Allow: prefixes("192.0.2.0/24"), Exclude: prefixes("192.0.2.1/32")}, "192.0.2.0/31", 1},
		{"metadata in a private range", engine.Scope{}, "100.100.100.192/28", 15},
		{"IPv6 metadata", engine.Scope{}, "fd00:ec2::254/128", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := 0
			for _, place := range build(t, tt.scope, 1, "80", tt.list).All() {
				if err := tt.scope.Permit(place.Addr()); err != nil {
					t.Errorf("gave out %s: %v", place, err)
				}
				got++
			}
			if got != tt.want {
				t.Errorf("%d places, want %d", got, tt.want)
			}
		})
	}
}

// TestOrder wants the same order from the same seed, another from another, and
// neighbours that are rarely the same host.
func TestOrder(t *testing.T) {
	list := func(seed uint64) (places []netip.AddrPort) {
		for _, p := range build(t, engine.Scope{}, seed, "1-100", "192.0.2.0/24").All() {
			places = append(places, p)
		}
		return places
	}
	a, again, b := list(1), list(1), list(2)
	same, neighbours := 0, 0
	for i := range a {
		if a[i] != again[i] {
			t.Fatal("the same seed gave another order")
		}
		if a[i] == b[i] {
			same++
		}
		if i > 0 && a[i].Addr() == a[i-1].Addr() {
			neighbours++
		}
	}
	if same > len(a)/100 {
		t.Errorf("two seeds agree on %d of %d places", same, len(a))
	}
	if neighbours > len(a)/64 { // 1 in 256 is expected
		t.Errorf("%d of %d neighbours are the same host", neighbours, len(a))
	}
}

func TestHugeSpaces(t *testing.T) {
	s := build(t, engine.Scope{}, 1, "1-1000", "2001:db8::/80")
	seen := map[netip.AddrPort]bool{}
	for _, place := range s.All() {
		if seen[place] {
			t.Fatalf("%s came twice", place)
		}
		seen[place] = true
		if len(seen) == 10_000 {
			break
		}
	}
	for _, list := range [][]string{{"2001:db8::/64"}, {"::/0"}, {"2001:db8::/76", "2001:db9::/66"}} {
		_, err := space.New(prefixes(list...), []engine.PortRange{{First: 1, Last: 65535}}, engine.Scope{}, 1)
		if engine.KindOf(err) != engine.Limit {
			t.Errorf("%v: %v, want a limit", list, err)
		}
	}
}

func FuzzBijection(f *testing.F) {
	f.Add(uint64(1), uint8(24), uint16(3))
	f.Add(uint64(99), uint8(32), uint16(1))
	f.Fuzz(func(t *testing.T, seed uint64, bits uint8, ports uint16) {
		bits, ports = 22+bits%11, ports%8+1
		p := netip.PrefixFrom(netip.MustParseAddr("203.0.112.0"), int(bits))
		s, err := space.New([]netip.Prefix{p}, []engine.PortRange{{First: 1, Last: ports}}, engine.Scope{}, seed)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[netip.AddrPort]bool{}
		for _, place := range s.All() {
			seen[place] = true
		}
		if want := (1 << (32 - bits)) * int(ports); len(seen) != want {
			t.Fatalf("%d of %d places", len(seen), want)
		}
	})
}

func BenchmarkAt(b *testing.B) {
	s := build(b, engine.Scope{}, 1, "default", "192.0.2.0/24")
	for b.Loop() {
		for i := range uint64(1000) {
			s.At(i)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/place")
}

// BenchmarkHost is what a new host costs: the permutation and the scope's verdict.
func BenchmarkHost(b *testing.B) {
	s := build(b, engine.Scope{}, 1, "80", "10.0.0.0/12")
	n := uint64(0)
	for b.Loop() {
		s.Host(n % s.Hosts())
		n++
	}
}
