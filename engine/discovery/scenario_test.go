package discovery_test

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

const (
	ms  = time.Millisecond
	sec = time.Second
)

// scenario is a network, what is scanned of it, and what it may cost.
type scenario struct {
	prefix string
	ports  engine.Ports
	host   func(netip.Addr) wiretest.Host
	wire   wiretest.Config
	seed   uint64

	recall   float64 // at least
	attempts float64 // for each place, at most
	within   time.Duration
}

// ordinal is the last sixteen bits of an address.
func ordinal(a netip.Addr) int {
	b := a.As4()
	return int(b[2])<<8 | int(b[3])
}

// some gives eight open ports out of 1 … most, others for each address.
func some(a netip.Addr, most int) []uint16 {
	var open []uint16
	for i := range 8 {
		open = append(open, uint16((ordinal(a)*31+i*most/8)%most+1))
	}
	slices.Sort(open)
	return slices.Compact(open)
}

// everyTenth gives a tenth of the ports.
func everyTenth(most int) (open []uint16) {
	for port := 10; port <= most; port += 10 {
		open = append(open, uint16(port))
	}
	return open
}

func (s scenario) space(tb testing.TB) *space.Space {
	tb.Helper()
	ranges, err := s.ports.Ranges()
	if err != nil {
		tb.Fatal(err)
	}
	places, err := space.New([]netip.Prefix{netip.MustParsePrefix(s.prefix)}, ranges, engine.Scope{}, s.seed)
	if err != nil {
		tb.Fatal(err)
	}
	return places
}

// outcome is what a run found and what it cost.
type outcome struct {
	found  map[netip.AddrPort]int
	all    map[netip.Addr]int // hosts told to be all open
	up     map[netip.Addr]int
	state  discovery.State
	err    error
	took   time.Duration
	wire   *wiretest.Wire
	report discovery.Progress
}

// run scans the scenario. change may set more of the Config, or nothing.
func (s scenario) run(ctx context.Context, tb testing.TB, change func(*discovery.Config)) outcome {
	tb.Helper()
	o := outcome{found: map[netip.AddrPort]int{}, all: map[netip.Addr]int{}, up: map[netip.Addr]int{}}
	o.wire = wiretest.New(wiretest.NewNetwork(s.seed, s.host), s.wire)
	c := discovery.Config{
		Space: s.space(tb), Wire: o.wire,
		Found: func(f discovery.Found) {
			if f.AllOpen {
				o.all[f.Place.Addr()]++
				return
			}
			o.found[f.Place]++
		},
		Up:       func(a netip.Addr) { o.up[a]++ },
		Progress: func(p discovery.Progress) { o.report = p },
	}
	if change != nil {
		change(&c)
	}
	began := o.wire.Now()
	o.state, o.err = discovery.Run(ctx, c)
	o.took = o.wire.Now().Sub(began)
	return o
}

// truth gives the places that must be found, and whether a place may be.
func (s scenario) truth(tb testing.TB) map[netip.AddrPort]bool {
	tb.Helper()
	open := map[netip.AddrPort]bool{}
	for _, place := range s.space(tb).All() {
		if s.host(place.Addr()).Accepts(place.Port()) {
			open[place] = true
		}
	}
	return open
}

func (s scenario) check(t *testing.T) {
	t.Helper()
	o := s.run(t.Context(), t, nil)
	if o.err != nil {
		t.Fatal(o.err)
	}
	truth, places := s.truth(t), s.space(t).Len()
	missed := 0
	for place := range truth {
		if o.found[place] == 0 && o.all[place.Addr()] == 0 {
			missed++
		}
	}
	for place, times := range o.found {
		if !truth[place] || times > 1 {
			t.Errorf("%s found %d times, open %v", place, times, truth[place])
		}
	}
	recall := 1.0
	if len(truth) > 0 {
		recall = 1 - float64(missed)/float64(len(truth))
	}
	each := float64(o.wire.Attempts()) / float64(places)
	t.Logf("recall %.5f of %d, %.2f attempts for each of %d places, %s", recall, len(truth), each, places, o.took)
	if recall < s.recall {
		t.Errorf("recall %.5f, want %.5f", recall, s.recall)
	}
	if each > s.attempts || o.took > s.within {
		t.Errorf("%.2f attempts for each place and %s, want at most %.2f and %s", each, o.took, s.attempts, s.within)
	}
	if o.state.Next != places || len(o.state.Pending) > 0 || o.wire.Held() > 0 {
		t.Errorf("left %+v and %d attempts not released", o.state, o.wire.Held())
	}
	if o.report.Done != places || o.report.Sent < o.wire.Attempts() {
		t.Errorf("progress %+v of %d places", o.report, places)
	}
}

// scenarios are those of the table in the performance guide, and more.
func scenarios() map[string]scenario {
	return map[string]scenario{
		"closed": {
			prefix: "10.0.0.0/22", ports: "1-200", recall: 1, attempts: 1.001, within: 700 * ms,
			host: func(a netip.Addr) wiretest.Host { return wiretest.Host{RTT: ms / 5, Open: some(a, 200)} },
		},
		"half dropping": {
			prefix: "10.0.0.0/24", ports: "1-256", recall: 1, attempts: 1.6, within: 1000 * ms,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: ms / 5, Open: some(a, 256), Dead: ordinal(a)%2 == 0}
			},
		},
		"all dropped": {
			prefix: "10.0.0.0/25", ports: "1-100", recall: 1, attempts: 2.1, within: 1800 * ms,
			host: func(netip.Addr) wiretest.Host { return wiretest.Host{Dead: true} },
		},
		"20 ms": {
			prefix: "10.0.0.0/24", ports: "1-256", recall: 1, attempts: 1.01, within: 500 * ms,
			host: func(a netip.Addr) wiretest.Host { return wiretest.Host{RTT: 20 * ms, Open: some(a, 256)} },
		},
		"50 ms, 3 % loss each way": {
			prefix: "10.0.0.0/24", ports: "1-256", recall: 0.999, attempts: 1.2, within: 2 * sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 50 * ms, Loss: 0.03, Open: some(a, 256)}
			},
		},
		"100 SYN/s": {
			prefix: "10.0.0.0/28", ports: "1-1000", recall: 1, attempts: 3.6, within: 10 * sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 20 * ms, Rate: 100, Burst: 100, Open: some(a, 1000)}
			},
		},
		"100 SYN in each second": {
			prefix: "10.0.0.0/28", ports: "1-1000", recall: 1, attempts: 3.6, within: 11 * sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 5 * ms, Rate: 100, Window: sec, Open: some(a, 1000)}
			},
		},
		"100 SYN/s, short burst": {
			prefix: "10.0.0.0/28", ports: "1-1000", recall: 1, attempts: 3.6, within: 20 * sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 5 * ms, Rate: 100, Burst: 1, Open: some(a, 1000)}
			},
		},
		"100 SYN/s, closed ports silent": {
			prefix: "10.0.0.0/28", ports: "1-1000", recall: 0.9, attempts: 16, within: 180 * sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 20 * ms, Rate: 100, Silent: true, Open: everyTenth(1000)}
			},
		},
		"one in eight at most 100 SYN/s": {
			prefix: "10.0.0.0/24", ports: "1-256", recall: 1, attempts: 1.5, within: 4 * sec,
			host: func(a netip.Addr) wiretest.Host {
				h := wiretest.Host{RTT: 20 * ms, Open: some(a, 256)}
				if ordinal(a)%8 == 0 {
					h.Rate = 100
				}
				return h
			},
		},
		"20 SYN/s and few ports": {
			prefix: "10.0.0.0/26", ports: "1-40", recall: 1, attempts: 10, within: 5 * sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 20 * ms, Rate: 20, Burst: 1, Open: some(a, 40)}
			},
		},
		"80 ms, closed ports silent": {
			prefix: "10.0.0.0/26", ports: "1-1000", recall: 1, attempts: 3.6, within: 2 * sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 80 * ms, Silent: true, Open: some(a, 1000)}
			},
		},
		"80 ms, closed ports silent, 3 % loss each way": {
			prefix: "10.0.0.0/26", ports: "1-1000", recall: 0.999, attempts: 5, within: 3 * sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 80 * ms, Silent: true, Loss: 0.03, Open: some(a, 1000)}
			},
		},
		"one host in sixteen": {
			prefix: "10.0.0.0/20", ports: "1-20", recall: 1, attempts: 2.1, within: 1500 * ms,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 10 * ms, Open: some(a, 20), Dead: ordinal(a)%16 != 3}
			},
		},
		"jitter and duplicates": {
			prefix: "10.0.0.0/24", ports: "1-100", recall: 1, attempts: 1.5, within: 1500 * ms,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: ms, Jitter: 200 * ms, Duplicate: 0.2, Open: some(a, 100)}
			},
		},
		"all open": {
			prefix: "10.0.0.0/26", ports: "1-4096", recall: 1, attempts: 0.6, within: sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: ms, AllOpen: ordinal(a)%2 == 0, Open: some(a, 4096)}
			},
		},
		"unreachable": {
			prefix: "10.0.0.0/24", ports: "1-100", recall: 1, attempts: 1.01, within: sec,
			host: func(netip.Addr) wiretest.Host { return wiretest.Host{RTT: 30 * ms, Unreachable: true} },
		},
		"far hosts among near ones": {
			prefix: "10.0.0.0/24", ports: "1-50", recall: 1, attempts: 3, within: 6 * sec,
			host: func(a netip.Addr) wiretest.Host {
				h := wiretest.Host{RTT: ms, Open: some(a, 50)}
				if ordinal(a)%16 == 0 {
					h.RTT = 550 * ms
				}
				return h
			},
		},
		"own way out of 20,000 packets a second": {
			prefix: "10.0.0.0/24", ports: "1-256", recall: 1, attempts: 4, within: 12 * sec,
			wire: wiretest.Config{Uplink: 20_000},
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 20 * ms, Open: some(a, 256), Dead: ordinal(a)%4 == 0}
			},
		},
		"every port of one host": {
			prefix: "10.0.0.1/32", ports: "all", recall: 1, attempts: 1.1, within: 2 * sec,
			host: func(a netip.Addr) wiretest.Host { return wiretest.Host{RTT: 5 * ms, Open: some(a, 65_000)} },
		},
		"one port of many hosts": {
			prefix: "10.0.0.0/16", ports: "443", recall: 0.999, attempts: 3.1, within: 6 * sec,
			host: func(a netip.Addr) wiretest.Host {
				return wiretest.Host{RTT: 40 * ms, Loss: 0.03, Open: []uint16{443}, Dead: ordinal(a)%8 != 0}
			},
		},
	}
}

func TestScenarios(t *testing.T) {
	for name, s := range scenarios() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.seed = 1
			s.check(t)
		})
	}
}

// TestScenariosWhenConnecting is the same over a wire that holds few attempts and
// hears nothing of those that were released.
func TestScenariosWhenConnecting(t *testing.T) {
	for name, s := range scenarios() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.seed = 5
			s.wire.Holds, s.wire.Capacity, s.wire.Cost = true, 16_000, 10*time.Microsecond
			s.within += s.within + 2*sec
			s.check(t)
		})
	}
}
