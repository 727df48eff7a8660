package wire_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// TestSYN tells open from closed, of both families.
func TestSYN(t *testing.T) {
	l := newLab(t)
	l.listen(80)
	w := newSYN(t, wire.Config{})
	want := map[string]wire.Kind{
		"10.99.4.7:80": wire.Open, "10.99.7.255:80": wire.Open, "10.99.4.7:81": wire.Closed,
		"[fd99:0:0:4::7]:80": wire.Open, "[fd99:0:0:4::7]:81": wire.Closed,
	}
	for place := range want {
		if err := w.Send(wire.Attempt{Place: netip.MustParseAddrPort(place), Try: 3}); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range answers(t, w, len(want)) {
		if want[a.Place.String()] != a.Kind || a.Try != 3 {
			t.Errorf("%v", a)
		}
		if age := time.Since(a.At); age < 0 || age > 4*time.Second {
			t.Errorf("%v came %v ago", a.Place, age)
		}
	}
}

func newSYN(tb testing.TB, c wire.Config) wire.Wire {
	tb.Helper()
	w, err := wire.NewSYN(c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := w.Close(); err != nil {
			tb.Error(err)
		}
	})
	return w
}

// BenchmarkSYN is the cost of a probe of a closed port on 1,024 hosts, with a fixed
// window and without any control.
func BenchmarkSYN(b *testing.B) {
	for name, first := range map[string]string{"IPv4": "10.99.4.0", "IPv6": "fd99:0:0:4::"} {
		b.Run(name, func(b *testing.B) {
			newLab(b)
			w := newSYN(b, wire.Config{})
			ask(b, w, map[string]wire.Kind{nth(netip.MustParseAddr(first), 0).String(): wire.Closed}) // the router is known now
			out, heard := 0, 0
			b.ResetTimer()
			for sent := 0; heard < b.N; {
				for ; sent < b.N && out < 4096; sent, out = sent+1, out+1 {
					if err := w.Send(wire.Attempt{Place: nth(netip.MustParseAddr(first), sent)}); err != nil {
						b.Fatal(err)
					}
				}
				before := heard
				if err := w.Receive(b.Context(), time.Now().Add(2*time.Second), func(wire.Answer) { heard, out = heard+1, out-1 }); err != nil {
					b.Fatal(err)
				}
				if heard == before {
					b.Fatalf("%d answers are missing", out)
				}
			}
		})
	}
}

// nth is the same port of each of 1,024 hosts in turn, then the next port.
func nth(first netip.Addr, n int) netip.AddrPort {
	b := first.AsSlice()
	b[len(b)-2] += byte(n >> 8 & 3)
	b[len(b)-1] = byte(n)
	addr, _ := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(addr, uint16(1+n>>10))
}
