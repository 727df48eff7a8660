package discovery_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// loopback is the scope of tests that really send.
func loopback() engine.Scope { return engine.Scope{Allow: engine.LoopbackPrefixes()} }

// serve listens on a port of this machine that is free on all those addresses.
func serve(t *testing.T, addresses ...string) (port int) {
	t.Helper()
	for _, address := range addresses {
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", address, port))
		if err != nil {
			t.Skipf("no listener on %s port %d: %v", address, port, err)
		}
		t.Cleanup(func() { _ = l.Close() })
		if a, ok := l.Addr().(*net.TCPAddr); ok {
			port = a.Port
		}
	}
	return port
}

// TestLoopback finds real listeners on some of 256 addresses of this machine.
func TestLoopback(t *testing.T) {
	port := serve(t, "127.81.0.3", "127.81.0.77", "127.81.0.200")
	other := serve(t, "127.81.0.77")
	ranges, err := engine.Ports(fmt.Sprintf("1-99,%d,%d", port, other)).Ranges()
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func(wire.Config) (wire.Wire, error){"connect": wire.NewConnect, "dialer": wire.NewDialer} {
		t.Run(name, func(t *testing.T) {
			places, err := space.New([]netip.Prefix{netip.MustParsePrefix("127.81.0.0/24")}, ranges, loopback(), 1)
			if err != nil {
				t.Fatal(err)
			}
			w, err := open(wire.Config{Scope: loopback()})
			if err != nil {
				t.Fatal(err)
			}
			before := openFiles()
			found := map[string]int{}
			began := time.Now()
			_, err = discovery.Run(t.Context(), discovery.Config{Space: places, Wire: w, Found: func(f discovery.Found) {
				found[f.Place.String()]++
				if f.RTT <= 0 || f.RTT > 10*time.Second || f.Tries != 1 {
					t.Errorf("%+v", f)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d places in %s", places.Len(), time.Since(began))
			want := map[string]int{
				fmt.Sprintf("127.81.0.3:%d", port): 1, fmt.Sprintf("127.81.0.77:%d", port): 1,
				fmt.Sprintf("127.81.0.200:%d", port): 1, fmt.Sprintf("127.81.0.77:%d", other): 1,
			}
			if fmt.Sprint(found) != fmt.Sprint(want) {
				t.Errorf("found %v, want %v", found, want)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if after := openFiles(); after > before {
				t.Errorf("%d files were open, %d are", before, after)
			}
		})
	}
}

// openFiles counts where the system can tell.
func openFiles() int {
	list, _ := os.ReadDir("/proc/self/fd")
	return len(list)
}

// TestCancelIsQuick stops a run in the middle of its work.
func TestCancelIsQuick(t *testing.T) {
	ranges, err := engine.Ports("all").Ranges()
	if err != nil {
		t.Fatal(err)
	}
	places, err := space.New([]netip.Prefix{netip.MustParsePrefix("127.82.0.0/24")}, ranges, loopback(), 1)
	if err != nil {
		t.Fatal(err)
	}
	w, err := wire.NewConnect(wire.Config{Scope: loopback()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stopped time.Time
	state, err := discovery.Run(ctx, discovery.Config{Space: places, Wire: w, Progress: func(p discovery.Progress) {
		if p.Sent > 1000 && stopped.IsZero() {
			stopped = time.Now()
			cancel()
		}
	}})
	if took := time.Since(stopped); err == nil || took > time.Second { // a busy machine is slow, but nothing is waited for
		t.Errorf("error %v, %s after it was cancelled", err, took)
	}
	if state.Next == 0 || state.Next == places.Len() || len(state.Pending) == 0 {
		t.Errorf("left %+v", state)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}
