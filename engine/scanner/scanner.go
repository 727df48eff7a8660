// Package scanner runs one task: it resolves names, finds open ports, lets probes
// speak to them and checks judge what they learnt. Begin with [New] and
// [Scanner.Run]; the way of a task through the package is in Run.
//
// It keeps no record and knows no queue: what it finds goes to a [Sink] as soon
// as it is found. It opens sockets in one place, dialer.go, which enforces the
// scope, the rate and the limits of each connection.
package scanner

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
)

// Sink takes what a task finds. It is called from one goroutine at a time, with
// batches, and never after Run has returned. The same response or endpoint is
// handed over once per run, but again when the task is run again. An error ends the run.
type Sink interface {
	// Put takes the Responses, Findings, Open and Up of a report; the rest of it is
	// the sink's to fill.
	Put(ctx context.Context, found engine.Report) error
}

// Judge asks all checks of a response; the check library is one.
type Judge interface {
	Judge(response engine.Response) ([]engine.Finding, error)
}

// Config says how to scan. The zero value finds open ports and nothing else.
type Config struct {
	Probes   []probe.Probe // likeliest first, what takes anything last
	Checks   Judge         // nil judges nothing
	Log      *slog.Logger  // nil discards
	Resolver Resolver      // nil is the system's
	Rate     int           // connection attempts and datagrams a second over all tasks; 0 has no limit
	Sockets  int           // open at the same time over all tasks; 0 derives it from the process's limit
}

// Scanner runs tasks, several at a time if asked to. The limits hold for all of
// them together.
type Scanner struct {
	config   Config
	limiter  *rate.Limiter
	attempts slots // connection attempts of discovery
	services slots // endpoints that probes speak to
}

// New makes a scanner.
func New(config Config) *Scanner {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Resolver == nil {
		config.Resolver = systemResolver()
	}
	if config.Sockets <= 0 {
		config.Sockets = defaultSockets()
	}
	s := &Scanner{
		config:   config,
		limiter:  rate.NewLimiter(rate.Inf, 0),
		attempts: make(slots, max(1, config.Sockets/2)),
		services: make(slots, max(1, config.Sockets/2/socketsPerService)),
	}
	if config.Rate > 0 {
		s.limiter = rate.NewLimiter(rate.Limit(config.Rate), max(1, config.Rate/10)) // bursts of 100 ms
	}
	return s
}

// Run works on a task until everything is scanned, ctx is done or the sink fails.
// It returns ctx's error, the sink's, or an [engine.Error] when there is nothing
// to scan because no name resolves; that a host or port does not answer is a
// result and no error. It leaves no goroutine behind.
func (s *Scanner) Run(ctx context.Context, task engine.Task, sink Sink) error {
	dial := &dialer{scope: task.Scope, limiter: s.limiter, resolver: s.config.Resolver}
	where, err := s.locate(ctx, task, dial)
	if err != nil {
		return err
	}
	work, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	results := newCollector(s.config, where)
	collected := make(chan struct{})
	go func() {
		defer close(collected)
		if err := results.run(work, sink); err != nil {
			stop(err)
		}
	}()
	s.explore(work, dial, where, results)
	results.close()
	<-collected
	if err := ctx.Err(); err != nil {
		return err
	}
	return context.Cause(work)
}

// explore finds open ports and has each identified as soon as it is found.
func (s *Scanner) explore(ctx context.Context, dial *dialer, where *whereabouts, results *collector) {
	var services sync.WaitGroup
	waiting := make(slots, maxWaiting)
	search := newDiscovery(where.space, dial, s.attempts, func(host *lane, place netip.AddrPort) {
		if !waiting.take(ctx) {
			return
		}
		services.Go(func() {
			defer waiting.free()
			s.serve(ctx, dial, host, where.endpoints(place), results)
		})
	}, func(host netip.Addr) { results.add(ctx, item{up: []netip.Addr{host}}) })
	search.run(ctx)
	services.Wait()
}

// serve identifies what runs on one open port, once for each target that led there.
func (s *Scanner) serve(ctx context.Context, dial *dialer, host *lane, endpoints []engine.Endpoint, results *collector) {
	results.add(ctx, item{open: endpoints})
	if len(s.config.Probes) == 0 || !host.services.take(ctx) {
		return
	}
	defer host.services.free()
	if !s.services.take(ctx) {
		return
	}
	defer s.services.free()
	for _, to := range endpoints {
		identify := newIdentification(s.config, dial, to, host.roundTrip())
		results.add(ctx, item{from: to, responses: identify.run(ctx)})
	}
}

const (
	// maxWaiting is how many open ports may wait to be identified before discovery
	// does: a goroutine each, some 8 MB in all.
	maxWaiting = 1024
	// socketsPerService is what identifying one endpoint may hold open at once: the
	// listener and four raced probes, or the seven of the longest probe (three TLS
	// handshakes and four paths).
	socketsPerService = 8
)

// slots is a counting semaphore.
type slots chan struct{}

// take waits for a slot; false when ctx is done first.
func (s slots) take(ctx context.Context) bool {
	select {
	case s <- struct{}{}:
		return ctx.Err() == nil || s.giveUp()
	case <-ctx.Done():
		return false
	}
}

func (s slots) giveUp() bool {
	s.free()
	return false
}

func (s slots) free() { <-s }

// whereabouts is where a task's targets are.
type whereabouts struct {
	space   *space.Space
	origins []origin
	names   map[netip.Addr][]string
}

// origin is a target and where it is.
type origin struct {
	target engine.Target
	name   string // empty unless the target is one
	prefix netip.Prefix
}

// endpoints gives an open place once for each target that led to it.
func (w *whereabouts) endpoints(place netip.AddrPort) []engine.Endpoint {
	var endpoints []engine.Endpoint
	for _, o := range w.origins {
		if o.prefix.Contains(place.Addr()) {
			endpoints = append(endpoints, engine.Endpoint{Addr: place.Addr(), Port: place.Port(), Transport: engine.TCP, Target: o.target, Name: o.name})
		}
	}
	return endpoints
}
