package scanner

import (
	"cmp"
	"context"
	"log/slog"
	"net/netip"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// exploration finds the open ports of a task and has each identified as soon as
// it is found.
//
//	TCP places ─► discovery ─┐
//	                         ├─► news ─► reporter ─► collector
//	UDP places ─► discovery ─┘              └─────► service
//
// Under a limit for each host one thing goes on after the other, so that each can
// keep it by itself.
type exploration struct {
	scanner  *Scanner
	task     engine.Task
	where    *whereabouts
	services *service
	results  *collector
	news     *news
}

func (x *exploration) run(ctx context.Context) error {
	var searching sync.WaitGroup
	failures := make([]error, len(x.where.spaces))
	isCareful := x.task.Profile.HostRate > 0
	searching.Go(func() {
		defer x.news.end()
		var each sync.WaitGroup
		for i, places := range x.where.spaces {
			each.Go(func() { failures[i] = x.search(ctx, places) })
			if isCareful {
				each.Wait()
			}
		}
		each.Wait()
	})
	if isCareful {
		searching.Wait()
	}
	for items := x.news.next(); items != nil; items = x.news.next() {
		for _, n := range items {
			x.take(ctx, n)
		}
	}
	searching.Wait()
	x.services.wait()
	return cmp.Or(failures...) // both fail for the same reason
}

// search finds the open ports of one transport.
func (x *exploration) search(ctx context.Context, in places) error {
	if in.space.Len() == 0 {
		return nil
	}
	carrier, err := x.scanner.open(ctx, x.task, in.transport)
	if err != nil {
		return err
	}
	defer func() { _ = carrier.Close() }() // what it holds goes with it
	_, err = discovery.Run(ctx, discovery.Config{
		Space: in.space, Wire: x.services.dial.budget.Meter(carrier),
		Limiter: x.services.dial.limiter, HostRate: x.task.Profile.HostRate,
		Found: func(f discovery.Found) { x.news.add(newsItem{transport: in.transport, found: f}) },
		Up:    func(host netip.Addr) { x.news.add(newsItem{up: host}) },
	})
	return err
}

// open makes the wire of a task, with its share of sockets.
func (s *Scanner) open(ctx context.Context, task engine.Task, transport string) (wire.Wire, error) {
	config := wire.Config{
		Mode: task.Profile.Mode, Scope: task.Scope, Interface: s.config.Interface,
		Sockets: max(1, s.config.Sockets/2/max(1, s.config.Tasks)),
	}
	if transport == engine.UDP {
		return wire.NewDatagrams(config, probe.Payloads(s.config.Probes))
	}
	carrier, why, err := wire.New(config)
	if err != nil {
		return nil, err
	}
	level := slog.LevelDebug
	if task.ID == 1 { // once a scan
		level = slog.LevelInfo
	}
	s.config.Log.Log(ctx, level, "how ports are tried", "scan", task.ScanID, "why", why)
	return carrier, nil
}

// take hands one item on.
func (x *exploration) take(ctx context.Context, n newsItem) {
	if n.up.IsValid() {
		x.results.add(ctx, item{up: []netip.Addr{n.up}})
		return
	}
	endpoints := x.where.endpoints(n.found.Place, n.transport)
	found := item{open: endpoints}
	if n.found.AllOpen {
		found.responses = allOpen(endpoints)
	}
	x.results.add(ctx, found)
	if !n.found.AllOpen {
		x.services.add(ctx, endpoints)
	}
}
