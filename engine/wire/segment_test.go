package wire_test

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// The vectors are those of SipHash's authors (vectors.h, key 00 01 … 0f, messages
// 00 01 …): of 0, 8 and 16 bytes.
func TestSipHash(t *testing.T) {
	key := [2]uint64{0x0706050403020100, 0x0f0e0d0c0b0a0908}
	words := []uint64{0x0706050403020100, 0x0f0e0d0c0b0a0908}
	for n, want := range []uint64{0x726fdb47dd0e0e31, 0x93f5f5799a932462, 0x3f2acc7f57c29bdb} {
		if got := wire.SumWords(key, words[:n]...); got != want {
			t.Errorf("of %d words it is %#x, want %#x", n, got, want)
		}
	}
}

// TestPacketsAreWhole sums them up as a receiver does (RFC 1071 section 1).
func TestPacketsAreWhole(t *testing.T) {
	for from, to := range map[string]string{
		"192.0.2.1:61008": "198.51.100.255:65535", "[2001:db8::1]:61023": "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:1",
		"255.255.255.255:65535": "255.255.255.255:65535",
	} {
		for k := range uint64(1000) {
			p := wire.Packet([2]uint64{k, ^k}, netip.MustParseAddrPort(from), netip.MustParseAddrPort(to))
			header, addresses := 20, 12
			if p[0]>>4 == 6 {
				header, addresses = 40, 8
			}
			sum := uint32(6 + len(p) - header)
			for i := addresses; i < len(p); i += 2 {
				sum += uint32(binary.BigEndian.Uint16(p[i:]))
			}
			for sum > 0xffff {
				sum = sum>>16 + sum&0xffff
			}
			if sum != 0xffff {
				t.Fatalf("the sum of %x is %#x", p, sum)
			}
		}
	}
}

func BenchmarkPacket(b *testing.B) {
	from, to := netip.MustParseAddrPort("192.0.2.1:61008"), netip.MustParseAddrPort("198.51.100.255:65535")
	for b.Loop() {
		wire.Packet([2]uint64{1, 2}, from, to)
	}
}

func BenchmarkReader(b *testing.B) {
	r := wire.NewReader([2]uint64{}, 0xf340)
	packet := recordings(b)[1].packet
	for b.Loop() {
		if _, ok := r.IPv4(packet); !ok {
			b.Fatal("not read")
		}
	}
}
