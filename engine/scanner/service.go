package scanner

import (
	"context"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// maxWaiting is how many open ports may wait to be identified before whoever
// brings more does: a goroutine each, some 8 MB in all. It is many hosts' worth, so
// that one host whose places are taken does not hold up the others.
const maxWaiting = 1024

// service has endpoints identified: so many at the same time over everything, so
// many of one host, in no order.
type service struct {
	scanner *Scanner
	dial    *dialer
	results *collector
	waiting slots
	running sync.WaitGroup
}

func newService(s *Scanner, dial *dialer, results *collector) *service {
	return &service{scanner: s, dial: dial, results: results, waiting: make(slots, maxWaiting)}
}

// add has one place identified, once for each endpoint that it is. It waits while
// too many are waiting.
func (s *service) add(ctx context.Context, place []engine.Endpoint) {
	if len(place) == 0 || !s.waiting.take(ctx) {
		return
	}
	s.running.Go(func() {
		defer s.waiting.free()
		s.serve(ctx, place)
	})
}

func (s *service) wait() { s.running.Wait() }

func (s *service) serve(ctx context.Context, place []engine.Endpoint) {
	host := s.dial.hosts.enter(place[0].Addr)
	defer s.dial.hosts.leave(host)
	if !host.services.take(ctx) {
		return
	}
	defer host.services.free()
	if !s.scanner.services.take(ctx) {
		return
	}
	defer s.scanner.services.free()
	for _, to := range place {
		found := s.scanner.identifier.Run(ctx, s.dial, to)
		s.results.add(ctx, item{from: to, responses: found, isDone: true})
	}
}
