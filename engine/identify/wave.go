package identify

import (
	"context"
	"slices"
	"time"
)

const (
	// favour is how long a probe that is likely to be right keeps its place: a
	// retransmission (RFC 6298: 1 s), and a page that has to be made first.
	favour = 3 * time.Second
	// leastPatience is how long any other keeps it.
	leastPatience = 800 * time.Millisecond
	// wide is how many probes speak to a peer at the same time that says nothing, or is
	// slow: with the one that takes anything, and those that are about to leave, all there
	// may be.
	wide = Sockets - 4
	// slowest is the longest that a probe keeps its place with a peer that is slow.
	slowest = 4 * time.Second
	// attention is how long the probes to which the peer has spoken hold up the others
	// in all: a peer that sends a byte a second has spoken to each of them.
	attention = 400 * time.Millisecond
)

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
	case !r.isLate && r.isSlow() && len(r.again) > 0:
		return r.takeAgain()
	case !r.isLate && !r.line.isEmpty():
		return r.line.take(r.room(r.width()))
	case !r.isLate && !isWeak && len(r.again) > 0:
		return r.takeAgain()
	case !isWeak && len(r.line.takers) > 0 && (r.isHeard || !r.isLate):
		return r.line.takeLast()
	case r.isLate:
		return nil
	case isWeak && time.Since(r.weakAt) >= max(grace, 2*r.delay) && !r.isAwaited():
		r.end()
		return nil
	}
	return r.takeAgain()
}

// takeAgain gives those who left when they had had their time: a packet may have been
// lost, or the server may be slow.
func (r *race) takeAgain() []entrant {
	if len(r.again) == 0 {
		return nil // nobody need make room
	}
	width := r.width()
	if !r.isHeard {
		width = wide // a peer that has said nothing to anybody counts nobody
	}
	room := r.room(width)
	n := min(len(r.again), waveWidth, max(0, room))
	wave := r.again[:n]
	r.again = r.again[n:]
	return wave
}

// isAwaited reports whether a probe that is likely to be right still waits for an
// answer from a peer that nothing has named: a web server turns others away at once,
// and takes its time over a page.
func (r *race) isAwaited() bool {
	return isTaker(r.weak.by) && slices.ContainsFunc(r.running, func(c *contestant) bool { return c.isFavoured && !c.isLast && !c.isGone })
}

// room is how many probes may begin, of so many at the same time, once those who have
// had their time are gone.
func (r *race) room(width int) int {
	room := width
	for _, c := range r.running {
		if !c.isGone && !c.isHeard() && time.Since(c.began) >= r.patience(c) {
			c.leave()
			if !c.isSecond {
				r.again = append(r.again, entrant{Probe: c.Probe, isFavoured: c.isFavoured, isSecond: true})
			}
		}
		if !c.isGone {
			room--
		}
	}
	return room
}

// width is how many probes speak to the peer at the same time: with one that takes its
// time more, or there is none for all of them.
func (r *race) width() int {
	if r.isSlow() {
		return wide
	}
	return raceWidth
}

// isSlow reports whether the peer takes so long that whoever was not waited for has left
// too early.
func (r *race) isSlow() bool { return r.delay > leastPatience }

// patience is how long a probe keeps its place in the race while others wait for it:
// longer the second time, and with a peer that has taken its time before.
func (r *race) patience(c *contestant) time.Duration {
	usual := between(leastPatience, 10*r.rtt, 2*time.Second)
	switch isSilent := c.isSecond && !r.isHeard; {
	case c.isFavoured && isSilent:
		return slowest
	case c.isFavoured || isSilent:
		usual = favour
	}
	return between(usual, 2*r.delay, slowest)
}

// isStuck reports whether a contestant waits for the rest of a few bytes that does
// not come, or comes a byte at a time.
func (r *race) isStuck(c *contestant) bool { return c.isStuckFor(stuckPause + 4*r.rtt) }

// isIdle reports whether a contestant need not be waited for when it is late: nothing
// was said to it, nor would be to one that takes anything.
func (r *race) isIdle(c *contestant) bool { return !c.isHeard() && (!c.isLast || !r.isHeard) }
