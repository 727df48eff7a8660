package discovery

import (
	"time"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
)

// limits are those of the user: never exceeded, whatever is lost by it.
type limits struct {
	limiter *rate.Limiter
	gap     tick // between two attempts at one host
}

func newLimits(c Config) limits {
	l := limits{limiter: c.Limiter}
	if c.HostRate > 0 {
		l.gap = (tick(time.Second) + tick(c.HostRate) - 1) / tick(c.HostRate)
	}
	if l.limiter != nil && l.limiter.Limit() == rate.Inf {
		l.limiter = nil
	}
	return l
}

func (l *limits) validate() error {
	if l.limiter != nil && (l.limiter.Burst() < 1 || l.limiter.Limit() <= 0) {
		return &engine.Error{
			Kind: engine.Invalid, Title: "Rate is not valid", Field: "rate",
			Detail: "the rate permits no packet at all", Hint: "give a rate and a burst of at least 1",
		}
	}
	return nil
}

// take takes one attempt off the limits, or tells when to ask again.
func (l *limits) take(r *run) (at tick) {
	if l.limiter == nil {
		return r.now
	}
	moment := r.start.Add(time.Duration(r.now))
	reservation := l.limiter.ReserveN(moment, 1)
	if wait := reservation.DelayFrom(moment); wait > 0 {
		reservation.CancelAt(moment)
		return r.now + tick(wait)
	}
	return r.now
}

func isForbidden(err error) bool {
	return err != nil && engine.KindOf(err) == engine.Forbidden
}

// memory is what the places and hosts under way may take together, in bytes, and
// hostBytes what a host takes besides its places.
const (
	memory     = 10 << 20
	hostBytes  = 700
	placeBytes = 12
	leastHosts = 8
)

// crowds are how many hosts may be under way, and how many take turns: enough for
// neighbouring attempts to go far apart, but with many ports fewer, so that a space of
// ten times the ports takes no more memory.
type crowds struct{ most, ready int }

const (
	readyMemory           = 3 << 19 // what 512 hosts of 200 ports take
	leastReady, mostReady = 8, 512
)

func newCrowds(s *space.Space) crowds {
	each := hostBytes + placeBytes*s.Ports()
	return crowds{
		most:  max(leastHosts, memory/each),
		ready: min(mostReady, max(leastReady, readyMemory/each)),
	}
}
