package identify

import (
	"context"
	"net"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Some servers talk to one client at a time and hang up on the others: gateways of
// field buses, consoles, old printers. In a race one probe has their ear and all the
// others are turned away, so that the right one may never be heard. Where that has
// happened the probes have turns.

// isTurnedAway reports whether the peer hung up on a contestant: without a word, or on
// the second of its connections.
func (c *contestant) isTurnedAway() bool {
	switch c.result.Outcome {
	case engine.Closed, engine.Refused:
		return !c.isGone
	case engine.Protocol:
		return !c.isGone && !c.isDeaf && !c.isHeard()
	}
	return false
}

// takeTurns lets those who were turned away try again, one after the other, if the
// peer takes one connection at a time. It does so once, when nobody is left to begin and
// the peer speaks to nobody.
func (r *race) takeTurns(ctx context.Context) verdict {
	isBusy := r.isListening || slices.ContainsFunc(r.running, (*contestant).isHeard)
	if len(r.turnedAway) == 0 || !r.line.isEmpty() || r.isTakingTurns || isBusy {
		return verdict{}
	}
	r.isTakingTurns = true
	if !r.isExclusive(ctx) {
		return verdict{}
	}
	if won := r.clear(); won.isSure() {
		return won
	}
	r.log.Debug("takes one connection at a time", "endpoint", r.to)
	turns := append(r.turnedAway, r.again...)
	r.again = nil
	for _, e := range turns {
		c := r.newContestant(ctx, e)
		c.pause = r.breath()
		r.watch(c, r.turn())
		if r.settle(c) {
			return c.verdict()
		}
		if won := r.followUp(ctx); won.isSure() {
			return won
		}
	}
	return verdict{}
}

// breath is what the peer takes to notice that who was there before is gone.
func (r *race) breath() time.Duration {
	return between(30*time.Millisecond, 2*r.rtt, 500*time.Millisecond)
}

// wait waits, unless ctx is done.
func wait(ctx context.Context, pause time.Duration) {
	if pause <= 0 {
		return
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// turn is how long the peer may say nothing to somebody who has it for himself. What is
// said inside a tunnel cannot be overheard, and takes a handshake first.
func (r *race) turn() time.Duration {
	if r.isOpaque {
		return r.breath() + between(time.Second, 10*r.rtt, favour)
	}
	return r.breath() + between(200*time.Millisecond, 4*r.rtt, time.Second)
}

// clear ends everybody to whom nothing was said, and waits for all.
func (r *race) clear() verdict {
	for _, c := range r.running {
		if !c.isHeard() && !c.isGone {
			r.again = append(r.again, entrant{Probe: c.Probe, isFavoured: c.isFavoured, isSecond: true})
			c.leave()
		}
	}
	return r.drain()
}

// isExclusive reports whether the peer hangs up on a connection on which nobody speaks
// while it keeps another one. That it kept the first of all is known.
func (r *race) isExclusive(ctx context.Context) bool {
	if r.open == nil {
		return false
	}
	wanted := 1
	if !slices.ContainsFunc(r.running, func(c *contestant) bool { return !c.isGone }) {
		wait(ctx, r.breath())
		wanted = 2
	}
	var open []net.Conn
	defer func() {
		for _, conn := range open {
			_ = conn.Close()
		}
	}()
	for range wanted {
		conn, err := r.open(ctx)
		if err != nil {
			return ctx.Err() == nil
		}
		open = append(open, conn)
	}
	return slices.ContainsFunc(open, r.hangsUp)
}

// hangsUp reports whether the peer ends a connection on which nobody speaks.
func (r *race) hangsUp(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(between(100*time.Millisecond, 2*r.rtt, time.Second))) // fails only on a closed one
	_, err := conn.Read(make([]byte, 1))
	return err != nil && probe.OutcomeOf(err) == engine.Closed
}
