package scanner

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// lookups is how many names are looked up at the same time: a task has at most
// [engine.TaskAddresses].
const lookups = engine.TaskAddresses

// locate resolves the names of a task and makes its spaces. A name that does not
// resolve is left out, unless nothing else is left.
func (s *Scanner) locate(ctx context.Context, task engine.Task, names *names) (*whereabouts, error) {
	w := &whereabouts{names: map[netip.Addr][]string{}}
	if err := s.originsOf(ctx, task, names, w); err != nil {
		return nil, err
	}
	tcp, err := task.Ports.Ranges()
	if err != nil {
		return nil, err
	}
	udp, err := task.Ports.UDPRanges()
	if err != nil {
		return nil, err
	}
	if err := w.look(engine.TCP, tcp, task); err != nil {
		return nil, err
	}
	return w, w.look(engine.UDP, udp, task)
}

// place is where a target is; err says why it is nowhere.
type place struct {
	origins []origin
	err     error
}

func (s *Scanner) originsOf(ctx context.Context, task engine.Task, names *names, w *whereabouts) error {
	places := make([]place, len(task.Targets))
	var asking sync.WaitGroup
	limit := make(slots, lookups)
	for i, t := range task.Targets {
		if prefix, ok := t.Prefix(); ok {
			places[i].origins = []origin{{target: t, prefix: prefix}}
			continue
		}
		asking.Go(func() {
			if limit.take(ctx) {
				defer limit.free()
				places[i] = lookup(ctx, t, names, task.Profile.Addresses)
			}
		})
	}
	asking.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.collect(task.Targets, places, w)
}

func (s *Scanner) collect(targets []engine.Target, places []place, w *whereabouts) error {
	seen := map[engine.Target]bool{}
	var lost []error
	for i, t := range targets {
		if err := places[i].err; err != nil {
			s.config.Log.Warn("name is not scanned", "name", t, "err", err)
			lost = append(lost, err)
		}
		if seen[t.Canonical()] {
			continue
		}
		seen[t.Canonical()] = true
		for _, o := range places[i].origins {
			w.add(o)
		}
	}
	if len(w.origins) == 0 && len(lost) > 0 {
		return unresolved(targets, lost)
	}
	return nil
}

// lookup finds where a name is scanned.
func lookup(ctx context.Context, t engine.Target, names *names, which engine.Addresses) place {
	name := string(t.Canonical())
	addrs, err := names.addresses(ctx, name, which)
	if err != nil {
		return place{err: err}
	}
	var found place
	for _, addr := range addrs {
		found.origins = append(found.origins, origin{target: t, name: name, prefix: netip.PrefixFrom(addr, addr.BitLen())})
	}
	return found
}

var errUnresolved = errors.New("no name has an address")

// isUnresolved reports whether an error is that no name of a task has an address; that
// none is in scope is another.
func isUnresolved(err error) bool { return errors.Is(err, errUnresolved) }

// unresolved is the error of a task with nothing to scan.
func unresolved(targets []engine.Target, failures []error) error {
	names := make([]string, 0, len(targets))
	for _, t := range targets[:min(len(targets), 5)] {
		names = append(names, string(t))
	}
	if len(targets) > len(names) {
		names = append(names, fmt.Sprintf("and %d more", len(targets)-len(names)))
	}
	if kind := engine.KindOf(failures[0]); kind == engine.Forbidden {
		return &engine.Error{
			Kind: engine.Forbidden, Title: "Target is out of scope", Field: "targets", Err: failures[0],
			Detail: fmt.Sprintf("no address of %s may be scanned: %v", strings.Join(names, ", "), failures[0]),
			Hint:   "name the addresses in --allow where the engine is started, if they are meant",
		}
	}
	return &engine.Error{
		Kind: engine.Invalid, Title: "Target does not resolve", Field: "targets", Err: errors.Join(errUnresolved, failures[0]),
		Detail: fmt.Sprintf("no address was found for %s: %v", strings.Join(names, ", "), failures[0]),
		Hint:   "check the spelling, and that the machine that scans can resolve the name",
	}
}
