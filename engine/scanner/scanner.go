// Package scanner runs one task: it resolves names and has them examined, finds open
// ports, lets probes speak to them and checks judge what they learnt. Begin with [New] and
// [Scanner.Run]; the way of a task through the package is in Run.
//
// It keeps no record and knows no queue: what it finds goes to a [Sink] as soon
// as it is found. It opens sockets in one place, dialer.go, which enforces the
// scope, the rate and the limits of each connection.
package scanner

import (
	"cmp"
	"context"
	"log/slog"
	"sync"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/domain"
	"github.com/portolan-io/terraform-provider-portolan/engine/identify"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
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
	Probes    []probe.Probe // likeliest first, what takes anything last
	Checks    Judge         // nil judges nothing
	Log       *slog.Logger  // nil discards
	Resolver  Resolver      // nil asks the system's servers; one that is a [domain.Asker] has names examined
	Domain    domain.Config // how they are; whom to ask is the scanner's to say
	Interface string        // that SYN packets leave by; "" follows the routing table
	Sockets   int           // open at the same time over all tasks; 0 derives it from the process's limit
	Tasks     int           // that run at the same time and share the sockets; 0 is one
	Rate      int           // packets a second over all tasks; 0 has no limit
}

// maxServices is how many endpoints are spoken to at the same time at most: what a
// web server sends and how it is kept is about half a megabyte.
const maxServices = 128

// Scanner runs tasks, several at a time if asked to. The limit of sockets holds
// for all of them together, those of a profile for each task.
type Scanner struct {
	config     Config
	identifier *identify.Identifier
	services   slots // endpoints that probes speak to
	limiter    *rate.Limiter
}

// New makes a scanner.
func New(config Config) *Scanner {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Sockets <= 0 {
		config.Sockets = defaultSockets()
	}
	return &Scanner{
		config:     config,
		identifier: identify.New(identify.Config{Probes: config.Probes, Log: config.Log}),
		limiter:    newLimiter(config.Rate, max(1, config.Rate/10)),
		services:   make(slots, max(1, min(maxServices, config.Sockets/2/identify.Sockets))),
	}
}

// isShared reports whether a task keeps the rate of all tasks together. One whose own
// rate is so low that all could have it keeps that.
func (s *Scanner) isShared(own int) bool {
	return s.config.Rate > 0 && (own == 0 || own > s.config.Rate/max(1, s.config.Tasks))
}

// Run works on a task until everything is scanned, ctx is done or the sink fails.
// It returns ctx's error, the sink's, or an [engine.Error] when there is nothing
// to scan because no name resolves, or the task has used up its bytes; that a host
// or port does not answer is a result and no error. It leaves no goroutine behind.
func (s *Scanner) Run(ctx context.Context, task engine.Task, sink Sink) error {
	names := &names{scope: task.Scope, servers: task.Profile.Resolvers, given: s.config.Resolver}
	defer names.close()
	dial := newDialer(task.Scope, task.Profile, names)
	if s.isShared(task.Profile.Rate) {
		dial.limiter = s.limiter
	}
	examining, stop := context.WithCancel(ctx)
	domains := s.examine(examining, task, dial)
	defer domains.wait()
	defer stop()
	where, err := s.locate(ctx, task, names)
	if isUnresolved(err) && len(domains.wait()) > 0 {
		where, err = &whereabouts{}, nil // no address, and something to tell nevertheless
	}
	if err != nil {
		return err
	}
	results := newCollector(s.config, where)
	return results.during(ctx, sink, func(ctx context.Context) error {
		x := &exploration{scanner: s, task: task, where: where, services: newService(s, dial, results), results: results, news: newNews()}
		defer context.AfterFunc(ctx, stop)()
		var telling sync.WaitGroup
		telling.Go(func() { results.add(ctx, item{responses: domains.wait()}) })
		err := x.run(ctx)
		telling.Wait()
		return cmp.Or(err, dial.budget.Err())
	})
}
