package scanner

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
)

const (
	// lookupTime is how long a name may take: two servers of the system's list,
	// asked twice, at the two seconds most answer in.
	lookupTime = 8 * time.Second
	// lookups is how many names are looked up at the same time; the system's
	// resolver is shared with everything else on the machine.
	lookups = 32
)

// Resolver finds the addresses of a name. [net.Resolver] is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, name string) ([]netip.Addr, error)
}

var _ Resolver = (*net.Resolver)(nil)

// systemResolver reads the hosts file, then asks the servers of the system's
// configuration, in Go, so that a lookup ends with its context.
func systemResolver() Resolver { return &net.Resolver{PreferGo: true} }

// locate resolves the names of a task and makes its space. A name that does not
// resolve is left out, unless nothing else is left.
func (s *Scanner) locate(ctx context.Context, task engine.Task, dial *dialer) (*whereabouts, error) {
	ports, err := task.Ports.Ranges()
	if err != nil {
		return nil, err
	}
	w := &whereabouts{names: map[netip.Addr][]string{}}
	if err := s.originsOf(ctx, task.Targets, dial, w); err != nil {
		return nil, err
	}
	prefixes := make([]netip.Prefix, 0, len(w.origins))
	for _, o := range w.origins {
		prefixes = append(prefixes, o.prefix)
	}
	w.space, err = space.New(prefixes, ports, task.Scope, seedOf(task))
	return w, err
}

// seedOf makes the order of a task the same each time it is delivered.
func seedOf(task engine.Task) uint64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.BigEndian, []int64{int64(task.ScanID), int64(task.ID)}) // a hash takes anything
	return h.Sum64()
}

func (s *Scanner) originsOf(ctx context.Context, targets []engine.Target, dial *dialer, w *whereabouts) error {
	found := make([]*origin, len(targets))
	failures := make([]error, len(targets))
	var asking sync.WaitGroup
	limit := make(slots, lookups)
	for i, t := range targets {
		if prefix, ok := t.Prefix(); ok {
			found[i] = &origin{target: t, prefix: prefix}
			continue
		}
		asking.Go(func() {
			if limit.take(ctx) {
				defer limit.free()
				found[i], failures[i] = lookup(ctx, t, dial)
			}
		})
	}
	asking.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.collect(targets, found, failures, w)
}

func (s *Scanner) collect(targets []engine.Target, found []*origin, failures []error, w *whereabouts) error {
	seen := map[engine.Target]bool{}
	var lost []error
	for i, t := range targets {
		if failures[i] != nil {
			s.config.Log.Warn("name is not scanned", "name", t, "err", failures[i])
			lost = append(lost, failures[i])
		}
		if found[i] == nil || seen[t.Canonical()] {
			continue
		}
		seen[t.Canonical()] = true
		w.origins = append(w.origins, *found[i])
		if o := found[i]; o.name != "" {
			w.names[o.prefix.Addr()] = append(w.names[o.prefix.Addr()], o.name)
		}
	}
	if len(w.origins) == 0 && len(lost) > 0 {
		return unresolved(targets, lost)
	}
	return nil
}

// lookup finds the one address a name is scanned at: of those in scope the lowest,
// IPv4 before IPv6, so that the next scan finds the same one, whatever order
// the answer has.
func lookup(ctx context.Context, t engine.Target, dial *dialer) (*origin, error) {
	name := string(t.Canonical())
	endpoints, err := dial.Resolve(ctx, name)
	if err != nil {
		return nil, err
	}
	addr := endpoints[0].Addr
	return &origin{target: t, name: name, prefix: netip.PrefixFrom(addr, addr.BitLen())}, nil
}

// Resolve implements [probe.Dialer]; addresses out of scope are left out.
func (d *dialer) Resolve(ctx context.Context, name string) ([]engine.Endpoint, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	addrs, err := d.resolver.LookupNetIP(ctx, "ip", name)
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", name, err)
	}
	var endpoints []engine.Endpoint
	forbidden := fmt.Errorf("resolve %s: no address", name)
	for _, addr := range addrs {
		addr = addr.Unmap().WithZone("")
		if err := d.scope.Permit(addr); err != nil {
			forbidden = fmt.Errorf("resolve %s: %w", name, err)
			continue
		}
		endpoints = append(endpoints, engine.Endpoint{Addr: addr, Transport: engine.TCP, Name: name})
	}
	if len(endpoints) == 0 {
		return nil, forbidden
	}
	slices.SortFunc(endpoints, func(a, b engine.Endpoint) int { return a.Addr.Compare(b.Addr) }) // IPv4 sorts first
	return endpoints, nil
}

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
		Kind: engine.Invalid, Title: "Target does not resolve", Field: "targets", Err: failures[0],
		Detail: fmt.Sprintf("no address was found for %s: %v", strings.Join(names, ", "), failures[0]),
		Hint:   "check the spelling, and that the machine that scans can resolve the name",
	}
}
