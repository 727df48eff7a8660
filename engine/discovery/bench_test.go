package discovery_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// instant is a wire on which every port refuses at once.
type instant struct{ answers []wire.Answer }

var _ wire.Wire = (*instant)(nil)

func (*instant) Name() string         { return "instant" }
func (*instant) Capacity() int        { return 1 << 16 }
func (*instant) Now() time.Time       { return time.Now() }
func (*instant) Release(wire.Attempt) {}
func (*instant) Close() error         { return nil }

func (w *instant) Send(a wire.Attempt) error {
	w.answers = append(w.answers, wire.Answer{Place: a.Place, Try: a.Try, Kind: wire.Closed})
	return nil
}

func (w *instant) Receive(ctx context.Context, _ time.Time, take func(wire.Answer)) error {
	now := time.Now()
	for _, a := range w.answers {
		a.At = now
		take(a)
	}
	w.answers = w.answers[:0]
	return ctx.Err()
}

// BenchmarkRun is what the scheduler costs for an attempt, the clock included.
func BenchmarkRun(b *testing.B) {
	ranges, err := engine.Ports("1-200").Ranges()
	if err != nil {
		b.Fatal(err)
	}
	prefixes := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/22")}
	b.ReportAllocs()
	attempts := uint64(0)
	for b.Loop() {
		places, err := space.New(prefixes, ranges, engine.Scope{}, 1)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := discovery.Run(b.Context(), discovery.Config{Space: places, Wire: &instant{}}); err != nil {
			b.Fatal(err)
		}
		attempts += places.Len()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(attempts), "ns/attempt")
}
