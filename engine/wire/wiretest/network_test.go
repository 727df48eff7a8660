package wiretest_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// tally sends one SYN a millisecond to each of n ports and counts the answers.
func tally(host wiretest.Host, n int) (answers map[wire.Kind]int, longest time.Duration) {
	network := wiretest.NewNetwork(1, func(netip.Addr) wiretest.Host { return host })
	answers = map[wire.Kind]int{}
	for i := range n {
		place := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), uint16(i+1))
		for _, r := range network.SYN(start.Add(time.Duration(i)*time.Millisecond), place) {
			answers[r.Kind]++
			longest = max(longest, r.After)
		}
	}
	return answers, longest
}

func TestHosts(t *testing.T) {
	tests := []struct {
		name         string
		host         wiretest.Host
		open, closed int // of 10,000; what is left to chance may be off by a tenth
		barred       int
	}{
		{"refuses", wiretest.Host{}, 0, 10_000, 0},
		{"open", wiretest.Host{Open: []uint16{80, 443}}, 2, 9_998, 0},
		{"firewall", wiretest.Host{Open: []uint16{80, 443}, Silent: true}, 2, 0, 0},
		{"half a firewall", wiretest.Host{Open: []uint16{80}, Drops: []uint16{81, 82}}, 1, 9_997, 0},
		{"all open", wiretest.Host{AllOpen: true}, 10_000, 0, 0},
		{"dead", wiretest.Host{Dead: true, Open: []uint16{80}}, 0, 0, 0},
		{"unreachable", wiretest.Host{Unreachable: true, Open: []uint16{80}}, 0, 0, 10_000},
		{"lossy", wiretest.Host{AllOpen: true, Loss: 0.3}, 4_900, 0, 0},
		{"duplicates", wiretest.Host{AllOpen: true, Duplicate: 0.5}, 15_000, 0, 0},
		{"100 SYN/s", wiretest.Host{AllOpen: true, Rate: 100}, 1_009, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := tally(tt.host, 10_000)
			for kind, want := range map[wire.Kind]int{wire.Open: tt.open, wire.Closed: tt.closed, wire.Barred: tt.barred} {
				if difference := got[kind] - want; max(difference, -difference) > want/10 {
					t.Errorf("kind %d: %d answers, want %d", kind, got[kind], want)
				}
			}
		})
	}
}

func TestDelay(t *testing.T) {
	_, longest := tally(wiretest.Host{RTT: 20 * time.Millisecond, Jitter: 200 * time.Millisecond}, 10_000)
	if longest < 210*time.Millisecond || longest > 220*time.Millisecond {
		t.Errorf("the longest answer took %s, want nearly 220ms", longest)
	}
}
