package discovery

// A host of which more than allOpenShare of more than allOpenPorts ports tried
// accept is a middlebox that accepts whatever it is asked: nobody runs so many services.
const (
	allOpenPorts = 100
	allOpenShare = 0.6
	// soon is how many ports are tried before it is told what is open of a host that
	// may be one.
	soon = 20
)

// verdict is what is held back of a host that may accept everything.
type verdict struct {
	told   bool // nothing is held back any more
	unsaid []Found
}

// found tells an open port, now or when the host's verdict is clear.
func (r *run) found(h *host, f Found) {
	h.open++
	if h.verdict.told || len(h.places) <= allOpenPorts {
		r.say(f)
		return
	}
	h.verdict.unsaid = append(h.verdict.unsaid, f)
}

func (r *run) say(f Found) {
	r.progress.Open++
	if r.c.Found != nil {
		r.c.Found(f)
	}
}

// judge decides whether a host accepts everything.
func (r *run) judge(h *host) {
	switch many := float64(h.open) > allOpenShare*float64(h.tried); {
	case many && h.tried > allOpenPorts:
		r.finishAllOpen(h)
	case !many && h.tried >= soon && !h.verdict.told:
		r.sayAll(h)
	}
}

// sayAll tells what was held back.
func (r *run) sayAll(h *host) {
	for _, f := range h.verdict.unsaid {
		r.say(f)
	}
	h.verdict.unsaid, h.verdict.told = nil, true
}

func (r *run) finishAllOpen(h *host) {
	if h.finished {
		return
	}
	f := Found{Place: r.address(h, h.canaries.birds[0].place), AllOpen: true}
	for i, unsaid := range h.verdict.unsaid {
		if i == 0 || unsaid.RTT < f.RTT {
			f = unsaid
		}
	}
	f.AllOpen = true
	h.verdict = verdict{told: true}
	r.say(f)
	r.finish(h)
}
