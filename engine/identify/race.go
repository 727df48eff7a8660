package identify

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// raceWidth is how many probes speak to an endpoint at the same time. OpenSSH
	// starts to turn away strangers at 10 (MaxStartups 10:30:100).
	raceWidth = 8
	// silence is how long a peer may say nothing to anybody before it is left: the
	// some forty probes of a race, eight at a time, for a second each, and then
	// twelve at a time for three, because the server may be slow.
	silence = 13 * time.Second
	// innerSilence is the same inside a tunnel: what is there has shown that it is quick,
	// and each probe costs it a handshake.
	innerSilence = 6 * time.Second
	// weakTime is how much longer the others get once there is a weak answer, grace how
	// long those who are at it when nobody is left to begin: a server that has answered
	// one will not be slow to answer another.
	weakTime = 3 * time.Second
	grace    = time.Second
)

// race lets probes try an endpoint until one is surely answered. It begins with
// few and grows while the peer is silent; a wave whose probes have all failed is
// followed by the next at once. A server that greets late is noticed by what it
// says to any of the probes. A weak answer counts when no sure one comes.
type race struct {
	layer
	log *slog.Logger
	rtt time.Duration

	kept      kept
	running   []*contestant
	finished  chan *contestant
	flight    sync.WaitGroup
	next      *time.Timer // of the next wave
	late      *time.Timer // of leaving
	weak      verdict
	weakAt    time.Time     // when it came
	again     []entrant     // who left to make room and may try once more
	delay     time.Duration // the longest that the peer took to begin to speak
	attended  time.Duration // of attention
	waves     int           // that have begun
	isLate    bool          // there are no more
	hasHungUp bool          // the peer ended a connection on which nobody had spoken
	isHeard   bool          // the peer has said something

	greetings   chan []byte // that comes late, at most one
	isListening bool        // for it
	greeting    []byte      // overheard, to be followed up
	isFollowed  bool

	turnedAway    []entrant // whom the peer hung up on
	isTakingTurns bool
}

// datagramTrip stands for the round trip of an endpoint that no connection has
// measured: across a continent.
const datagramTrip = 50 * time.Millisecond

func newRace(log *slog.Logger, l layer) *race {
	return &race{
		layer: l, log: log, rtt: datagramTrip,
		finished: make(chan *contestant, 3*l.line.len()+len(l.line.greeters)), greetings: make(chan []byte, 1),
	}
}

// run gives the best answer there is.
func (r *race) run(ctx context.Context) verdict {
	ctx, cancel := context.WithCancel(ctx)
	defer r.flight.Wait()
	defer cancel()
	defer r.kept.close()
	greeting, isReached := r.listen(ctx)
	if !isReached {
		return verdict{}
	}
	if len(greeting) > 0 {
		return r.greeted(ctx, append(r.understoodBy(ctx, greeting), r.line.takers...))
	}
	r.next, r.late = time.NewTimer(0), time.NewTimer(silence)
	if r.isOpaque {
		r.late.Reset(innerSilence)
	}
	defer r.next.Stop()
	defer r.late.Stop()
	return r.compete(ctx)
}

// compete ends with a sure answer, or with the weak one, if any, when nobody is left.
func (r *race) compete(ctx context.Context) verdict {
	for {
		select {
		case c := <-r.finished:
			if r.settle(c) {
				return c.verdict()
			}
			r.hurry()
		case words := <-r.greetings:
			r.isListening = false
			if len(greetedBy(r.line.greeters, words)) > 0 {
				r.greeting = words
			}
			r.hurry()
		case <-r.next.C:
			if won := r.followUp(ctx); won.isSure() {
				return won
			}
			if won := r.takeTurns(ctx); won.isSure() {
				return won
			}
			if !r.advance(ctx) {
				return r.weak
			}
		case <-r.late.C:
			r.end()
		case <-ctx.Done():
			return r.rest()
		}
	}
}

// end lets nobody begin any more, and waits only for those to whom something was said.
func (r *race) end() {
	r.isLate = true
	r.leave(r.isIdle)
	r.hurry()
}

func (r *race) newContestant(ctx context.Context, e entrant) *contestant {
	c := &contestant{entrant: e, dialer: r.dial, to: r.to, isDeaf: r.isOpaque, kept: &r.kept, began: time.Now()}
	ctx, c.cancel = context.WithCancel(ctx)
	c.speak = func() probe.Result { return r.layer.run(ctx, e.Probe, c) }
	return c
}

// settle takes a contestant out of the race and reports whether it has won.
func (r *race) settle(c *contestant) bool {
	r.running = slices.DeleteFunc(r.running, func(other *contestant) bool { return other == c })
	r.isHeard, r.delay = r.isHeard || c.isHeard(), max(r.delay, c.delay())
	r.log.Debug("probe", "probe", c.Name(), "endpoint", r.to, "outcome", c.result.Outcome, "err", c.result.Err)
	if c.verdict().isSure() {
		return true
	}
	if c.isTurnedAway() && !r.isTakingTurns {
		r.turnedAway = append(r.turnedAway, entrant{Probe: c.Probe, isFavoured: c.isFavoured, isSecond: true})
	}
	if c.verdict().isBetterThan(r.weak) {
		r.weak, r.weakAt = c.verdict(), time.Now()
		if !r.isLate && r.late != nil {
			r.late.Reset(max(r.weak.timeToSpare(), 5*r.delay))
		}
	}
	r.overhear(c)
	return false
}

// hurry is called when a contestant has lost: nobody waits for him.
func (r *race) hurry() {
	if len(r.running) == 0 || r.greeting != nil && !r.isFollowed {
		r.next.Reset(0)
	}
}

// leave ends the contestants that meet a condition; they come in soon.
func (r *race) leave(condition func(*contestant) bool) {
	for _, c := range r.running {
		if condition(c) {
			c.leave()
		}
	}
}

// rest waits for everybody when time is up: some have learnt something.
func (r *race) rest() verdict {
	if won := r.drain(); won.isSure() {
		return won
	}
	return r.weak
}

// drain waits for everybody, or until somebody has won.
func (r *race) drain() verdict {
	for len(r.running) > 0 {
		if c := <-r.finished; r.settle(c) {
			return c.verdict()
		}
	}
	return verdict{}
}
