package discovery

// place is what is known about one port of one host: twelve bytes, because a
// host may have 65,535 of them. Times are in microseconds since the run began
// and wrap after 71 minutes; only ages are ever asked for.
type place struct {
	sent  uint32 // when the newest attempt was sent
	held  uint16 // the older attempts that are not released, a bit for each Try
	next  uint16 // in its queue: 1 + position, 0 at the end
	tries uint8  // Try of the next attempt
	given uint8  // attempts that were given up and count against the host's patience
	tried bool   // answered or given up once
	state state
}

// state is where a place is on its way.
//
//	fresh ──▶ out ──▶ waiting ──▶ out …      no answer: once more, later
//	           │ └──▶ resting ──▶ waiting    no answer, often enough; the host may turn out to be worth more
//	           └────▶ done                   an answer, from any state
type state uint8

const (
	fresh   state = iota // never tried
	out                  // the newest attempt is on its way
	void                 // the newest attempt told nothing and does not count
	waiting              // to be tried again
	resting              // tried often enough, for all that is known
	done
)

// newest is the Try of the newest attempt.
func (p *place) newest() uint8 { return (p.tries + 15) & 15 }

// queue is places of one host in the order in which they were added. A place
// leaves it from the front only: what was answered meanwhile is skipped there.
type queue struct{ head, tail uint16 }

func (q *queue) push(places []place, i int) {
	n := uint16(i + 1) // a host has 65,535 places at most
	places[i].next = 0
	if q.head == 0 {
		q.head = n
	} else {
		places[q.tail-1].next = n
	}
	q.tail = n
}

func (q *queue) front() (i int, ok bool) { return int(q.head) - 1, q.head != 0 }

func (q *queue) pop(places []place) { q.head = places[q.head-1].next }
