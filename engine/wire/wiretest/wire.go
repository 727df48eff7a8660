// Package wiretest is a simulated network in memory, for tests of what scans:
// round trips, jitter, loss, duplicates, rate limits, firewalls, all seeded and
// without a packet sent. Begin with [NewNetwork]; [New] is a wire to it, on which
// time passes only while somebody sends or waits.
//
// It simulates what an attempt to connect can tell, no protocol above that.
package wiretest

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// Config says what a wire is like. The zero Config is SYN mode on a fast machine.
type Config struct {
	Capacity int           // attempts at the same time; 0 means 65,536
	Claimed  int           // what Capacity says if that is not the truth, as when others use up sockets
	Cost     time.Duration // that passes with each attempt sent; 0 means 3 µs
	Holds    bool          // as when connecting: no answer after Release, Hindered beyond the capacity
	Uplink   float64       // packets a second that our own side gets through, more are lost; 0 has no limit
	Sent     func(time.Time, wire.Attempt)
	Permit   func(netip.Addr) error // nil permits everything
}

// Wire is a [wire.Wire] to a simulated network with a clock of its own.
type Wire struct {
	net    *Network
	config Config
	now    time.Time
	coming arrivals
	held   map[wire.Attempt]bool
	uplink bucket
	sent   uint64
	most   int
}

var _ wire.Wire = (*Wire)(nil)

// New makes a wire. Its clock begins at the first moment of 2000.
func New(network *Network, c Config) *Wire {
	if c.Capacity == 0 {
		c.Capacity = 1 << 16
	}
	if c.Cost == 0 {
		c.Cost = 3 * time.Microsecond
	}
	return &Wire{net: network, config: c, now: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), held: map[wire.Attempt]bool{}}
}

// Name implements [wire.Wire].
func (w *Wire) Name() string { return "simulated" }

// Capacity implements [wire.Wire].
func (w *Wire) Capacity() int { return cmp.Or(w.config.Claimed, w.config.Capacity) }

// Now implements [wire.Wire].
func (w *Wire) Now() time.Time { return w.now }

// Attempts is how many were sent.
func (w *Wire) Attempts() uint64 { return w.sent }

// Held is how many attempts were sent and not released.
func (w *Wire) Held() int { return len(w.held) }

// MostHeld is how many attempts were held at the same time at most.
func (w *Wire) MostHeld() int { return w.most }

// Send implements [wire.Wire]. An attempt that is sent twice without a release
// between is an error: it could not be told which of the two was answered.
func (w *Wire) Send(a wire.Attempt) error {
	if w.config.Permit != nil {
		if err := w.config.Permit(a.Place.Addr()); err != nil {
			return err
		}
	}
	if w.held[a] || a.Try >= wire.MaxTries {
		return fmt.Errorf("attempt %d at %s is sent twice or beyond the last", a.Try, a.Place)
	}
	w.held[a] = true
	w.now = w.now.Add(w.config.Cost)
	w.most = max(w.most, len(w.held))
	if w.config.Holds && len(w.held) > w.config.Capacity {
		w.coming.push(wire.Answer{Place: a.Place, Try: a.Try, Kind: wire.Hindered, At: w.now})
		return nil
	}
	w.sent++
	if w.config.Sent != nil {
		w.config.Sent(w.now, a)
	}
	w.carry(a)
	return nil
}

func (w *Wire) carry(a wire.Attempt) {
	if w.config.Uplink > 0 && !w.uplink.take(w.now, Host{Rate: w.config.Uplink}) {
		return
	}
	for _, r := range w.net.SYN(w.now, a.Place) {
		w.coming.push(wire.Answer{Place: a.Place, Try: a.Try, Kind: r.Kind, At: w.now.Add(r.After)})
	}
}

// Release implements [wire.Wire]. Releasing what is not held panics: it is a
// mistake of the caller that would close somebody else's socket.
func (w *Wire) Release(a wire.Attempt) {
	if !w.held[a] {
		panic(fmt.Sprintf("attempt %d at %s is released but not held", a.Try, a.Place))
	}
	delete(w.held, a)
}

// Receive implements [wire.Wire]. Where others wait it moves its clock.
func (w *Wire) Receive(ctx context.Context, until time.Time, take func(wire.Answer)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if next, ok := w.coming.next(); !ok || next.After(w.now) {
		if ok && next.Before(until) {
			until = next
		}
		if until.After(w.now) {
			w.now = until
		}
	}
	for {
		next, ok := w.coming.next()
		if !ok || next.After(w.now) {
			return nil
		}
		if answer := w.coming.pop(); w.reaches(answer) {
			take(answer)
		}
	}
}

// reaches tells whether anybody is there to hear an answer.
func (w *Wire) reaches(a wire.Answer) bool {
	return !w.config.Holds || w.held[wire.Attempt{Place: a.Place, Try: a.Try}]
}

// Close implements [wire.Wire].
func (w *Wire) Close() error { return nil }
