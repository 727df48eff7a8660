package wiretest_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire/wiretest"
)

func place(port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), port)
}

// TestTimePasses is the clock: no waiting, no real time.
func TestTimePasses(t *testing.T) {
	network := wiretest.NewNetwork(1, func(netip.Addr) wiretest.Host { return wiretest.Host{RTT: time.Hour} })
	w := wiretest.New(network, wiretest.Config{Cost: time.Second})
	began := w.Now()
	if err := w.Send(wire.Attempt{Place: place(80)}); err != nil {
		t.Fatal(err)
	}
	heard := 0
	for range 3 {
		if err := w.Receive(t.Context(), w.Now().Add(40*time.Minute), func(wire.Answer) { heard++ }); err != nil {
			t.Fatal(err)
		}
	}
	if took := w.Now().Sub(began); heard != 1 || took != time.Second+time.Hour+40*time.Minute {
		t.Errorf("%d answers after %s", heard, took)
	}
}

func TestHolds(t *testing.T) {
	network := wiretest.NewNetwork(1, func(netip.Addr) wiretest.Host { return wiretest.Host{RTT: time.Second} })
	w := wiretest.New(network, wiretest.Config{Capacity: 2, Holds: true})
	for port := range uint16(3) {
		if err := w.Send(wire.Attempt{Place: place(port)}); err != nil {
			t.Fatal(err)
		}
	}
	w.Release(wire.Attempt{Place: place(0)})
	kinds := map[wire.Kind]int{}
	for range 3 {
		if err := w.Receive(t.Context(), w.Now().Add(time.Minute), func(a wire.Answer) { kinds[a.Kind]++ }); err != nil {
			t.Fatal(err)
		}
	}
	if kinds[wire.Hindered] != 1 || kinds[wire.Closed] != 1 || w.Held() != 2 {
		t.Errorf("answers %v, %d held; want one hindered, one closed, two held", kinds, w.Held())
	}
}

func TestReceiveEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := wiretest.New(wiretest.NewNetwork(1, func(netip.Addr) wiretest.Host { return wiretest.Host{} }), wiretest.Config{})
	if err := w.Receive(ctx, w.Now(), func(wire.Answer) {}); err == nil {
		t.Error("no error")
	}
}
