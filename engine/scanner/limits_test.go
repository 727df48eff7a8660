package scanner_test

import (
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

func TestRate(t *testing.T) {
	start := time.Now()
	in := task("1-40", "127.0.0.1")
	in.Profile.Rate = 100
	run(t, scanner.Config{}, in)
	// 10 at once, 30 more at 100 a second.
	if took := time.Since(start); took < 290*time.Millisecond {
		t.Errorf("40 attempts at 100 a second took %s", took)
	}
}

// TestHostRate counts the connections of discovery and of probes together.
func TestHostRate(t *testing.T) {
	var met atomic.Int64
	port := listen(t, "127.0.0.1:0", func(net.Conn) { met.Add(1) })
	in := task(ports(port), "127.0.0.1")
	in.Profile.HostRate = 20
	start := time.Now()
	run(t, scanner.Config{Probes: all.Probes()}, in)
	if took, most := time.Since(start), met.Load(); most < 3 || float64(most) > 20*took.Seconds()+2 {
		t.Errorf("%d connections in %s", most, took)
	}
}

func TestByteBudget(t *testing.T) {
	cache := listen(t, "127.0.0.1:0", redis)
	found := &basket{}
	in := scanner.Endpoints{All: endpoints(cache), Scope: loopback(), Profile: engine.Profile{MaxBytes: 100}}
	err := scanner.New(scanner.Config{Probes: all.Probes()}).Identify(t.Context(), in, found)
	if engine.KindOf(err) != engine.Limit {
		t.Errorf("error %v, %v", err, found.uris())
	}
}

// TestByteBudgetOfDiscovery stops in the middle of a thousand ports, and keeps what was
// found before.
func TestByteBudgetOfDiscovery(t *testing.T) {
	in := task("1-1000", "127.0.0.1")
	in.Profile.MaxBytes = 50_000
	found := &basket{}
	if err := scanner.New(scanner.Config{}).Run(t.Context(), in, found); engine.KindOf(err) != engine.Limit {
		t.Errorf("error %v", err)
	}
	if len(found.up) != 1 {
		t.Errorf("up %v", found.up)
	}
}
