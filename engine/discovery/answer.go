package discovery

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// take hears an answer. What comes twice, or for a host that is finished, or from
// where nobody was asked, changes nothing.
func (r *run) take(a wire.Answer) {
	h, ok := r.hosts[a.Place.Addr()]
	if !ok {
		return
	}
	i, ok := r.c.Space.Position(h.Host, a.Place.Port())
	if !ok || h.places[i].tries == 0 {
		return
	}
	at := tick(a.At.Sub(r.start))
	switch a.Kind {
	case wire.Open, wire.Closed, wire.Barred:
		if h.places[i].state == done {
			r.takeCanary(h, i, at, a)
			break
		}
		r.settle(h, i, at, a)
	case wire.Hindered:
		r.hinder(h, i, a.Try)
	}
	if !h.finished {
		r.offer(h)
	}
}

// settle ends a place with an answer.
func (r *run) settle(h *host, i int, at tick, a wire.Answer) {
	p := &h.places[i]
	took, known := r.took(h, i, at, a)
	isNewest := (p.state == out) && a.Try == p.newest()
	h.isTried(i)
	if isNewest {
		h.loss.add(1, int(p.given))
		if !h.lane.slow {
			r.loss.add(1, int(p.given))
		} else if h.lane.trial.covers(r.now - tick(h.age(i, r.now))) {
			h.lane.trial.answered++
		}
	}
	r.free(h, i)
	p.state = done
	h.left--
	r.progress.Done++
	if a.Kind != wire.Barred {
		r.heard(h, i, took, known, a)
	}
	if a.Kind == wire.Closed {
		h.closed++
	}
	if a.Kind == wire.Open {
		r.found(h, Found{Place: a.Place, RTT: took, Tries: int(a.Try) + 1})
	}
	r.judge(h)
	r.conclude(h)
}

// free releases every attempt at a place that is on its way or on the shelf, and
// takes the place out of the counts of those that wait.
func (r *run) free(h *host, i int) {
	p := &h.places[i]
	switch p.state {
	case out:
		h.flying--
		r.flow.flying--
		r.c.Wire.Release(wire.Attempt{Place: r.address(h, i), Try: p.newest()})
	case waiting:
		h.waiting--
	case resting:
		h.resting--
	}
	for try := uint8(0); p.held != 0; try++ {
		if p.held&(1<<try) != 0 {
			r.shelf.release(r, h, i, try)
		}
	}
}

// took is the round trip. Of an attempt that is not the newest only the least is
// known: it was given up before the newest was sent.
func (r *run) took(h *host, i int, at tick, a wire.Answer) (took time.Duration, known bool) {
	took = max(0, h.age(i, at))
	if a.Try != h.places[i].newest() {
		took = min(took+h.timeout(r.slowest.unknown()), time.Duration(at-h.began))
	}
	return took, !a.Repeated
}

// heard learns from an answer of the host itself.
func (r *run) heard(h *host, i int, took time.Duration, known bool, a wire.Answer) {
	h.lane.heard(r.now)
	h.canaries.add(i, a.Try)
	if known {
		h.rtt.add(took)
		r.slowest.add(h.rtt.timeout(minSlack))
	}
	if h.up {
		return
	}
	h.up = true
	r.progress.Up++
	if r.c.Up != nil {
		r.c.Up(h.Addr)
	}
	h.revive(r.triesFor(h))
	r.alarms.remove(h)
	r.setAlarm(h)
}

// takeCanary hears an answer from a place that is done: of a canary, or a duplicate.
func (r *run) takeCanary(h *host, i int, at tick, a wire.Answer) {
	b := h.canaries.find(i, a.Try)
	if b == nil || a.Kind == wire.Barred {
		return
	}
	if took := time.Duration(at - b.sent); took >= 0 && !a.Repeated {
		h.rtt.add(took)
	}
	if !b.flying { // it was only late, so that others may have been
		h.canaries.doubt = 0
		b.try = (b.try + 1) & 15
		return
	}
	r.land(h, b)
	b.try = (b.try + 1) & 15 // a duplicate is none of the next
	h.canaries.back()
	h.loss.add(1, 0)
	h.lane.heard(r.now)
	if h.lane.slow && h.lane.trial.covers(b.sent) {
		h.lane.trial.returned++
	} else if !h.lane.slow {
		r.loss.add(1, 0)
		r.flow.back++
	}
}

// hinder is told that an attempt told nothing, for want of a socket. It does not count.
func (r *run) hinder(h *host, i int, try uint8) {
	r.flow.hindered(r.now)
	for r.shelf.drop(r) {
		continue
	}
	p := &h.places[i]
	if b := h.canaries.find(i, try); b != nil && b.flying {
		r.land(h, b)
		return
	}
	if p.state != out || p.newest() != try {
		return
	}
	h.flying--
	r.flow.flying--
	r.c.Wire.Release(wire.Attempt{Place: r.address(h, i), Try: try})
	p.state = void
	r.alarms.set(h, r.flow.paused)
}
