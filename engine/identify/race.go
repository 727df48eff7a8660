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
	// some thirty probes of a race, eight at a time, for a second each, and time for
	// what takes anything.
	silence = 6 * time.Second
	// favour is how long a probe that is likely to be right keeps its place: a
	// retransmission (RFC 6298: 1 s), and a page that has to be made first.
	favour = 3 * time.Second
	// attention is how long the probes to which the peer has spoken hold up the others
	// in all: a peer that sends a byte a second has spoken to each of them.
	attention = 400 * time.Millisecond
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
	attended  time.Duration // of attention
	waves     int           // that have begun
	isLate    bool          // there are no more
	hasHungUp bool          // the peer ended a connection on which nobody had spoken
	isHeard   bool          // the peer has said something

	greetings   chan []byte // that comes late, at most one
	isListening bool        // for it
	greeting    []byte      // overheard, to be followed up
	isFollowed  bool
}

// datagramTrip stands for the round trip of an endpoint that no connection has
// measured: halfway round the world.
const datagramTrip = 200 * time.Millisecond

func newRace(log *slog.Logger, l layer) *race {
	return &race{
		layer: l, log: log, rtt: datagramTrip,
		finished: make(chan *contestant, 2*l.line.len()+len(l.line.greeters)), greetings: make(chan []byte, 1),
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
	defer r.next.Stop()
	defer r.late.Stop()
	return r.compete(ctx)
}

// greeted runs the probes whose greeting was heard, in order, until one is surely
// answered, or the peer does not say it again.
func (r *race) greeted(ctx context.Context, probes []probe.Probe) verdict {
	for _, p := range probes {
		c := r.newContestant(ctx, entrant{Probe: p})
		r.watch(c)
		if r.settle(c) {
			return c.verdict()
		}
		if c.isGone && !c.isHeard() {
			break
		}
	}
	return r.weak
}

// watch runs a contestant until it comes in, or is stuck.
func (r *race) watch(c *contestant) {
	r.flight.Go(func() {
		c.run()
		r.finished <- c
	})
	clock := time.NewTicker(stuckPause / 8)
	defer clock.Stop()
	for {
		select {
		case other := <-r.finished:
			if other == c {
				return
			}
			r.settle(other) // it has left for this one's sake
		case <-clock.C:
			if r.isStuck(c) || !c.isHeard() && !r.isOpaque && time.Since(c.began) > favour {
				c.leave()
			}
		}
	}
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

// followUp runs the probes whose greeting was overheard, once.
func (r *race) followUp(ctx context.Context) verdict {
	for _, c := range r.running {
		r.overhear(c)
	}
	if r.isFollowed || r.greeting == nil {
		return verdict{}
	}
	r.isFollowed = true
	r.leave(func(*contestant) bool { return true })
	return r.greeted(ctx, greetedBy(r.line.greeters, r.greeting))
}

// overhear looks whether what the peer has said to a probe is another's greeting.
func (r *race) overhear(c *contestant) {
	if r.greeting == nil && c.isHeard() {
		if words := c.heard(); len(greetedBy(r.line.greeters, words)) > 0 {
			r.greeting = words
		}
	}
}

// advance starts the next wave if it is time; false when the race is over.
func (r *race) advance(ctx context.Context) bool {
	r.leave(r.isStuck)
	pause := r.pause()
	if r.attended < attention && slices.ContainsFunc(r.running, (*contestant).isTalking) {
		r.attended += pause
	} else {
		r.startAll(ctx, r.nextWave())
	}
	r.next.Reset(pause)
	return len(r.running) > 0 || r.isListening
}

// pause is how long a wave has the peer for itself while that is silent: those the
// port is known for longer than the others.
func (r *race) pause() time.Duration {
	if r.waves == 0 && r.line.isExpected {
		return between(200*time.Millisecond, 8*r.rtt, time.Second)
	}
	return between(50*time.Millisecond, 4*r.rtt, 500*time.Millisecond)
}

func (r *race) startAll(ctx context.Context, wave []entrant) {
	r.waves++
	for _, e := range wave {
		c := r.newContestant(ctx, e)
		r.running = append(r.running, c)
		r.flight.Go(func() {
			c.run()
			r.finished <- c
		})
	}
}

// nextWave gives the probes whose turn it is, and makes room for them. What takes
// anything has its turn only while there is no answer at all, but then also when it
// is late. A peer that hangs up on whoever connects, whether or not he speaks, is
// left after one wave.
func (r *race) nextWave() []entrant {
	r.isHeard = r.isHeard || slices.ContainsFunc(r.running, (*contestant).isHeard)
	isWeak := len(r.weak.result.Responses) > 0
	switch {
	case r.hasHungUp && !r.isHeard && r.waves > 0:
		return nil
	case !r.isLate && !r.line.isEmpty():
		return r.line.take(r.room())
	case !isWeak && len(r.line.takers) > 0 && (r.isHeard || !r.isLate):
		return r.line.takeLast()
	case r.isLate:
		return nil
	case isWeak && time.Since(r.weakAt) >= grace:
		r.end()
		return nil
	}
	return r.takeAgain()
}

// takeAgain gives those who left when they had had their time: a packet may have been
// lost, or the server may be slow.
func (r *race) takeAgain() []entrant {
	n := min(len(r.again), waveWidth, max(0, r.room()))
	wave := r.again[:n]
	r.again = r.again[n:]
	return wave
}

// room is how many probes may begin, once those who have had their time are gone.
func (r *race) room() int {
	room := raceWidth
	for _, c := range r.running {
		if !c.isGone && !c.isHeard() && time.Since(c.began) >= r.patience(c) {
			c.leave()
			if !c.isSecond {
				r.again = append(r.again, entrant{Probe: c.Probe, isSecond: true})
			}
		}
		if !c.isGone {
			room--
		}
	}
	return room
}

// patience is how long a probe keeps its place in the race while others wait for it.
func (r *race) patience(c *contestant) time.Duration {
	if c.isFavoured {
		return favour
	}
	return between(800*time.Millisecond, 10*r.rtt, 2*time.Second)
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
	r.isHeard = r.isHeard || c.isHeard()
	r.log.Debug("probe", "probe", c.Name(), "endpoint", r.to, "outcome", c.result.Outcome, "err", c.result.Err)
	if c.verdict().isSure() {
		return true
	}
	if c.verdict().isBetterThan(r.weak) {
		r.weak, r.weakAt = c.verdict(), time.Now()
		if !r.isLate && r.late != nil {
			r.late.Reset(r.weak.timeToSpare())
		}
	}
	r.overhear(c)
	return false
}

// isStuck reports whether a contestant waits for the rest of a few bytes that does
// not come, or comes a byte at a time.
func (r *race) isStuck(c *contestant) bool { return c.isStuckFor(stuckPause + 4*r.rtt) }

// isIdle reports whether a contestant need not be waited for when it is late: nothing
// was said to it, nor would be to one that takes anything.
func (r *race) isIdle(c *contestant) bool { return !c.isHeard() && (!c.isLast || !r.isHeard) }

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
	for len(r.running) > 0 {
		if c := <-r.finished; r.settle(c) {
			return c.verdict()
		}
	}
	return r.weak
}
