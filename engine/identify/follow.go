package identify

import (
	"context"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// greeted runs the probes whose greeting was heard, in order, until one is surely
// answered, or the peer does not say it again.
func (r *race) greeted(ctx context.Context, probes []probe.Probe) verdict {
	for _, p := range probes {
		c := r.newContestant(ctx, entrant{Probe: p})
		r.watch(c, favour)
		if r.settle(c) {
			return c.verdict()
		}
		if c.isGone && !c.isHeard() {
			break
		}
	}
	return r.weak
}

// watch runs a contestant until it comes in, is stuck, or has been told nothing for so
// long. Who cannot be overheard is not hurried.
func (r *race) watch(c *contestant, patience time.Duration) {
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
			if r.settle(other) { // it was to leave for this one's sake, and had won
				r.weak = other.verdict()
			}
		case <-clock.C:
			if r.isStuck(c) || !c.isHeard() && (!r.isOpaque || r.isTakingTurns) && time.Since(c.began) > patience {
				c.leave()
			}
		}
	}
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
