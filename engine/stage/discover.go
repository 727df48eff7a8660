package stage

import (
	"context"
	"errors"
	"net/netip"
	"sync"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/discovery"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// Discovery is what [Discover] is to do.
type Discovery struct {
	Config

	Targets  []engine.Target
	Ports    engine.Ports
	Services bool // name the services too, as [Probe] does

	// From is where an earlier run was left; nil is the beginning. It is of the same
	// targets and ports, or it is an [engine.Invalid] error.
	From *Cursor

	// All are called from one goroutine at a time. Only Take may not be nil; its error
	// ends the run.
	Take     func(Open) error
	Mode     func(line string) // how ports are tried and why, for people
	Progress func(Progress)
}

// Discover finds open ports. It returns where it was left when ctx ended, nil when
// everything was done, and ctx's error or Take's. Open ports whose service was not
// named when ctx ended are handed over without.
func Discover(ctx context.Context, d Discovery) (*Cursor, error) {
	run, err := d.start(ctx)
	if err != nil {
		return d.From, err
	}
	defer run.stop(nil)
	named := func() {}
	if d.Services {
		named = run.nameServices()
	}
	err = run.explore()
	named()
	if err = run.cause(err); err != nil {
		return &run.cursor, err
	}
	return nil, nil
}

// discovering is a run of Discover.
type discovering struct {
	stopper
	Discovery

	shared shared // limits of everything that is sent
	cursor Cursor
	phases []phase
	before Progress // of the phases that are done
	queue  *queue   // of what is to be identified; nil without services

	handing sync.Mutex // over: discovery and identification find at the same time
}

// shared is what all that goes on keeps to together.
type shared struct {
	limiter *rate.Limiter // nil has no limit
	budget  *scanner.Budget
}

// phase is one transport: first what is found over TCP, then over UDP.
type phase struct {
	transport string
	space     *space.Space
}

func (d Discovery) start(ctx context.Context) (*discovering, error) {
	run := &discovering{stopper: newStopper(ctx), Discovery: d, shared: shared{d.limiter(), scanner.NewBudget(d.Profile.MaxBytes)}}
	if err := run.restore(); err != nil {
		return nil, err
	}
	prefixes, err := run.locate()
	if err != nil {
		return nil, err
	}
	return run, run.layOut(prefixes)
}

// layOut makes the space of each transport that has ports.
func (d *discovering) layOut(prefixes []netip.Prefix) error {
	tcp, err := d.Ports.Ranges()
	if err != nil {
		return err
	}
	udp, err := d.Ports.UDPRanges()
	if err != nil {
		return err
	}
	return errors.Join(d.add(engine.TCP, prefixes, tcp), d.add(engine.UDP, prefixes, udp))
}

func (d *discovering) add(transport string, prefixes []netip.Prefix, ports []engine.PortRange) error {
	if len(ports) == 0 {
		return nil
	}
	places, err := space.New(prefixes, ports, d.scope(), d.cursor.Seed)
	d.phases = append(d.phases, phase{transport, places})
	return err
}

// explore runs the phases that are not done.
func (d *discovering) explore() error {
	for ; d.cursor.Phase < len(d.phases); d.cursor.Phase++ {
		if err := d.run(d.phases[d.cursor.Phase]); err != nil {
			return err
		}
		d.cursor.State = discovery.State{}
	}
	return nil
}

// run takes one transport to its end, or to where ctx ends it.
func (d *discovering) run(p phase) error {
	over, err := d.open(p)
	if err != nil {
		return err
	}
	defer func() { d.check(over.Close()) }()
	last := discovery.Progress{}
	d.cursor.State, err = discovery.Run(d, discovery.Config{
		Space: p.space, Wire: d.shared.budget.Meter(over), Limiter: d.shared.limiter, HostRate: d.Profile.HostRate,
		From:  d.cursor.State,
		Found: func(f discovery.Found) { d.found(p.transport, f) },
		Progress: func(at discovery.Progress) {
			last = at
			d.tell(at)
		},
	})
	d.before = d.sum(last)
	return err
}

func (d *discovering) open(p phase) (wire.Wire, error) {
	config := wire.Config{Mode: d.Profile.Mode, Scope: d.scope(), Interface: d.Interface}
	if p.transport == engine.UDP {
		return wire.NewDatagrams(config, probe.Payloads(all.Probes()))
	}
	over, why, err := wire.New(config)
	if err == nil && d.Mode != nil {
		d.Mode(why)
	}
	return over, err
}

func (d *discovering) found(transport string, f discovery.Found) {
	open := Open{IP: f.Place.Addr(), Port: f.Place.Port(), Transport: transport, RTT: milliseconds(f.RTT), Tries: f.Tries, AllOpen: f.AllOpen}
	if d.queue == nil || f.AllOpen {
		d.hand(open)
		return
	}
	d.queue.add(open)
}

func (d *discovering) hand(open Open) {
	d.handing.Lock()
	defer d.handing.Unlock()
	d.check(d.Take(open))
}

// nameServices names services while ports are found, or afterwards under a limit for
// each host, so that each can keep it by itself. Call what it returns to wait until all
// are named, or ctx is done.
func (d *discovering) nameServices() (wait func()) {
	d.queue = newQueue()
	found := make(chan struct{})
	if d.Profile.HostRate <= 0 {
		close(found)
	}
	ended := make(chan error, 1)
	go func() {
		<-found
		ended <- d.identify(d, d.shared, d.queue.endpoints(), func(to engine.Endpoint, service *Service) {
			open := d.queue.done(to)
			open.Service = service
			d.hand(open)
		})
	}()
	return func() {
		d.queue.close()
		if d.Profile.HostRate > 0 {
			close(found)
		}
		d.check(<-ended)
		for _, open := range d.queue.rest() {
			d.hand(open)
		}
	}
}

func (d *discovering) sum(at discovery.Progress) Progress {
	return Progress{
		Total: d.total(), Done: d.before.Done + at.Done, Sent: d.before.Sent + at.Sent,
		Found: d.before.Found + at.Open, Up: max(d.before.Up, at.Up),
	}
}

// total is the places of all phases.
func (d *discovering) total() (n uint64) {
	for _, p := range d.phases {
		n += p.space.Len()
	}
	return n
}

func (d *discovering) tell(at discovery.Progress) {
	if d.Progress == nil {
		return
	}
	d.handing.Lock()
	defer d.handing.Unlock()
	d.Progress(d.sum(at))
}
