package discovery

import "time"

const (
	// minSlack is what is waited beyond the smoothed round trip at least: less would
	// time out what our own busy system, not the network, is late to read.
	minSlack = 100 * time.Millisecond
	// slowSlack is the same for a host to which little is sent at a time, so that the
	// last of its ports are waited for less.
	slowSlack = 50 * time.Millisecond
	// maxTimeout ends the patience with hosts that answer ever later.
	maxTimeout = 3 * time.Second
	// firstTimeout is waited as long as nobody has answered. RFC 6298 section 2.1 says one
	// second for those who cannot hear late answers; here they are heard.
	firstTimeout = 600 * time.Millisecond
	// minUnknown and maxUnknown bound how long a host that has never answered is
	// waited for once others have: it may be further away than they are. The last
	// attempt has a third more, and still less than the second after which a system
	// that connects sends a SYN again by itself.
	minUnknown = 250 * time.Millisecond
	maxUnknown = 700 * time.Millisecond
)

// roundTrip is the estimate of RFC 6298 section 2.
type roundTrip struct {
	smoothed, deviation time.Duration
}

func (r *roundTrip) add(sample time.Duration) {
	if r.smoothed == 0 {
		r.smoothed, r.deviation = max(1, sample), sample/2
		return
	}
	off := r.smoothed - sample
	r.deviation += (max(off, -off) - r.deviation) / 4
	r.smoothed += (sample - r.smoothed) / 8
}

func (r *roundTrip) known() bool { return r.smoothed > 0 }

func (r *roundTrip) timeout(slack time.Duration) time.Duration {
	return min(maxTimeout, r.smoothed+max(slack, 4*r.deviation))
}

// slowest follows the largest of the timeouts of hosts that answer: at once
// upwards, by a thousandth of the difference with each sample downwards.
type slowest time.Duration

func (s *slowest) add(timeout time.Duration) {
	if t := slowest(timeout); t > *s {
		*s = t
	} else {
		*s -= (*s - t) >> 10
	}
}

// unknown is how long a host is waited for that has never answered.
func (s slowest) unknown() time.Duration {
	if s == 0 {
		return firstTimeout
	}
	return min(maxUnknown, max(minUnknown, time.Duration(s)))
}
