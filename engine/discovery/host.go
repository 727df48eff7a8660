package discovery

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/space"
)

// tick is a time in nanoseconds since the run began.
type tick int64

func (t tick) micros() uint32 { return uint32(t / 1000) }

// host is a host some of whose places are under way.
type host struct {
	space.Host
	places []place
	unseen int // position from which on nothing was tried

	left, resting, waiting int // places not done, and of them resting and waiting
	flight, again          queue
	flying                 int // attempts on their way, canaries included

	began  tick // when the first attempt was sent
	up     bool // has answered itself
	rtt    roundTrip
	loss   loss
	tried  int // places answered or given up once
	open   int
	closed int

	retried int // places tried again although the host has never answered
	cared   int // places that were silent when they were last asked with care

	lane     lane
	canaries canaries
	verdict  verdict

	wake       tick // the next thing due, while index is not negative
	index      int  // in the alarms
	queued     bool // in a ring
	finished   bool
	generation uint32 // tells hosts apart that had this struct one after the other
}

// reset makes h a new host, on the memory of an old one.
func (h *host) reset(of space.Host, todo []Range) {
	places := h.places[:of.Places]
	clear(places)
	*h = host{Host: of, places: places, index: -1, generation: h.generation + 1, canaries: h.canaries.empty()}
	i := 0
	for _, r := range todo {
		for ; i < int(r.From-of.First); i++ {
			places[i].state = done
		}
		i = int(r.To - of.First)
		h.left += int(r.To - r.From)
	}
	for ; i < of.Places; i++ {
		places[i].state = done
	}
}

// timeout is how long an answer is waited for; unknown is for hosts that never answered.
func (h *host) timeout(unknown time.Duration) time.Duration {
	if h.rtt.known() && h.lane.slow {
		return h.rtt.timeout(slowSlack)
	}
	if h.rtt.known() {
		return h.rtt.timeout(minSlack)
	}
	if i, ok := h.flight.front(); ok && h.places[i].given > 0 {
		return unknown + unknown/3 // it is perhaps the last that could be answered
	}
	return unknown
}

// hasMore tells whether there is anything to send, were there room for it.
func (h *host) hasMore() bool {
	for h.unseen < len(h.places) && h.places[h.unseen].state != fresh {
		h.unseen++
	}
	return h.unseen < len(h.places) || h.waiting > 0 || h.canaries.due()
}

// choose takes the next place to try: what was never tried goes first, so that
// what is tried again comes elsewhere in the order. ok is false for a canary.
func (h *host) choose() (i int, ok bool) {
	if h.canaries.due() && (h.lane.slow || h.canaries.apart >= canaryDistance) {
		return 0, false
	}
	if h.unseen < len(h.places) {
		h.unseen++
		return h.unseen - 1, true
	}
	for {
		i, ok := h.again.front()
		if !ok {
			return 0, false
		}
		h.again.pop(h.places)
		if h.places[i].state == waiting {
			h.waiting--
			return i, true
		}
	}
}

// retry puts a place in the queue to be tried again.
func (h *host) retry(i int) {
	h.places[i].state = waiting
	h.again.push(h.places, i)
	h.waiting++
}

// revive tries again what is resting and has had fewer attempts than that.
func (h *host) revive(tries int) (revived bool) {
	if h.resting == 0 {
		return false
	}
	for i := range h.places {
		if p := &h.places[i]; p.state == resting && int(p.given) < tries {
			h.resting--
			h.retry(i)
			revived = true
		}
	}
	return revived
}

// isWorthCare tells whether the few silent places of a host in the slow lane are asked
// once more, with more care: by accident, or because the host counts by the second and
// their turn came at its end each time, each may have been what was too much. They are
// asked as long as that brings answers, and once more.
func (h *host) isWorthCare() bool {
	if !h.lane.slow || h.left == 0 || h.left > len(h.places)/8 {
		return false
	}
	if h.cared == h.left {
		return false
	}
	h.cared = h.left
	return true
}

// isTried counts a place that was answered or given up for the first time.
func (h *host) isTried(i int) {
	if p := &h.places[i]; !p.tried {
		p.tried = true
		h.tried++
	}
}

// forgive lets the silence of all places count for nothing: most of what was sent
// was dropped.
func (h *host) forgive() {
	for i := range h.places {
		h.places[i].given = 0
	}
	h.revive(1)
}

// age is how long ago the newest attempt at a place was sent.
func (h *host) age(i int, now tick) time.Duration {
	return max(0, time.Duration(int32(now.micros()-h.places[i].sent))*time.Microsecond)
}
