package stage_test

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/stage"
)

// visitors counts who connects to some ports, and hangs up on them.
func visitors(t *testing.T, n int) (ports engine.Ports, count *atomic.Int64) {
	t.Helper()
	count = new(atomic.Int64)
	var list []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		_, port, _ := net.SplitHostPort(l.Addr().String())
		list = append(list, port)
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				count.Add(1)
				_ = conn.Close()
			}
		}()
	}
	return engine.Ports(strings.Join(list, ",")), count
}

// TestRatesHoldForDiscoveryAndNames has both go on at once: together they keep the
// limit, of everything and of a host.
func TestRatesHoldForDiscoveryAndNames(t *testing.T) {
	for name, profile := range map[string]engine.Profile{"rate": {Rate: 40}, "rate of a host": {HostRate: 40}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ports, count := visitors(t, 30)
			profile.Mode = "connect"
			start := time.Now()
			_, err := stage.Discover(t.Context(), stage.Discovery{
				Config:  stage.Config{Profile: profile, Allow: engine.LoopbackPrefixes()},
				Targets: []engine.Target{"127.0.0.1"}, Ports: ports, Services: true,
				Take: func(stage.Open) error { return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			most := int64(40*time.Since(start).Seconds()) + 10 // and what may come at once
			if n := count.Load(); n < 60 || n > most {
				t.Errorf("%d connections in %s, want %d at most", n, time.Since(start), most)
			}
		})
	}
}
