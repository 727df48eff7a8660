package scanner

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/space"
)

const (
	// deadRetries is how many places of a host that has never answered are tried
	// again: a host that is there loses a few packets, not all of them.
	deadRetries = 64
)

// discovery finds the open ports of a space by connecting to each. It goes
// through the space twice: what is silent the first time is tried again later,
// with twice the patience, because a packet that is lost says nothing. What has
// answered is remembered in a bit per place.
type discovery struct {
	space *space.Space
	dial  *dialer
	slots slots
	found func(netip.AddrPort)
	up    func(netip.Addr) // called once for each host that answers

	flight sync.WaitGroup
	lanes  map[netip.Addr]*lane // only the goroutine that starts attempts uses it

	mu       sync.Mutex
	all      estimate
	answered []uint64
}

func newDiscovery(places *space.Space, dial *dialer, attempts slots, found func(netip.AddrPort), up func(netip.Addr)) *discovery {
	return &discovery{
		space: places, dial: dial, slots: attempts, found: found, up: up,
		lanes: map[netip.Addr]*lane{}, answered: make([]uint64, (places.Len()+63)/64),
	}
}

// run returns when everything has been tried and found has been called for each
// open place, or when ctx is done.
func (d *discovery) run(ctx context.Context) {
	d.pass(ctx, 1, func(uint64, *lane) bool { return true })
	d.pass(ctx, 2, d.isWorthRetrying)
}

// isWorthRetrying is asked when the first pass is over.
func (d *discovery) isWorthRetrying(i uint64, host *lane) bool {
	if d.hasAnswered(i) || !host.heard() && host.retries >= deadRetries {
		return false
	}
	host.retries++
	return true
}

func (d *discovery) pass(ctx context.Context, patience int, wanted func(uint64, *lane) bool) {
	defer d.flight.Wait()
	for i, place := range d.space.All() {
		host := d.lane(place.Addr())
		if !wanted(i, host) {
			continue
		}
		if !host.attempts.take(ctx) {
			return
		}
		if !d.slots.take(ctx) {
			host.attempts.free()
			return
		}
		d.flight.Go(func() { d.attempt(ctx, i, place, host, patience) })
	}
}

func (d *discovery) attempt(ctx context.Context, i uint64, place netip.AddrPort, host *lane, patience int) {
	defer d.slots.free() // only after found, which waits when identification is behind
	defer host.attempts.free()
	got := d.try(ctx, place, host, patience)
	if got.settled() {
		d.markAnswered(i)
	}
	if got.fromHost() && host.firstWord() {
		d.up(place.Addr())
	}
	if got == open {
		d.found(place)
	}
}

func (d *discovery) try(ctx context.Context, place netip.AddrPort, host *lane, patience int) answer {
	timeout := min(maxTimeout, time.Duration(patience)*timeoutFor(host.estimated(), d.estimated()))
	for range hindrances {
		got, took := d.dial.touch(ctx, place, timeout)
		if got.settled() {
			host.measure(took)
			d.measure(took)
		}
		if got != hindered {
			return got
		}
		select {
		case <-time.After(hindrancePause):
		case <-ctx.Done():
			return silent
		}
	}
	return hindered
}

func (d *discovery) lane(addr netip.Addr) *lane {
	host, ok := d.lanes[addr]
	if !ok {
		host = newLane()
		d.lanes[addr] = host
	}
	return host
}

func (d *discovery) measure(rtt time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all.add(rtt)
}

func (d *discovery) estimated() estimate {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all
}

func (d *discovery) markAnswered(i uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answered[i/64] |= 1 << (i % 64)
}

func (d *discovery) hasAnswered(i uint64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.answered[i/64]&(1<<(i%64)) != 0
}
