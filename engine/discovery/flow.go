package discovery

import "time"

// flow is what all hosts share of the way out: how many attempts may be on their
// way, and how many are.
//
// It begins with firstFlow and grows by half in each epoch, also without answers,
// until most of the canaries of hosts in the fast lane are lost: then it is
// our own way out that drops, and it is halved (RFC 5681 section 3.1). What our
// own system has no sockets for is a lower capacity for a while.
type flow struct {
	capacity int // of the wire
	window   float64
	flying   int

	ceiling float64 // what our own system had sockets for
	paused  tick    // until when nothing is sent, for it has none
	epoch   tick
	back    int // canaries that came back in this epoch
	lost    int
}

const (
	firstFlow, leastFlow = 8192, 1024
	flowEpoch            = tick(50 * time.Millisecond)
	// hindrancePause is waited when there is no socket to spare: others close theirs.
	hindrancePause = tick(20 * time.Millisecond)
	leastCeiling   = 16
)

func newFlow(capacity int) flow {
	return flow{capacity: max(1, capacity), window: firstFlow, ceiling: float64(capacity)}
}

// room tells whether one more attempt may be on its way, or when to ask again if
// no answer comes before.
func (f *flow) room(now tick) (ok bool, until tick) {
	if now < f.paused {
		return false, f.paused
	}
	if f.flying == 0 {
		return true, now
	}
	return float64(f.flying) < min(f.window, f.ceiling, float64(f.capacity)), max(now, f.epoch+flowEpoch)
}

func (f *flow) adapt(now tick) {
	if now < f.epoch+flowEpoch {
		return
	}
	switch seen := f.back + f.lost; {
	case seen >= 16 && f.lost > seen/2:
		f.window = max(leastFlow, f.window/2)
		f.back, f.lost = 0, 0
	case seen < 16 || f.lost < seen/5:
		f.window = min(float64(f.capacity), f.window*1.5)
	}
	if f.back+f.lost >= 16 {
		f.back, f.lost = 0, 0
	}
	f.ceiling = min(float64(f.capacity), f.ceiling*1.01+1)
	f.epoch = now
}

// hindered is told that our own system had nothing to spare.
func (f *flow) hindered(now tick) {
	f.ceiling = max(leastCeiling, min(f.ceiling, float64(f.flying)))
	f.paused = now + hindrancePause
}
