// Package identify finds out what speaks at an open port. Begin with [New] and
// [Identifier.Run].
//
// It decides which probes are tried, in which order, how many at a time and for
// how long; what a protocol looks like only its probe knows, and sockets only
// the dialer it is handed. How ports are found is discovery's.
//
//	connect ─► listen ──greeting──────────────► the probes whose greeting it is
//	              │ silence                               ▲ overheard by a probe
//	              ▼                                       │
//	           race: expected by port ─► likeliest ─► the others ─► what takes anything
//	              │ first sure answer wins
//	              ├─ a tunnel (TLS): the same once more, inside
//	              └─ refiners give it its exact name
package identify

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// endpointTime ends everything at one endpoint: three connections, one after the
// other, of a peer that uses up the time of each.
const endpointTime = 3 * probe.ConnectionTime

// Sockets is how many connections identifying one endpoint has open at the same
// time: a full race, one of whose probes has as many itself while it looks at TLS.
const Sockets = 2 * raceWidth

// Config says with what to identify.
type Config struct {
	Probes []probe.Probe // likeliest first, what takes anything last
	Log    *slog.Logger  // nil discards
}

// Identifier identifies endpoints. It is safe for concurrent use.
type Identifier struct {
	config Config
}

// New makes an identifier.
func New(config Config) *Identifier {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Identifier{config: config}
}

// Run gives what the endpoint's protocol has told, the document that names it
// best first; nothing for a port that says nothing. A silent peer costs 13 s, one
// that never ends its answers 15 s. When ctx is done it gives what it has.
func (i *Identifier) Run(ctx context.Context, dial probe.Dialer, to engine.Endpoint) []engine.Response {
	ctx, cancel := context.WithTimeout(ctx, endpointTime)
	defer cancel()
	if to.Transport == engine.UDP {
		return i.race(ctx, byDatagrams(i.config.Probes, dial, to)).result.Responses
	}
	if responses, isOver := i.ask(ctx, dial, to); isOver {
		return responses
	}
	won := i.race(ctx, inTheClear(i.config.Probes, dial, to))
	if tunnel, ok := won.by.(probe.Tunnel); ok && won.isOf(tunnel) {
		return i.inside(ctx, tunnel, dial, to, won.result.Responses)
	}
	return probe.Refine(ctx, i.config.Probes, dial, to, won.result.Responses)
}

// ask lets the probe speak alone that has to be careful at this port. It is over when that
// is answered, or when the peer is silent: whatever else is said might do harm.
func (i *Identifier) ask(ctx context.Context, dial probe.Dialer, to engine.Endpoint) (responses []engine.Response, isOver bool) {
	for _, p := range i.config.Probes {
		if _, ok := p.(probe.Careful); ok && slices.Contains(p.Ports(), to.Port) {
			result := p.Run(ctx, dial, to)
			return result.Responses, result.Outcome == engine.Answered || result.Outcome == engine.Timeout
		}
	}
	return nil, false
}

// inside identifies what speaks through a tunnel, and adds what is known of the
// tunnel to each of its documents. Where nothing is told the tunnel is what there is.
func (i *Identifier) inside(ctx context.Context, tunnel probe.Tunnel, dial probe.Dialer, to engine.Endpoint, outside []engine.Response) []engine.Response {
	won := i.race(ctx, insideOf(tunnel, i.config.Probes, dial, to))
	if len(won.result.Responses) == 0 {
		return outside
	}
	responses := probe.Refine(ctx, i.config.Probes, dial, to, won.result.Responses)
	for _, r := range responses {
		if r.IP == to.Addr.String() && r.Port == int(to.Port) && r.Transport == to.Transport {
			maps.Copy(r.Blocks, outside[0].Blocks)
		}
	}
	return responses
}

func (i *Identifier) race(ctx context.Context, l layer) verdict {
	return newRace(i.config.Log, l).run(ctx)
}

func between(least, want, most time.Duration) time.Duration { return min(most, max(least, want)) }
