package wiretest

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// Host is how a host behaves, and so the truth about it. The zero Host is there,
// refuses every port at once and loses nothing.
type Host struct {
	Dead        bool     // nothing ever comes back
	Open        []uint16 // ports that accept, rising
	AllOpen     bool     // every port accepts, as with a middlebox
	Silent      bool     // a firewall drops what is not for an open port
	Drops       []uint16 // ports for which a firewall drops, rising; they are never open
	Unreachable bool     // a router on the way says so, for every port

	RTT       time.Duration // there and back
	Jitter    time.Duration // up to which an answer is later still, evenly spread
	Loss      float64       // share of the packets lost on each way
	Duplicate float64       // share of the answers that come twice
	Rate      float64       // SYNs a second it takes in, more are dropped in silence; 0 has no limit
	Burst     float64       // SYNs it takes in at once after a silence; 0 means Rate/10, at least 1
	Window    time.Duration // if set, there is no burst: Rate is counted for each stretch of time so long
}

// Accepts tells whether a scanner must find the port.
func (h Host) Accepts(port uint16) bool {
	if h.Dead || h.Unreachable || h.dropsPort(port) {
		return false
	}
	_, found := slices.BinarySearch(h.Open, port)
	return found || h.AllOpen
}

func (h Host) dropsPort(port uint16) bool {
	_, found := slices.BinarySearch(h.Drops, port)
	return found
}

// says is what the host answers to a SYN that has reached it; ok is false for nothing.
func (h Host) says(port uint16) (kind wire.Kind, ok bool) {
	switch {
	case h.Unreachable:
		return wire.Barred, true
	case h.Accepts(port):
		return wire.Open, true
	case h.Dead, h.Silent, h.dropsPort(port):
		return 0, false
	}
	return wire.Closed, true
}

// delay is how long one answer takes.
func (h Host) delay(dice *rand.Rand) time.Duration {
	if h.Jitter <= 0 {
		return h.RTT
	}
	return h.RTT + time.Duration(dice.Int64N(int64(h.Jitter)+1))
}

// bucket is the token bucket of a host that takes in so many SYNs a second.
type bucket struct {
	tokens float64
	filled time.Time
}

// take is asked for each SYN that reaches the host.
func (b *bucket) take(at time.Time, h Host) bool {
	if h.Window > 0 {
		if begun := at.Truncate(h.Window); !begun.Equal(b.filled) {
			*b = bucket{tokens: h.Rate * h.Window.Seconds(), filled: begun}
		}
		b.tokens--
		return b.tokens >= 0
	}
	burst := h.Burst
	if burst == 0 {
		burst = max(1, h.Rate/10)
	}
	if b.filled.IsZero() {
		*b = bucket{tokens: burst, filled: at}
	}
	if passed := at.Sub(b.filled); passed > 0 {
		b.tokens = min(burst, b.tokens+h.Rate*passed.Seconds())
		b.filled = at
	}
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
