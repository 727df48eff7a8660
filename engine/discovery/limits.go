package discovery

import (
	"time"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// limits are those of the user: never exceeded, whatever is lost by it.
type limits struct {
	limiter *rate.Limiter
	gap     tick // between two attempts at one host
	budget  int64
	spent   int64
}

// synBytes4 and synBytes6 are the bytes of a SYN: 20 or 40 of IP and 20 of TCP with
// at most 20 of options (RFC 9293 section 3.1). To a port that accepts an
// acknowledgement and a reset follow, with 12 of options each.
const (
	synBytes4, openBytes4 = 60, 2 * 52
	synBytes6, openBytes6 = 80, 2 * 72
)

func bytesTo(h *host) (syn, open int64) {
	if h.Addr.Is4() {
		return synBytes4, openBytes4
	}
	return synBytes6, openBytes6
}

func newLimits(c Config) limits {
	l := limits{limiter: c.Limiter, budget: c.Budget}
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

// take takes one attempt at a host off the limits, or tells when to ask again. When
// the budget is spent that is an [engine.Limit] error.
func (l *limits) take(r *run, h *host) (at tick, err error) {
	if !l.affords(r, h) {
		if r.flow.flying+r.shelf.size > 0 { // they may turn out to be cheaper than was feared
			return r.now + coarse, nil
		}
		return r.now, &engine.Error{
			Kind: engine.Limit, Title: "Budget is spent", Detail: "the bytes that may be sent are sent",
			Hint: "go on with a larger budget from where this ended",
		}
	}
	if l.limiter != nil {
		moment := r.start.Add(time.Duration(r.now))
		reservation := l.limiter.ReserveN(moment, 1)
		if wait := reservation.DelayFrom(moment); wait > 0 {
			reservation.CancelAt(moment)
			return r.now + tick(wait), nil
		}
	}
	syn, _ := bytesTo(h)
	l.spent += syn
	return r.now, nil
}

// affords tells whether the budget is enough for one more attempt even if all
// those on their way, and this one, find an open port.
func (l *limits) affords(r *run, h *host) bool {
	syn, open := bytesTo(h)
	feared := int64(r.flow.flying+r.shelf.size+1) * open
	return l.budget == 0 || l.spent+feared+syn <= l.budget
}

// answered is told each answer: our own system replies to those that accept.
func (l *limits) answered(h *host, kind wire.Kind) {
	if kind == wire.Open {
		_, open := bytesTo(h)
		l.spent += open
	}
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
	readyMemory           = 3 << 20
	leastReady, mostReady = 8, 512
)

func newCrowds(s *space.Space) crowds {
	each := hostBytes + placeBytes*s.Ports()
	return crowds{
		most:  max(leastHosts, memory/each),
		ready: min(mostReady, max(leastReady, readyMemory/each)),
	}
}
