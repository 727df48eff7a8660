package scanner

import (
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
