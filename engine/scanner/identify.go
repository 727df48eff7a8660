package scanner

import (
	"context"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// silence is how long a port may say nothing to anybody before it is left: two
	// round trips round the world (600 ms), a retransmission (RFC 6298: 1 s) and
	// time to think.
	silence = 3 * time.Second
	// grace is how much longer the others get once there is a weak answer: a
	// server that has answered one will not be slow to answer another.
	grace = time.Second
	// endpointTime ends everything at one endpoint: eight connections, one after the other,
	// of a peer that uses up the time of each.
	endpointTime = 8 * probe.ConnectionTime
	// raceWidth is how many probes are tried at the same time. With the listener
	// that is half of MaxStartups, see servicesPerHost.
	raceWidth = 4
)

// identification finds out what speaks at an open port.
//
//	connect ─► listener: does it greet? ──yes──► the probe whose greeting it is
//	   │                                              ▲
//	   └─ head start ─► expected probes ─► the others ┼─► what takes anything
//	                    (by port)          (4 at once)│
//	                        first sure answer wins; a greeting ends the race
//
// A server that speaks first does so at once, so it is listened to for a head
// start of two round trips before probes speak to it; it may still greet during
// the race. Each wave of probes starts when the one before has failed, or is
// silent for a while. A weak answer counts when no sure one comes.
type identification struct {
	log    *slog.Logger
	probes []probe.Probe
	dial   probe.Dialer
	to     engine.Endpoint
	rtt    time.Duration

	waves    [][]probe.Probe // still to come
	last     []probe.Probe
	running  []*contestant
	finished chan *contestant
	flight   sync.WaitGroup
	fallback []engine.Response
	isLate   bool // no more waves
}

// contestant is a probe in the race.
type contestant struct {
	probe  probe.Probe
	heard  atomic.Bool // the peer has said something to it
	cancel context.CancelFunc
	result probe.Result
}

func newIdentification(config Config, dial probe.Dialer, to engine.Endpoint, rtt time.Duration) *identification {
	return &identification{log: config.Log, probes: config.Probes, dial: dial, to: to, rtt: rtt, finished: make(chan *contestant, len(config.Probes))}
}

// run gives what the endpoint's protocol has told; nothing for a port that says nothing.
func (id *identification) run(ctx context.Context) []engine.Response {
	ctx, cancel := context.WithTimeout(ctx, endpointTime)
	defer id.flight.Wait()
	defer cancel()
	greetings := make(chan []byte, 1)
	listening, hangUp := context.WithCancel(ctx)
	defer hangUp()
	id.flight.Go(func() { greetings <- id.listen(listening) })
	responses, greeting := id.race(ctx, greetings)
	hangUp()
	if greeting != nil {
		id.stop(func(*contestant) bool { return true })
		responses = id.greeted(ctx, greeting)
	}
	return probe.Refine(ctx, id.probes, id.dial, id.to, responses)
}

// listen waits for a greeting; nil if there is none.
func (id *identification) listen(ctx context.Context) []byte {
	conn, err := id.dial.Dial(ctx, id.to)
	if err != nil {
		return nil
	}
	defer func() { _ = conn.Close() }()
	greeting, _ := probe.ReadGreeting(conn, silence)
	return greeting
}

// race ends with the responses of a sure answer, with a greeting, or with the
// weak answer, if any, when all waves are over.
func (id *identification) race(ctx context.Context, greetings <-chan []byte) ([]engine.Response, []byte) {
	id.waves, id.last = id.line()
	next := time.NewTimer(between(5*time.Millisecond, 2*id.rtt, 100*time.Millisecond))
	late := time.NewTimer(silence)
	defer next.Stop()
	defer late.Stop()
	for {
		select {
		case greeting := <-greetings:
			if greeting != nil {
				return nil, greeting
			}
		case c := <-id.finished:
			if id.settle(c) {
				return c.result.Responses, nil
			}
			id.hurry(next, late)
		case <-next.C:
			if !id.isHeard() {
				id.start(ctx, id.nextWave())
			}
			if len(id.running) == 0 {
				return id.fallback, nil
			}
			next.Reset(between(100*time.Millisecond, 4*id.rtt, 500*time.Millisecond))
		case <-late.C:
			id.isLate = true
			id.stop(func(c *contestant) bool { return !c.heard.Load() })
		case <-ctx.Done():
			return id.fallback, nil
		}
	}
}

// line orders the probes: those the port is known for, then the others, and last
// what takes anything. Whose server speaks first is not in the race; it waits for
// a greeting, as a refiner does for an answer.
func (id *identification) line() (waves [][]probe.Probe, last []probe.Probe) {
	var expected, others []probe.Probe
	for _, p := range id.probes {
		_, greets := p.(probe.Greeter)
		_, refines := p.(probe.Refiner)
		switch {
		case refines:
		case greets && len(p.Ports()) == 0:
			last = append(last, p)
		case greets:
		case slices.Contains(p.Ports(), id.to.Port):
			expected = append(expected, p)
		default:
			others = append(others, p)
		}
	}
	return slices.Concat(slices.Collect(slices.Chunk(expected, raceWidth)), slices.Collect(slices.Chunk(others, raceWidth))), last
}

// nextWave gives the probes whose turn it is. What takes anything has its turn only
// while there is no answer at all.
func (id *identification) nextWave() (wave []probe.Probe) {
	switch {
	case id.isLate:
		return nil
	case len(id.waves) > 0:
		wave, id.waves = id.waves[0], id.waves[1:]
	case id.fallback == nil:
		wave, id.last = id.last, nil
	}
	return wave
}

func (id *identification) start(ctx context.Context, probes []probe.Probe) {
	for _, p := range probes {
		own, cancel := context.WithCancel(ctx)
		c := &contestant{probe: p, cancel: cancel}
		id.running = append(id.running, c)
		id.flight.Go(func() {
			defer cancel()
			c.result = p.Run(own, attentive{id.dial, &c.heard}, id.to)
			id.finished <- c
		})
	}
}

// settle takes a contestant out of the race and reports whether it has won.
func (id *identification) settle(c *contestant) bool {
	id.running = slices.DeleteFunc(id.running, func(other *contestant) bool { return other == c })
	id.log.Debug("probe", "probe", c.probe.Name(), "endpoint", id.to, "outcome", c.result.Outcome, "err", c.result.Err)
	if c.result.Outcome == engine.Answered && !c.result.Weak {
		return true
	}
	// A handshake that was refused says more than a protocol that half fits.
	if len(c.result.Responses) > 0 && (id.fallback == nil || c.result.Outcome == engine.Handshake) {
		id.fallback = c.result.Responses
	}
	return false
}

// hurry is called when a contestant has lost: nobody waits for him, and not for
// long once there is a weak answer.
func (id *identification) hurry(next, late *time.Timer) {
	if id.fallback != nil {
		late.Reset(grace)
	}
	if len(id.running) == 0 {
		next.Reset(0)
	}
}

func (id *identification) isHeard() bool {
	return slices.ContainsFunc(id.running, func(c *contestant) bool { return c.heard.Load() })
}

// stop cancels the contestants that meet a condition; they finish soon.
func (id *identification) stop(condition func(*contestant) bool) {
	for _, c := range id.running {
		if condition(c) {
			c.cancel()
		}
	}
}

// greeted runs the probes whose greeting this is, in order, until one is answered.
func (id *identification) greeted(ctx context.Context, greeting []byte) []engine.Response {
	for _, p := range id.probes {
		greeter, ok := p.(probe.Greeter)
		if !ok || !greeter.Greets(greeting) {
			continue
		}
		result := p.Run(ctx, id.dial, id.to)
		id.log.Debug("probe", "probe", p.Name(), "endpoint", id.to, "outcome", result.Outcome, "err", result.Err)
		if result.Outcome == engine.Answered {
			return result.Responses
		}
	}
	return nil
}

func between(least, want, most time.Duration) time.Duration { return min(most, max(least, want)) }

// attentive is a dialer that notices when a peer says something.
type attentive struct {
	probe.Dialer
	heard *atomic.Bool
}

var _ probe.Dialer = attentive{}

// Dial implements [probe.Dialer].
func (a attentive) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	conn, err := a.Dialer.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	return &heardConn{conn, a.heard}, nil
}

type heardConn struct {
	net.Conn
	heard *atomic.Bool
}

var _ net.Conn = (*heardConn)(nil)

func (c *heardConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.heard.Store(true)
	}
	return n, err
}
