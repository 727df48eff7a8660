package discovery

import (
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// alarm does for each host what is due.
func (r *run) alarm() {
	r.wakeUnknown()
	for len(r.alarms) > 0 && r.alarms[0].wake <= r.now {
		h := r.alarms[0]
		r.alarms.remove(h)
		r.expire(h)
		if !h.finished {
			r.offer(h)
			r.setAlarm(h)
		}
	}
}

// wakeUnknown sets the alarms of the hosts that never answered anew when it has
// turned out that answers come much faster than was thought.
func (r *run) wakeUnknown() {
	unknown := r.slowest.unknown()
	if r.woken == 0 {
		r.woken = unknown
	}
	if unknown > r.woken*3/4 {
		return
	}
	r.woken = unknown
	for _, h := range slices.Clone(r.alarms) {
		if !h.rtt.known() {
			r.alarms.remove(h)
			r.setAlarm(h)
		}
	}
}

// coarse is how much later than due an alarm may be, so that one does for many attempts.
const coarse = tick(1e6)

// setAlarm sets the alarm of a host to the next time at which something is due.
func (r *run) setAlarm(h *host) {
	timeout := tick(h.timeout(r.slowest.unknown()))
	at := tick(-1)
	due := func(t tick) {
		if at < 0 || t < at {
			at = t
		}
	}
	if i, ok := h.flight.front(); ok {
		due(r.now - tick(h.age(i, r.now)) + timeout)
	}
	for _, b := range h.canaries.birds {
		if b.flying {
			due(b.sent + timeout)
		}
	}
	if h.lane.slow {
		due(h.lane.trial.end + timeout)
	}
	if at >= 0 {
		at = max(at, r.now+coarse)
	}
	if !h.queued && h.hasMore() && h.lane.next > r.now {
		due(h.lane.next)
	}
	if at >= 0 {
		r.alarms.set(h, at)
	}
}

// expire gives up the attempts at a host that were waited for long enough.
func (r *run) expire(h *host) {
	timeout := h.timeout(r.slowest.unknown())
	tries := r.triesFor(h)
	for {
		i, ok := h.flight.front()
		if !ok || h.places[i].state == out && h.age(i, r.now) < timeout {
			break
		}
		h.flight.pop(h.places)
		switch h.places[i].state {
		case void:
			h.retry(i)
		case out:
			r.giveUp(h, i, tries)
		}
	}
	r.expireCanaries(h, tick(timeout))
	r.judge(h)
	if h.lane.slow && r.now >= h.lane.trial.end+tick(timeout) {
		if share, ok := h.lane.judge(r.now); ok && share < answering {
			h.lane.since = r.now
			h.forgive()
		}
	}
	r.conclude(h)
}

// giveUp ends the wait for the newest attempt at a place.
func (r *run) giveUp(h *host, i, tries int) {
	p := &h.places[i]
	h.flying--
	r.flow.flying--
	age := h.age(i, r.now)
	r.shelf.put(shelved{h, h.generation, uint16(i), p.newest(), r.now - tick(age) + shelfTime})
	if !h.lane.slow || !h.lane.answers {
		h.canaries.silence(h.lane.slow)
	}
	h.isTried(i)
	if !h.lane.slow || r.now-tick(age) >= h.lane.since {
		p.given = min(15, p.given+1)
	}
	if int(p.given) < tries && (h.up || r.deservesRetry(h)) {
		h.retry(i)
		return
	}
	p.state = resting
	h.resting++
}

func (r *run) expireCanaries(h *host, timeout tick) {
	for i := range h.canaries.birds {
		b := &h.canaries.birds[i]
		if !b.flying || r.now < b.sent+timeout {
			continue
		}
		r.land(h, b)
		h.canaries.lost()
		h.loss.add(0, 1)
		if !h.lane.slow {
			r.loss.add(0, 1)
			r.flow.lost++
		}
	}
	if h.canaries.doubtful() && !h.lane.slow && !h.lane.lossy {
		r.slowDown(h)
	}
}

// land ends an attempt at a canary.
func (r *run) land(h *host, b *canary) {
	b.flying = false
	h.flying--
	r.flow.flying--
	r.c.Wire.Release(wire.Attempt{Place: r.address(h, b.place), Try: b.try})
}

// refusals is how many closed ports show that no firewall silences them.
const refusals = 8

// slowDown puts a host into the slow lane.
func (r *run) slowDown(h *host) {
	h.lane.slowDown(r.now)
	h.lane.answers = h.closed >= refusals
	h.canaries.doubt = 0
	h.forgive()
}

// triesFor is how many attempts a host is worth for a place that says nothing.
func (r *run) triesFor(h *host) int {
	usual := r.loss.share(firstGuess)
	if !h.up {
		return triesFor(usual, missedUnknown, minTriesUnknown, maxTriesUnknown)
	}
	// One that lost less than is usual was lucky.
	share, least := max(usual, h.loss.share(usual)), minTries
	if h.lane.slow && h.lane.share > 0 {
		share = max(share, 1-h.lane.share)
	}
	if h.resting+h.waiting <= len(h.places)/8 {
		least++ // few enough to be careful
	}
	return triesFor(share, missed, least, maxTries)
}

// deservesRetry tells whether one more place of a host that has never answered is
// tried again. Where attempts hardly ever get lost its silence was no accident.
func (r *run) deservesRetry(h *host) bool {
	if r.loss.known < lossless || r.loss.share(firstGuess) > losslessShare {
		return true
	}
	h.retried++
	return h.retried <= fewRetries
}

// conclude ends a host of which nothing is on its way or waiting, unless what is
// known by now says that some places deserve more attempts, or that they were sent
// too fast.
func (r *run) conclude(h *host) {
	if h.finished || h.left > h.resting {
		return
	}
	if h.left > 0 && h.lane.hurries(h.closed >= refusals) {
		h.forgive()
		return
	}
	if h.left > 0 && (h.up || h.retried < fewRetries) && h.revive(r.triesFor(h)) {
		return
	}
	if h.isWorthCare() {
		h.lane.careful()
		h.forgive()
		return
	}
	r.finish(h)
}
