package wire

import (
	"net/netip"
	"time"
)

// Payloads are the datagrams that make the services of UDP ports answer, by port.
// Other ports are sent an empty one.
type Payloads map[uint16][]byte

// asked is which ports datagrams are on their way to. An answer of UDP carries
// nothing of ours, so only who was asked is believed, and the attempt that it is for
// cannot be told: it counts for the last one, and with [Answer.Repeated] set where
// there are several, because the time is no round trip then.
type asked map[netip.AddrPort]*question

type question struct {
	newest uint8
	out    uint8 // attempts that are not released
}

func (q asked) add(a Attempt) {
	known := q[a.Place]
	if known == nil {
		known = &question{}
		q[a.Place] = known
	}
	known.newest = a.Try
	known.out++
}

func (q asked) release(a Attempt) {
	known := q[a.Place]
	if known == nil {
		return
	}
	if known.out--; known.out == 0 {
		delete(q, a.Place)
	}
}

// tftp is the port of a protocol whose answers come from another one, which the server has
// chosen for them (RFC 1350 section 4).
const tftp = 69

// firstChosen is the lowest port that a server chooses.
const firstChosen = 1024

// answer makes an answer of what came from a place.
func (q asked) answer(place netip.AddrPort, kind Kind, at time.Time) (Answer, bool) {
	known := q[place]
	if known == nil && kind == Open && place.Port() >= firstChosen {
		place = netip.AddrPortFrom(place.Addr(), tftp)
		known = q[place]
	}
	if known == nil {
		return Answer{}, false
	}
	return Answer{Place: place, Kind: kind, Try: known.newest, At: at, Repeated: known.newest > 0}, true
}
