// Package contest measures scanners side by side: the scenarios, the bars that
// Portolan is held to, the runs, the verdicts and the tables. Begin with
// [Scenarios] and [Run].
//
// Only ratios within one run mean anything: machines differ and are never quiet.
package contest

import (
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/lab"
	"github.com/portolan-io/terraform-provider-portolan/tools/bench/peer"
)

// Scenario is something to be scanned and who scans it.
type Scenario struct {
	Name    string
	About   string
	Stage   peer.Stage
	Network lab.Network // of discovery
	Entries []Entry
	Limit   time.Duration // after which a run is ended
	Bars    []Bar
}

// Entry is a program in a scenario.
type Entry struct {
	Name    string // of the table's row
	Program string
	Last    uint16 // port, if not the network's
}

// Scenarios lists them in the order of the bars.
func Scenarios() []Scenario {
	scenarios := discoveries()
	scenarios = append(scenarios, growth(),
		Scenario{Name: "zoo", About: "services of every kind on standard and on odd ports", Stage: peer.Services, Limit: 6 * time.Minute},
		Scenario{Name: "traps", About: "the same with hostile peers among them", Stage: peer.Services, Limit: 90 * time.Second},
		Scenario{Name: "plain", About: "2,048 plain services", Stage: peer.Services, Limit: 90 * time.Second},
		Scenario{Name: "names", About: "100,000 names, one local DNS server", Stage: peer.Names, Limit: 2 * time.Minute},
	)
	for i := range scenarios {
		s := &scenarios[i]
		if s.Entries == nil {
			s.Entries = everybody(s.Name, s.Stage)
		}
		s.Bars = barsOf(s.Name)
	}
	return scenarios
}

func discoveries() (scenarios []Scenario) {
	for _, network := range lab.Networks() {
		scenarios = append(scenarios, Scenario{
			Name: network.Name, About: network.About, Stage: peer.Discovery, Network: network, Limit: 90 * time.Second,
		})
	}
	return scenarios
}

// growth is Portolan against itself, with ten times the ports.
func growth() Scenario {
	network := lab.Closed(10)
	few := network.Ports[len(network.Ports)/10-1]
	return Scenario{
		Name: "growth", About: "1,024 hosts of which the kernel refuses nearly every port; 200 ports and ten times as many",
		Stage: peer.Discovery, Network: network, Limit: 3 * time.Minute,
		Entries: []Entry{
			{Name: peer.Connect, Program: peer.Connect, Last: few},
			{Name: peer.Connect + " ×10", Program: peer.Connect},
			{Name: peer.SYN, Program: peer.SYN, Last: few},
			{Name: peer.SYN + " ×10", Program: peer.SYN},
		},
	}
}

// everybody of a stage has a row, except that who needs minutes where nothing answers,
// or means nothing elsewhere, runs only where a bar is about it.
func everybody(scenario string, stage peer.Stage) (entries []Entry) {
	isBarred := func(name string) bool {
		return slices.ContainsFunc(barsOf(scenario), func(b Bar) bool { return b.Over == name || slices.Contains(b.Against, name) })
	}
	for _, p := range peer.Programs() {
		isSpecial := p.Name == peer.NmapS4 || p.Name == peer.SYNFloor
		if p.Stage == stage && (!isSpecial || isBarred(p.Name)) {
			entries = append(entries, Entry{Name: p.Name, Program: p.Name})
		}
	}
	return entries
}
