package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

func endpoint(port int) engine.Endpoint {
	addr := netip.MustParseAddr("127.0.0.1")
	return engine.Endpoint{Addr: addr, Port: uint16(port), Transport: engine.TCP, Target: engine.Target(addr.String())}
}

func endpoints(list ...int) iter.Seq[engine.Endpoint] {
	return func(yield func(engine.Endpoint) bool) {
		for _, port := range list {
			if !yield(endpoint(port)) {
				return
			}
		}
	}
}

func TestIdentify(t *testing.T) {
	list, want := zoo(t)
	found := &basket{}
	var done []int
	in := scanner.Endpoints{All: endpoints(list...), Scope: loopback(), Done: func(e engine.Endpoint) {
		done = append(done, int(e.Port))
	}}
	if err := scanner.New(scanner.Config{Probes: all.Probes()}).Identify(t.Context(), in, found); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found.uris(), want) {
		t.Errorf("%v, want %v", found.uris(), want)
	}
	if slices.Sort(done); !slices.Equal(done, slices.Sorted(slices.Values(list))) {
		t.Errorf("done %v, want %v", done, list)
	}
}

// TestIdentifyTellsWhatIsDone stops in the middle: what is done has been handed over.
func TestIdentifyTellsWhatIsDone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cache, pit := listen(t, "127.0.0.1:0", redis), listen(t, "127.0.0.1:0", holds)
	found := &basket{}
	var done []int
	in := scanner.Endpoints{All: endpoints(cache, pit), Scope: loopback(), Done: func(e engine.Endpoint) {
		done = append(done, int(e.Port))
		cancel()
	}}
	if err := scanner.New(scanner.Config{Probes: all.Probes()}).Identify(ctx, in, found); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if !slices.Equal(done, []int{cache}) || !slices.Equal(found.uris(), []string{fmt.Sprintf("redis://127.0.0.1:%d", cache)}) {
		t.Errorf("done %v, found %v", done, found.uris())
	}
}

// TestIdentifyStreams takes no more endpoints than may wait.
func TestIdentifyStreams(t *testing.T) {
	pit := listen(t, "127.0.0.1:0", holds)
	taken := 0
	ctx, cancel := context.WithCancel(t.Context())
	in := scanner.Endpoints{Scope: loopback(), All: func(yield func(engine.Endpoint) bool) {
		for taken = range 100_000 {
			if taken == 1024 {
				cancel() // the next one must wait, and waits for nothing any more
			}
			if !yield(endpoint(pit)) {
				return
			}
		}
	}}
	if err := scanner.New(scanner.Config{Probes: all.Probes()}).Identify(ctx, in, &basket{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if taken != 1024 {
		t.Errorf("took %d endpoints", taken)
	}
}

func TestIdentifyStaysInScope(t *testing.T) {
	out := forbidden(t, "127.0.0.1:0")
	found := &basket{}
	in := scanner.Endpoints{All: endpoints(out), Scope: loopback("127.0.0.1/32")}
	if err := scanner.New(scanner.Config{Probes: all.Probes()}).Identify(t.Context(), in, found); err != nil || len(found.responses) > 0 {
		t.Errorf("%v, error %v", found.uris(), err)
	}
}
