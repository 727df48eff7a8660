package stage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"maps"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Probing is what [Probe] is to do.
type Probing struct {
	Config

	Endpoints []engine.Endpoint
	// From is where an earlier run was left; nil is the beginning. It is of the same
	// endpoints, or it is an [engine.Invalid] error.
	From *ProbeCursor

	// Both are called from one goroutine at a time; Progress may be nil. An error of
	// Take ends the run.
	Take     func(Open) error
	Progress func(Progress)
}

// ProbeCursor is where an identification was left: the resume file of the command line.
type ProbeCursor struct {
	Plan string `json:"plan"` // digest of the endpoints
	Done []int  `json:"done"` // which of them are done, rising
}

// Probe names the services behind open ports. It returns where it was left when ctx
// ended, nil when everything was done, and ctx's error or Take's.
func Probe(ctx context.Context, p Probing) (*ProbeCursor, error) {
	run := &probing{stopper: newStopper(ctx), Probing: p, done: map[engine.Endpoint]bool{}}
	defer run.stop(nil)
	if err := run.restore(); err != nil {
		return p.From, err
	}
	err := run.identify(run, run.todo(), run.finished)
	if err = run.cause(err); err != nil {
		return run.cursor(), err
	}
	return nil, nil
}

// probing is a run of Probe.
type probing struct {
	stopper
	Probing

	done map[engine.Endpoint]bool
	at   Progress
}

func (p *probing) plan() string {
	h := sha256.New()
	for _, e := range p.Endpoints {
		_, _ = fmt.Fprintln(h, e, e.Transport) // a hash takes anything
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// restore takes what an earlier run has done as done.
func (p *probing) restore() error {
	p.at.Total = uint64(len(p.Endpoints))
	if p.From == nil {
		return nil
	}
	if p.From.Plan != p.plan() {
		return &engine.Error{
			Kind: engine.Invalid, Title: "Cannot resume", Field: "resume",
			Detail: "the earlier run was of other endpoints", Hint: "give the same as then, or remove the file to begin anew",
		}
	}
	for _, i := range p.From.Done {
		if i >= 0 && i < len(p.Endpoints) {
			p.done[p.Endpoints[i]] = true
		}
	}
	p.at.Done = uint64(len(p.done))
	return nil
}

func (p *probing) cursor() *ProbeCursor {
	c := &ProbeCursor{Plan: p.plan(), Done: []int{}}
	for i, e := range p.Endpoints {
		if p.done[e] {
			c.Done = append(c.Done, i)
		}
	}
	return c
}

// todo yields what is not done, each endpoint once.
func (p *probing) todo() iter.Seq[engine.Endpoint] {
	given := maps.Clone(p.done)
	return func(yield func(engine.Endpoint) bool) {
		for _, e := range p.Endpoints {
			if given[e] {
				continue
			}
			given[e] = true
			if !yield(e) {
				return
			}
		}
	}
}

// finished is told of each endpoint that is done.
func (p *probing) finished(e engine.Endpoint, service *Service) {
	p.done[e] = true
	p.at.Done++
	if service != nil {
		p.at.Found++
	}
	p.check(p.Take(Open{IP: e.Addr, Port: e.Port, Transport: e.Transport, Service: service}))
	if p.Progress != nil {
		p.Progress(p.at)
	}
}
