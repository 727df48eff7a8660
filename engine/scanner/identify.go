package scanner

import (
	"context"
	"iter"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Endpoints is what [Scanner.Identify] looks at.
type Endpoints struct {
	All     iter.Seq[engine.Endpoint] // taken in order, as there is room
	Scope   engine.Scope
	Profile engine.Profile
	// Limiter is of connections and datagrams, where others share the profile's rate;
	// nil makes one from the profile.
	Limiter *rate.Limiter
	// Budget is of bytes, where others share it; nil makes one from the profile.
	Budget *Budget
	// Done is called once for each endpoint, after all it told has been handed to
	// the sink, on the same goroutine as the sink. It may be nil.
	Done func(engine.Endpoint)
}

// Identify finds out what speaks at endpoints that are known to be open, as
// [Scanner.Run] does for those it finds. The same errors end it. It holds no more
// endpoints than wait for their turn, some thousand.
func (s *Scanner) Identify(ctx context.Context, in Endpoints, sink Sink) error {
	names := &names{scope: in.Scope, given: s.config.Resolver}
	defer names.close()
	dial := newDialer(in.Scope, in.Profile, names)
	if in.Limiter != nil {
		dial.limiter = in.Limiter
	}
	if in.Budget != nil {
		dial.budget = in.Budget
	}
	results := newCollector(s.config, &whereabouts{})
	results.done = in.Done
	return results.during(ctx, sink, func(ctx context.Context) error {
		services := newService(s, dial, results)
		for to := range in.All {
			services.add(ctx, []engine.Endpoint{to})
			if ctx.Err() != nil {
				break
			}
		}
		services.wait()
		return dial.budget.Err()
	})
}
