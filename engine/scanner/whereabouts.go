package scanner

import (
	"encoding/binary"
	"hash/fnv"
	"net/netip"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/space"
)

// whereabouts is where a task's targets are.
type whereabouts struct {
	spaces  []places
	origins []origin
	names   map[netip.Addr][]string
}

// places is what is looked for of one transport.
type places struct {
	transport string
	space     *space.Space
}

// contains reports whether the task looks at a place itself.
func (w *whereabouts) contains(transport string, place netip.AddrPort) bool {
	return slices.ContainsFunc(w.spaces, func(p places) bool { return p.transport == transport && p.space.Contains(place) })
}

// origin is a target and where it is.
type origin struct {
	target engine.Target
	name   string // empty unless the target is one
	prefix netip.Prefix
}

func (w *whereabouts) add(o origin) {
	w.origins = append(w.origins, o)
	if o.name != "" {
		w.names[o.prefix.Addr()] = append(w.names[o.prefix.Addr()], o.name)
	}
}

// look adds the ports of a transport to what is looked for.
func (w *whereabouts) look(transport string, ports []engine.PortRange, task engine.Task) error {
	prefixes := make([]netip.Prefix, 0, len(w.origins))
	for _, o := range w.origins {
		prefixes = append(prefixes, o.prefix)
	}
	s, err := space.New(prefixes, ports, task.Scope, seedOf(task))
	if err == nil {
		w.spaces = append(w.spaces, places{transport, s})
	}
	return err
}

// seedOf makes the order of a task the same each time it is delivered.
func seedOf(task engine.Task) uint64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.BigEndian, []int64{int64(task.ScanID), int64(task.ID)}) // a hash takes anything
	return h.Sum64()
}

// endpoints gives an open place once for each target that led to it.
func (w *whereabouts) endpoints(place netip.AddrPort, transport string) []engine.Endpoint {
	var endpoints []engine.Endpoint
	for _, o := range w.origins {
		if o.prefix.Contains(place.Addr()) {
			endpoints = append(endpoints, engine.Endpoint{Addr: place.Addr(), Port: place.Port(), Transport: transport, Target: o.target, Name: o.name})
		}
	}
	return endpoints
}
