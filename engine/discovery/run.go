package discovery

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

const (
	// turn is how many attempts are sent between two looks at what has come back.
	turn = 64
	// reportEvery is how often progress is told.
	reportEvery = tick(250 * time.Millisecond)
	// idle is the longest wait when nothing is due.
	idle = tick(time.Second)
)

// run is the scheduler: it owns the clock, every host under way and what all of
// them share. One goroutine runs it.
type run struct {
	c      Config
	source *source
	start  time.Time
	now    tick

	hosts  map[netip.Addr]*host
	alarms alarms
	urgent ring // hosts in the slow lane, whose turn is a matter of time
	ready  ring
	spare  []*host
	crowds crowds

	flow   flow
	limits limits
	shelf  shelf

	slowest slowest
	woken   time.Duration // what slowest said when the alarms were last set by it
	loss    loss

	progress Progress
	report   tick
}

// Run finds the open ports of a space. It returns when every place is answered
// or given up, or early with the error of ctx, of the wire, or an [engine.Limit]
// error when the budget is spent. The State says what is undone in each case.
//
// Run releases all its attempts but does not close the wire.
func Run(ctx context.Context, c Config) (State, error) {
	r, err := newRun(c)
	if err != nil {
		return c.From, err
	}
	for err == nil && !r.isOver() {
		err = r.step(ctx)
	}
	return r.stop(), err
}

func newRun(c Config) (*run, error) {
	r := &run{
		c: c, source: newSource(c.Space, c.From), start: c.Wire.Now(),
		hosts: map[netip.Addr]*host{}, crowds: newCrowds(c.Space),
		flow: newFlow(c.Wire.Capacity()), limits: newLimits(c),
	}
	r.progress.Places = c.Space.Len()
	r.progress.Done = c.Space.Len() - r.source.undone()
	return r, r.limits.validate()
}

func (r *run) isOver() bool { return len(r.hosts) == 0 && r.source.empty() }

// step does what is due, sends some attempts, and hears what has come.
func (r *run) step(ctx context.Context) error {
	r.tell()
	if err := r.catchUp(ctx); err != nil {
		return err
	}
	r.alarm()
	r.flow.adapt(r.now)
	r.shelf.clear(r, r.now)
	until, err := r.send()
	if err != nil || r.isOver() {
		return err
	}
	if until > r.now && len(r.alarms) > 0 {
		until = min(until, r.alarms[0].wake)
	}
	if err := r.receive(ctx, until); err != nil {
		return err
	}
	r.look()
	return nil
}

// catchUp hears everything that came before now if something is due: when our own
// process was held up, answers may lie there for attempts whose time is over.
func (r *run) catchUp(ctx context.Context) error {
	if len(r.alarms) == 0 || r.alarms[0].wake > r.now {
		return nil
	}
	return r.receive(ctx, 0)
}

func (r *run) receive(ctx context.Context, until tick) error {
	err := r.c.Wire.Receive(ctx, r.start.Add(time.Duration(until)), r.take)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("discover: %w", ctx.Err())
	}
	return fmt.Errorf("receive from the %s wire: %w", r.c.Wire.Name(), err)
}

// look reads the clock.
func (r *run) look() { r.now = tick(r.c.Wire.Now().Sub(r.start)) }

// send gives out attempts until a turn is over or something is in the way, and
// tells until when there is nothing more to send.
func (r *run) send() (until tick, err error) {
	for range turn {
		r.admit()
		switch {
		case r.urgent.size+r.ready.size > 0:
		case r.wantsHosts(): // there were only forbidden ones so far
			return r.now, nil
		default:
			return r.now + idle, nil
		}
		free, until := r.mayStart()
		if !free {
			return until, nil
		}
		if until, err := r.next(); err != nil || until > r.now {
			return until, err
		}
		r.look()
	}
	return r.now, nil
}

// mayStart asks all that is shared whether one more attempt may be sent now; if
// not, it tells when to ask again at the latest.
func (r *run) mayStart() (ok bool, until tick) {
	if ok, until := r.flow.room(r.now); !ok {
		return false, until
	}
	if r.flow.flying+r.shelf.size >= r.flow.capacity && !r.shelf.drop(r) {
		return false, r.now + idle
	}
	return true, r.now
}

// next lets the host whose turn it is send one attempt, or tells when to ask again.
func (r *run) next() (until tick, err error) {
	h := r.turn()
	if h == nil || !r.isReady(h) {
		return r.now, nil
	}
	if until = r.limits.take(r); until > r.now {
		r.offer(h)
		return until, nil
	}
	if i, ok := h.choose(); ok {
		return until, r.sendPlace(h, i)
	}
	if h.canaries.due() {
		return until, r.sendCanary(h)
	}
	return until, nil
}

// turn takes the next host out of its ring; nil if that host is no more.
func (r *run) turn() *host {
	from := &r.ready
	if r.urgent.size > 0 {
		from = &r.urgent
	}
	h := from.pop()
	h.queued = false
	if h.finished {
		r.spare = append(r.spare, h)
		return nil
	}
	return h
}

// isReady tells whether a host may send now. If only the time is in the way, its
// alarm is set.
func (r *run) isReady(h *host) bool {
	if !h.hasMore() {
		return false
	}
	if !h.lane.slow && h.flying >= h.lane.room(r.now) {
		if h.lane.window < maxWindow {
			r.alarms.set(h, h.lane.grows)
		}
		return false
	}
	if h.lane.next > r.now {
		r.alarms.set(h, h.lane.next)
		return false
	}
	return true
}

// offer puts a host that may send into its ring.
func (r *run) offer(h *host) {
	switch {
	case h.queued || h.finished || !r.isReady(h):
		return
	case h.lane.slow || r.limits.gap > 0:
		r.urgent.push(h)
	default:
		r.ready.push(h)
	}
	h.queued = true
}

func (r *run) sendPlace(h *host, i int) error {
	p := &h.places[i]
	if sent, err := r.sendAttempt(h, wire.Attempt{Place: r.address(h, i), Try: p.tries}); !sent {
		return err
	}
	p.sent, p.state, p.tries = r.now.micros(), out, (p.tries+1)&15
	h.flight.push(h.places, i)
	h.canaries.apart++
	if h.lane.slow && h.lane.trial.covers(r.now) {
		h.lane.trial.sent++
	}
	r.follow(h)
	return nil
}

func (r *run) sendCanary(h *host) error {
	b := h.canaries.free()
	if sent, err := r.sendAttempt(h, wire.Attempt{Place: r.address(h, b.place), Try: b.next()}); !sent {
		return err
	}
	h.canaries.fly(b, r.now)
	if h.lane.slow && h.lane.trial.covers(r.now) {
		h.lane.trial.canaries++
	}
	r.follow(h)
	return nil
}

// sendAttempt puts an attempt on the wire. If the wire finds it out of scope, that
// is the end of the host.
func (r *run) sendAttempt(h *host, a wire.Attempt) (sent bool, err error) {
	switch err := r.c.Wire.Send(a); {
	case isForbidden(err):
		r.finish(h)
		return false, nil
	case err != nil:
		return false, fmt.Errorf("send to %s: %w", a.Place, err)
	}
	if h.began == 0 {
		h.began = max(1, r.now)
	}
	h.flying++
	r.flow.flying++
	r.progress.Sent++
	h.lane.sent(r.now, r.limits.gap)
	return true, nil
}

// follow sees to what comes after an attempt: its end, and the host's next.
func (r *run) follow(h *host) {
	r.alarms.set(h, r.now+tick(h.timeout(r.slowest.unknown())))
	r.offer(h)
}

func (r *run) address(h *host, i int) netip.AddrPort {
	return netip.AddrPortFrom(h.Addr, r.c.Space.Port(h.Host, i))
}

// tell reports progress from time to time.
func (r *run) tell() {
	if r.now >= r.report && r.c.Progress != nil {
		r.report = r.now + reportEvery
		r.c.Progress(r.progress)
	}
}
