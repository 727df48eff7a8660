package discovery_test

import (
	"context"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// void is a wire on which nobody answers and that remembers nothing, so that all
// memory is that of the scheduler. Its clock moves as that of package wiretest.
type void struct{ now time.Time }

var _ wire.Wire = (*void)(nil)

func (*void) Name() string         { return "void" }
func (*void) Capacity() int        { return 1 << 16 }
func (v *void) Now() time.Time     { return v.now }
func (*void) Release(wire.Attempt) {}
func (*void) Close() error         { return nil }

// Send takes longer than a real one, so that few are enough to see what time goes into.
func (v *void) Send(wire.Attempt) error {
	v.now = v.now.Add(16 * time.Microsecond)
	return nil
}

func (v *void) Receive(ctx context.Context, until time.Time, _ func(wire.Answer)) error {
	if until.After(v.now) {
		v.now = until
	}
	return ctx.Err()
}

// cost is what a run took on its clock and the most memory that was in use.
func cost(t *testing.T, prefix string, ports engine.Ports) (took time.Duration, most uint64) {
	t.Helper()
	ranges, err := ports.Ranges()
	if err != nil {
		t.Fatal(err)
	}
	places, err := space.New([]netip.Prefix{netip.MustParsePrefix(prefix)}, ranges, engine.Scope{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	w := &void{now: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	began, reports := w.now, 0
	_, err = discovery.Run(t.Context(), discovery.Config{Space: places, Wire: w, Progress: func(discovery.Progress) {
		if reports++; reports%8 != 2 {
			return
		}
		runtime.GC()
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return w.now.Sub(began), most
}

// TestGrowth: four times the hosts, or the ports, cost no more than four
// times the time and the same memory.
func TestGrowth(t *testing.T) {
	baseTime, baseMemory := cost(t, "10.0.0.0/18", "1-2")
	for _, tt := range []struct {
		prefix string
		ports  engine.Ports
	}{{"10.0.0.0/16", "1-2"}, {"10.0.0.0/18", "1-8"}, {"10.0.0.0/26", "1-2048"}} {
		took, memory := cost(t, tt.prefix, tt.ports)
		t.Logf("%s × %s: %.2f times the time, %d KB", tt.prefix, tt.ports, took.Seconds()/baseTime.Seconds(), memory>>10)
		if took > baseTime*42/10 {
			t.Errorf("%s × %s took %s, a quarter of it %s", tt.prefix, tt.ports, took, baseTime)
		}
		if memory > max(baseMemory+baseMemory/10, 16<<20) {
			t.Errorf("%s × %s: %d KB in use, a quarter of it %d KB", tt.prefix, tt.ports, memory>>10, baseMemory>>10)
		}
	}
}
