package stage

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Place is where a service may be. It is small, so that millions fit into memory.
type Place struct {
	netip.AddrPort
	UDP bool
}

// Transport is [engine.TCP] or [engine.UDP].
func (p Place) Transport() string {
	if p.UDP {
		return engine.UDP
	}
	return engine.TCP
}

func (p Place) compare(o Place) int {
	if c := p.Compare(o.AddrPort); c != 0 || p.UDP == o.UDP {
		return c
	}
	if o.UDP {
		return -1
	}
	return 1
}

func (p Place) endpoint() engine.Endpoint { return endpointOf(p.Addr(), p.Port(), p.Transport()) }

// Probing is what [Probe] is to do.
type Probing struct {
	Config

	Places []Place // in any order; what is there twice counts once
	// From is where an earlier run was left; nil is the beginning. It is of the same
	// places, or it is an [engine.Invalid] error.
	From *ProbeCursor

	// Both are called from one goroutine at a time; Progress may be nil. An error of
	// Take ends the run.
	Take     func(Open) error
	Progress func(Progress)
}

// ProbeCursor is where an identification was left: the resume file of the command line.
type ProbeCursor struct {
	Plan string `json:"plan"` // digest of the places; the order is theirs
	Next int    `json:"next"` // index into the order: all below are done but Left
	Left []int  `json:"left,omitempty"`
}

// Probe names the services behind open ports. It returns where it was left when ctx
// ended, nil when everything was done, and ctx's error or Take's.
func Probe(ctx context.Context, p Probing) (*ProbeCursor, error) {
	run := newProbing(ctx, p)
	defer run.stop(nil)
	if err := run.restore(); err != nil {
		return p.From, err
	}
	err := run.identify(run, shared{}, run.todo(), run.finished)
	if err = run.cause(err); err != nil {
		return run.left(), err
	}
	return nil, nil
}

// probing is a run of Probe. It keeps what is under way, not what is done.
type probing struct {
	stopper
	Probing

	order []Place // each place once, shuffled, so that no host has all its ports asked at once
	plan  string
	at    Progress // only finished changes it

	lock   sync.Mutex
	again  []int // left by the earlier run
	next   int
	flying map[Place]int // index of what is being identified
}

func newProbing(ctx context.Context, p Probing) *probing {
	order := slices.SortedFunc(slices.Values(p.Places), Place.compare)
	order = slices.Compact(order)
	h := sha256.New()
	for _, place := range order {
		_, _ = fmt.Fprintln(h, place.AddrPort, place.UDP) // a hash takes anything
	}
	sum := h.Sum(nil)
	seed := binary.BigEndian.Uint64(sum)
	rand.New(rand.NewPCG(seed, seed)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	return &probing{
		stopper: newStopper(ctx), Probing: p, order: order, plan: hex.EncodeToString(sum[:16]),
		flying: map[Place]int{}, at: Progress{Total: uint64(len(order))},
	}
}

// restore goes on where an earlier run was left.
func (p *probing) restore() error {
	if p.From == nil {
		return nil
	}
	from := *p.From
	if from.Plan != p.plan {
		return &engine.Error{
			Kind: engine.Invalid, Title: "Cannot resume", Field: "resume",
			Detail: "the earlier run was of other endpoints", Hint: "give the same as then, or remove the file to begin anew",
		}
	}
	p.next = min(max(0, from.Next), len(p.order))
	for _, i := range from.Left {
		if i >= 0 && i < p.next {
			p.again = append(p.again, i)
		}
	}
	p.at.Done = uint64(p.next - len(p.again))
	return nil
}

// left gives where the run is now.
func (p *probing) left() *ProbeCursor {
	left := slices.Clone(p.again)
	for _, i := range p.flying {
		left = append(left, i)
	}
	slices.Sort(left)
	return &ProbeCursor{Plan: p.plan, Next: p.next, Left: left}
}

// todo yields what is not done.
func (p *probing) todo() iter.Seq[engine.Endpoint] {
	return func(yield func(engine.Endpoint) bool) {
		for i, ok := p.take(); ok; i, ok = p.take() {
			to := p.order[i].endpoint()
			if err := p.scope().Permit(to.Addr); err != nil {
				p.log().Warn("endpoint is not spoken to", "endpoint", to, "why", err)
			}
			if !yield(to) {
				return
			}
		}
	}
}

// take gives the index of what is next.
func (p *probing) take() (i int, ok bool) {
	p.lock.Lock()
	defer p.lock.Unlock()
	switch {
	case len(p.again) > 0:
		i, p.again = p.again[0], p.again[1:]
	case p.next < len(p.order):
		i, p.next = p.next, p.next+1
	default:
		return 0, false
	}
	p.flying[p.order[i]] = i
	return i, true
}

// finished is told of each endpoint that is done.
func (p *probing) finished(e engine.Endpoint, service *Service) {
	p.land(Place{netip.AddrPortFrom(e.Addr, e.Port), e.Transport == engine.UDP})
	p.at.Done++
	if service != nil {
		p.at.Found++
	}
	p.check(p.Take(Open{IP: e.Addr, Port: e.Port, Transport: e.Transport, Service: service}))
	if p.Progress != nil {
		p.Progress(p.at)
	}
}

func (p *probing) land(place Place) {
	p.lock.Lock()
	defer p.lock.Unlock()
	delete(p.flying, place)
}
