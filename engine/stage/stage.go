// Package stage runs one stage of a scan alone, for people who pipe and for
// benchmarks: [Resolve] turns names into addresses, [Discover] finds open ports,
// [Probe] names the services behind them. Begin with [Discover].
//
// It wires rooms of the data wing and adds nothing to what they do. There is no
// scan in it: no queue, no record, no checks, no plan.
package stage

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

// Config says what every stage needs to know.
type Config struct {
	Profile   engine.Profile
	Interface string           // that SYN packets leave by; "" follows the routing table
	Allow     []netip.Prefix   // what may be reached beyond public and private ranges
	Exclude   []netip.Prefix   // what is never touched
	Resolvers []netip.AddrPort // that names are asked of; empty are the system's
	Family    Family
	Log       *slog.Logger // nil discards
}

func (c Config) scope() engine.Scope { return engine.Scope{Allow: c.Allow, Exclude: c.Exclude} }

func (c Config) log() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

// limiter is one for the whole stage; nil when there is no limit. Its bursts are as
// short as timers are exact, some 10 ms.
func (c Config) limiter() *rate.Limiter {
	if c.Profile.Rate <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(c.Profile.Rate), max(1, c.Profile.Rate/100))
}

// Family says which addresses names are resolved to; "" is [BothFamilies].
type Family string

// The families.
const (
	BothFamilies Family = "both"
	IPv4         Family = "4"
	IPv6         Family = "6"
)

// families gives what the resolver calls it, or an [engine.Invalid] error.
func (f Family) families() (resolver.Families, error) {
	switch f {
	case "", BothFamilies:
		return resolver.Both, nil
	case IPv4:
		return resolver.IPv4, nil
	case IPv6:
		return resolver.IPv6, nil
	}
	return 0, &engine.Error{Kind: engine.Invalid, Title: "Family is not valid", Field: "family", Detail: fmt.Sprintf("%q is not a family of addresses", string(f)), Hint: "write 4, 6 or both"}
}

// ParseResolvers reads a comma list of name servers, "192.0.2.53,[2001:db8::53]:5353".
func ParseResolvers(list string) ([]netip.AddrPort, error) { return engine.NameServers(list).Places() }

// Progress is how far a stage is.
type Progress struct {
	Total uint64 // steps in all
	Done  uint64
	Sent  uint64 // packets, attempts or questions, retries included
	Found uint64 // open ports, services or names with an address
	Up    uint64 // hosts that answered; 0 where the stage cannot tell
}

// stopper ends a stage when what it found cannot be handed over.
type stopper struct {
	context.Context
	stop context.CancelCauseFunc
}

func newStopper(ctx context.Context) stopper {
	ctx, stop := context.WithCancelCause(ctx)
	return stopper{ctx, stop}
}

// check ends the stage because of err, unless that is nil.
func (s stopper) check(err error) {
	if err != nil {
		s.stop(err)
	}
}

// cause is why the stage ended early: the caller's context, or what could not be
// handed over.
func (s stopper) cause(err error) error {
	if s.Err() != nil {
		return context.Cause(s)
	}
	return err
}
