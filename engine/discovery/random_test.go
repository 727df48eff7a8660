package discovery_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

// randomHost draws a host that a scanner can find everything of: what loses
// packets, or limits its rate and is silent besides, leaves something to chance.
func randomHost(dice *rand.Rand, ports int) wiretest.Host {
	h := wiretest.Host{RTT: time.Duration(dice.ExpFloat64() * float64(40*ms))}
	for port := 1; port <= ports; port++ {
		if dice.IntN(20) == 0 {
			h.Open = append(h.Open, uint16(port))
		} else if dice.IntN(10) == 0 {
			h.Drops = append(h.Drops, uint16(port))
		}
	}
	switch dice.IntN(8) {
	case 0:
		h.Dead = true
	case 1:
		h.Unreachable = true
	case 2:
		h.Silent = true
	case 3:
		h.Rate = 50 + float64(dice.IntN(2000))
	case 4:
		h.Jitter = time.Duration(dice.IntN(200)) * ms
	case 5:
		h.Duplicate = dice.Float64()
	case 6:
		h.AllOpen = true
	}
	return h
}

// TestRandomNetworks wants everything found, once, and nothing else, whatever the
// hosts, the wire and the order are like.
func TestRandomNetworks(t *testing.T) {
	for seed := range uint64(40) {
		dice := rand.New(rand.NewPCG(seed, 7))
		ports := 1 + dice.IntN(300)
		hosts := map[netip.Addr]wiretest.Host{}
		s := scenario{
			prefix: fmt.Sprintf("10.0.0.0/%d", 25+dice.IntN(8)), ports: engine.Ports(fmt.Sprintf("1-%d", ports)), seed: seed,
			host:   func(a netip.Addr) wiretest.Host { return hosts[a] },
			wire:   wiretest.Config{Holds: seed%2 == 0, Capacity: 1 + dice.IntN(5000)},
			recall: 1, attempts: 20, within: time.Hour,
		}
		for a := netip.MustParseAddr("10.0.0.0"); a.Less(netip.MustParseAddr("10.0.0.128")); a = a.Next() {
			hosts[a] = randomHost(dice, ports)
		}
		t.Run(fmt.Sprint(seed), s.check)
	}
}
