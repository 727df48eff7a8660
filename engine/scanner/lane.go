package scanner

import (
	"sync"
	"time"
)

const (
	// attemptsPerHost is how many connection attempts to one host are out at the
	// same time: half of 128, the length of the queue of half-open connections
	// that small systems have (SOMAXCONN before Linux 5.4), so that we never fill it.
	attemptsPerHost = 64

	// firstTimeout is that of RFC 6298 section 2.1 before anything is measured.
	firstTimeout = time.Second
	// minTimeout spans a round trip round the world (about 300 ms), so that a host
	// is not missed because its neighbours are near.
	minTimeout = 300 * time.Millisecond
	// maxTimeout leaves room for one retransmission by our own system after 1 s.
	maxTimeout = 2 * time.Second
	// enoughSamples is from how many round trips of the task its timeout counts for
	// hosts that have not answered yet.
	enoughSamples = 8
)

// lane is what is known of one host, and how much may go on with it at once.
type lane struct {
	attempts slots
	retries  int // places tried a second time; only the goroutine that starts attempts uses it

	mu    sync.Mutex
	rtt   estimate
	spoke bool // the host itself has answered
}

func newLane() *lane {
	return &lane{attempts: make(slots, attemptsPerHost)}
}

func (l *lane) measure(rtt time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rtt.add(rtt)
}

// firstWord notes that the host has answered, and reports whether it had not before.
func (l *lane) firstWord() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := !l.spoke
	l.spoke = true
	return first
}

// estimated gives the host's own estimate.
func (l *lane) estimated() estimate {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rtt
}

// heard reports whether the host has ever answered.
func (l *lane) heard() bool { return l.estimated().samples > 0 }

// estimate is the round trip of RFC 6298 section 2.
type estimate struct {
	samples  int
	smoothed time.Duration // SRTT
	variance time.Duration // RTTVAR
}

func (e *estimate) add(rtt time.Duration) {
	e.samples++
	if e.samples == 1 {
		e.smoothed, e.variance = rtt, rtt/2
		return
	}
	e.variance = (3*e.variance + (e.smoothed - rtt).Abs()) / 4
	e.smoothed = (7*e.smoothed + rtt) / 8
}

// timeout is RTO, between our own bounds.
func (e *estimate) timeout() time.Duration {
	return min(maxTimeout, max(minTimeout, e.smoothed+4*e.variance))
}

// timeoutFor says how long to wait for a host: by its own round trips, else by
// twice those of the task, else by the standard.
func timeoutFor(host, all estimate) time.Duration {
	switch {
	case host.samples > 0:
		return host.timeout()
	case all.samples >= enoughSamples:
		return min(firstTimeout, 2*all.timeout())
	}
	return firstTimeout
}
