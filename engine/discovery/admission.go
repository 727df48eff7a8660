package discovery

import (
	"cmp"
	"slices"
)

// admissions is how many forbidden hosts are passed over before anything else.
const admissions = 4096

// wantsHosts reports whether there are hosts to begin with, and room for them.
func (r *run) wantsHosts() bool {
	return !r.source.empty() && len(r.hosts) < r.crowds.most && r.urgent.size+r.ready.size < r.crowds.ready
}

// admit takes hosts from the source as long as too few have something to send.
func (r *run) admit() {
	for range admissions {
		if !r.wantsHosts() {
			return
		}
		of, todo := r.source.take()
		if of.Forbidden {
			for _, t := range todo {
				r.progress.Done += t.To - t.From
			}
			continue
		}
		h := r.newHost()
		h.reset(of, todo)
		r.hosts[h.Addr] = h
		r.offer(h)
	}
}

func (r *run) newHost() *host {
	if n := len(r.spare); n > 0 {
		h := r.spare[n-1]
		r.spare = r.spare[:n-1]
		return h
	}
	return &host{places: make([]place, r.c.Space.Ports())}
}

// finish ends a host and everything that is under way to it.
func (r *run) finish(h *host) {
	if h.finished {
		return
	}
	r.sayAll(h)
	r.drop(h)
	r.progress.Done += uint64(h.left)
	delete(r.hosts, h.Addr)
	r.alarms.remove(h)
	h.finished = true
	if !h.queued {
		r.spare = append(r.spare, h)
	}
}

// drop releases every attempt at a host.
func (r *run) drop(h *host) {
	for i := range h.places {
		r.free(h, i)
	}
	for i := range h.canaries.birds {
		if b := &h.canaries.birds[i]; b.flying {
			r.land(h, b)
		}
	}
}

// stop ends the run, wherever it is, and tells what is undone.
func (r *run) stop() State {
	state := State{Next: r.source.first(), Pending: slices.Clone(r.source.pending)}
	for _, h := range r.hosts {
		r.sayAll(h)
		r.drop(h)
		state.Pending = append(state.Pending, h.undone()...)
	}
	slices.SortFunc(state.Pending, func(a, b Range) int { return cmp.Compare(a.From, b.From) })
	state.Pending = normal(state.Pending, state.Next)
	if r.c.Progress != nil {
		r.c.Progress(r.progress)
	}
	return state
}

// undone gives the places that are not done.
func (h *host) undone() []Range {
	var ranges []Range
	for i := range h.places {
		if h.places[i].state == done {
			continue
		}
		at := h.First + uint64(i)
		if n := len(ranges); n > 0 && ranges[n-1].To == at {
			ranges[n-1].To++
			continue
		}
		ranges = append(ranges, Range{at, at + 1})
	}
	return ranges
}
