package discovery

// ring is hosts that have something to send, each once; they take turns. Its length is
// a power of two.
type ring struct {
	hosts       []*host
	first, size int
}

func (r *ring) push(h *host) {
	if r.size == len(r.hosts) {
		grown := make([]*host, max(64, 2*len(r.hosts)))
		for i := range r.size {
			grown[i] = r.hosts[(r.first+i)&(len(r.hosts)-1)]
		}
		r.hosts, r.first = grown, 0
	}
	r.hosts[(r.first+r.size)&(len(r.hosts)-1)] = h
	r.size++
}

func (r *ring) pop() *host {
	h := r.hosts[r.first]
	r.hosts[r.first] = nil
	r.first = (r.first + 1) & (len(r.hosts) - 1)
	r.size--
	return h
}

// alarms is a binary heap of hosts by the time at which something is due, each
// once; a host knows its index, or -1.
type alarms []*host

func (a *alarms) set(h *host, at tick) {
	switch {
	case h.index < 0:
		h.wake, h.index = at, len(*a)
		*a = append(*a, h)
		a.up(h.index)
	case at < h.wake:
		h.wake = at
		a.up(h.index)
	}
}

func (a *alarms) remove(h *host) {
	if h.index < 0 {
		return
	}
	last := len(*a) - 1
	i := h.index
	a.swap(i, last)
	(*a)[last] = nil
	*a = (*a)[:last]
	h.index = -1
	if i < last {
		a.down(i)
		a.up(i)
	}
}

func (a *alarms) swap(i, j int) {
	s := *a
	s[i], s[j] = s[j], s[i]
	s[i].index, s[j].index = i, j
}

func (a *alarms) up(i int) {
	for s := *a; i > 0 && s[i].wake < s[(i-1)/2].wake; i = (i - 1) / 2 {
		a.swap(i, (i-1)/2)
	}
}

func (a *alarms) down(i int) {
	for s := *a; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(s); child++ {
			if s[child].wake < s[least].wake {
				least = child
			}
		}
		if least == i {
			return
		}
		a.swap(i, least)
		i = least
	}
}
