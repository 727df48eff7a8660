package contest

import (
	"fmt"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

// Bar is what Portolan is held to in a row of a scenario. What is zero is not asked.
type Bar struct {
	Scenario string
	Entry    string
	Recall   float64 // at least; of services: named right
	Ratio    float64 // wall time at most this times that of the fastest of Against
	Against  []string
	Complete bool          // … or of every peer that finds 0.99 or more
	CPU      time.Duration // for a probe, at most
	Over     string        // … or, where that is less than this entry takes, overhead times that entry's
	Wall     time.Duration // at most
	Rate     float64       // services a second, at least
	RSS      int64         // bytes, at most
	Flat     string        // entry that it may use hardly more memory than
	AllOpen  bool          // a host open on everything is one observation
}

// String says the bar in words.
func (b Bar) String() string {
	var asks []string
	ask := func(is bool, format string, args ...any) {
		if is {
			asks = append(asks, fmt.Sprintf(format, args...))
		}
	}
	ask(b.Recall > 0, "recall at least %g", b.Recall)
	ask(true, "precision 1")
	ask(len(b.Against) > 0, "wall at most %.3g × %s", b.Ratio, strings.Join(b.Against, " or "))
	ask(b.Complete, "wall at most that of every peer with a recall of 0.99")
	ask(b.CPU > 0 && b.Over == "", "CPU at most %.0f µs/probe", microseconds(b.CPU))
	ask(b.CPU > 0 && b.Over != "", "CPU at most %.0f µs/probe or %g × %s", microseconds(b.CPU), overhead, b.Over)
	ask(b.Wall > 0, "wall at most %s", b.Wall)
	ask(b.Rate > 0, "at least %.0f services/s", b.Rate)
	ask(b.RSS > 0, "RSS at most %d MiB", b.RSS/mib)
	ask(b.Flat != "", "RSS hardly more than %s's", b.Flat)
	ask(b.AllOpen, "a host that is open on every port is one observation")
	return b.Entry + ": " + strings.Join(asks, ", ")
}

const mib = 1 << 20

// overhead is how much more processor time control may take than none: on a machine
// whose system spends more on a packet than the bar, only that can be held.
const overhead = 1.25

// discoveryMemory is the bar of every run that discovers.
const discoveryMemory = 64 * mib

// bars is the table of them all. Precision is 1.0 in every row of Portolan's.
func bars() []Bar {
	const µs = time.Microsecond
	against := func(names ...string) []string { return names }
	return []Bar{
		{Scenario: "closed", Entry: peer.Connect, Recall: 1, Ratio: 1.25, Against: against(peer.Floor), CPU: 13 * µs},
		{Scenario: "closed", Entry: peer.SYN, Recall: 1, Ratio: 0.8, Against: against(peer.NmapS5), CPU: 5 * µs, Over: peer.SYNFloor},
		{Scenario: "mixed", Entry: peer.Connect, Recall: 1, Ratio: 1, Against: against(peer.NmapT5)},
		{Scenario: "mixed", Entry: peer.SYN, Recall: 1, Ratio: 0.6, Against: against(peer.NmapS5)},
		{Scenario: "dropped", Entry: peer.Connect, Ratio: 0.6, Against: against(peer.NmapT5)},
		{Scenario: "dropped", Entry: peer.SYN, Ratio: 0.6, Against: against(peer.NmapS5)},
		{Scenario: "far", Entry: peer.Connect, Recall: 1, Ratio: 0.4, Against: against(peer.NmapT5)},
		{Scenario: "far", Entry: peer.SYN, Recall: 1, Ratio: 0.15, Against: against(peer.NmapS5)},
		{Scenario: "lossy", Entry: peer.Connect, Recall: 0.999, Ratio: 0.5, Against: against(peer.NmapT5)},
		{Scenario: "lossy", Entry: peer.SYN, Recall: 0.999, Ratio: 0.25, Against: against(peer.NmapS5)},
		{Scenario: "limited", Entry: peer.Connect, Recall: 1, Ratio: 1, Against: against(peer.NmapS4)},
		{Scenario: "limited", Entry: peer.SYN, Recall: 1, Ratio: 0.6, Against: against(peer.NmapS4)},
		{Scenario: "jitter", Entry: peer.Connect, Recall: 1, Ratio: 1, Complete: true},
		{Scenario: "jitter", Entry: peer.SYN, Recall: 1, Ratio: 1, Complete: true},
		{Scenario: "sparse", Entry: peer.Connect, Recall: 1, Ratio: 1, Complete: true},
		{Scenario: "sparse", Entry: peer.SYN, Recall: 1, Ratio: 1, Complete: true},
		{Scenario: "allopen", Entry: peer.Connect, Recall: 1, Ratio: 1, Complete: true, AllOpen: true},
		{Scenario: "allopen", Entry: peer.SYN, Recall: 1, Ratio: 1, Complete: true, AllOpen: true},
		{Scenario: "growth", Entry: peer.Connect + " ×10", Recall: 1, Ratio: 10.5, Against: against(peer.Connect), Flat: peer.Connect},
		{Scenario: "growth", Entry: peer.SYN + " ×10", Recall: 1, Ratio: 10.5, Against: against(peer.SYN), Flat: peer.SYN},
		{Scenario: "zoo", Entry: peer.Probe, Recall: 0.97, Ratio: 0.03, Against: against(peer.NmapSV)},
		{Scenario: "traps", Entry: peer.Probe, Recall: 0.97, Wall: 30 * time.Second, RSS: 128 * mib},
		{Scenario: "plain", Entry: peer.Probe, Recall: 1, Rate: 100},
		{Scenario: "names", Entry: peer.Resolve, Recall: 1, Ratio: 1 / 0.9, Against: against(peer.ZDNS, peer.DNSX)},
	}
}

func barsOf(scenario string) (all []Bar) {
	for _, b := range bars() {
		if b.Scenario != scenario {
			continue
		}
		if b.RSS == 0 && isDiscovery(b.Entry) {
			b.RSS = discoveryMemory
		}
		all = append(all, b)
	}
	return all
}

func isDiscovery(entry string) bool {
	return strings.HasPrefix(entry, peer.SYN) || strings.HasPrefix(entry, peer.Connect)
}
