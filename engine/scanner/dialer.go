package scanner

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// hindrances and hindrancePause: when our own system has no socket or port to
	// spare, it has one again once others are closed, at the latest after a timeout.
	hindrances     = 40
	hindrancePause = 50 * time.Millisecond
)

// dialer opens every socket of a run that is not discovery's: the probes', and
// those of redirects. It is given addresses, never names, and asks the scope about
// the very address it then connects to, so that no answer of a name server and no
// redirect leads out of the scope.
type dialer struct {
	scope   engine.Scope
	limiter *rate.Limiter // of the run, discovery's attempts included
	hosts   *hosts
	budget  *Budget
	names   *names
}

var _ probe.Dialer = (*dialer)(nil)

func newDialer(scope engine.Scope, profile engine.Profile, names *names) *dialer {
	return &dialer{
		scope: scope, names: names,
		limiter: newLimiter(profile.Rate, max(1, profile.Rate/10)), // bursts of 100 ms
		hosts:   newHosts(profile.HostRate),
		budget:  NewBudget(profile.MaxBytes),
	}
}

// Dial implements [probe.Dialer].
func (d *dialer) Dial(ctx context.Context, to engine.Endpoint) (conn net.Conn, err error) {
	for range hindrances {
		if err := d.admit(ctx, to.Addr); err != nil {
			return nil, err
		}
		if !d.budget.reserve(connectionBytes + windowBytes) {
			return nil, d.budget.Err()
		}
		conn, err = d.connect(ctx, to, probe.ConnectionTime)
		if err == nil {
			return probe.Bound(ctx, &meter{Conn: conn, budget: d.budget}, probe.ConnectionBytes, probe.ConnectionTime), nil
		}
		d.budget.giveBack(windowBytes)
		if !isHindered(err) {
			break
		}
		select {
		case <-time.After(hindrancePause):
		case <-ctx.Done():
			return nil, err
		}
	}
	return nil, err
}

// admit asks the scope and the budget, then waits for the rate limits.
func (d *dialer) admit(ctx context.Context, addr netip.Addr) error {
	if err := d.scope.Permit(addr); err != nil {
		return err
	}
	if err := d.budget.Err(); err != nil {
		return err
	}
	host := d.hosts.enter(addr)
	defer d.hosts.leave(host)
	if err := host.limiter.Wait(ctx); err != nil {
		return fmt.Errorf("wait for the rate limit of the host: %w", err)
	}
	if err := d.limiter.Wait(ctx); err != nil {
		return fmt.Errorf("wait for the rate limit: %w", err)
	}
	return nil
}

// connect opens a socket to an endpoint that was admitted.
func (d *dialer) connect(ctx context.Context, to engine.Endpoint, timeout time.Duration) (net.Conn, error) {
	if answersRoam(to) {
		return roam(to)
	}
	network := engine.TCP
	if to.Transport == engine.UDP {
		network = engine.UDP
	}
	sockets := net.Dialer{Timeout: timeout, KeepAlive: -1} // connections are too short to be kept alive
	if d.budget.total > 0 {
		sockets.Control = narrow
	}
	return sockets.DialContext(ctx, network, netip.AddrPortFrom(to.Addr, to.Port).String())
}

// isHindered reports whether our own system had no socket or port to spare.
func isHindered(err error) bool {
	for _, local := range []error{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.EAGAIN, syscall.ENOMEM} {
		if errors.Is(err, local) {
			return true
		}
	}
	return false
}
