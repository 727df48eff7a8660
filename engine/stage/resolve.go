package stage

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/resolver"
)

// Name is what [Resolve] has found out about a name: one line of its output.
type Name struct {
	Name      string       `json:"name"`
	Addresses []netip.Addr `json:"addresses"`
	CNAME     []string     `json:"cname,omitempty"`
	Resolver  string       `json:"resolver,omitempty"` // that answered
	RTT       float64      `json:"rtt_ms"`             // of the whole lookup
	Error     string       `json:"error,omitempty"`
}

// Resolve looks names up and hands each result over as it comes, in no order. Both
// functions are called from one goroutine at a time; progress may be nil. It ends
// early with ctx's error or take's.
func Resolve(ctx context.Context, config Config, names []string, take func(Name) error, progress func(Progress)) error {
	families, err := config.Family.families()
	if err != nil {
		return err
	}
	r, err := resolver.New(resolver.Config{Servers: config.Resolvers, Families: families})
	if err != nil {
		return err
	}
	run := &resolving{stopper: newStopper(ctx), resolver: r, take: take, progress: progress, at: Progress{Total: uint64(len(names))}}
	defer run.stop(nil)
	todo := make(chan string)
	var working sync.WaitGroup
	for range min(resolver.DefaultInFlight, len(names)) {
		working.Go(func() { run.work(todo) })
	}
	run.feed(todo, names)
	working.Wait()
	run.check(r.Close())
	return run.cause(nil)
}

type resolving struct {
	stopper
	resolver *resolver.Resolver

	lock     sync.Mutex
	take     func(Name) error
	progress func(Progress)
	at       Progress
}

func (r *resolving) feed(todo chan<- string, names []string) {
	defer close(todo)
	for _, name := range names {
		select {
		case todo <- name:
		case <-r.Done():
			return
		}
	}
}

func (r *resolving) work(todo <-chan string) {
	for name := range todo {
		start := time.Now()
		answer, err := r.resolver.Lookup(r, name)
		if r.Err() != nil {
			return
		}
		r.hand(nameOf(name, answer, err, time.Since(start)))
	}
}

func nameOf(name string, answer resolver.Answer, err error, took time.Duration) Name {
	n := Name{Name: name, Addresses: answer.Addrs, CNAME: answer.Chain, RTT: milliseconds(took)}
	if answer.Server.IsValid() {
		n.Resolver = answer.Server.String()
	}
	if n.Addresses == nil {
		n.Addresses = []netip.Addr{}
	}
	if err != nil {
		n.Error = reason(name, err)
	}
	return n
}

// reason is an error without what the line says already.
func reason(name string, err error) string {
	var known *engine.Error
	if !errors.As(err, &known) {
		return err.Error()
	}
	return strings.TrimPrefix(known.Detail, "resolve "+name+": ")
}

func (r *resolving) hand(n Name) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.check(r.take(n))
	r.at.Done++
	r.at.Sent++
	if len(n.Addresses) > 0 {
		r.at.Found++
	}
	if r.progress != nil {
		r.progress(r.at)
	}
}

// milliseconds has three digits after the point: microseconds.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
