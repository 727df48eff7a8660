// Package wire puts attempts to reach ports on the network and hears what comes
// back. Begin with [Wire] and [New]. There are three: connecting without privileges
// ([NewConnect]), bare SYN packets where the process may send them ([NewSYN]), and
// datagrams for UDP ports ([NewDatagrams]).
//
// It decides nothing: which port, when, and whether to try again is discovery's.
// It asks the scope about every address itself, so that no mistake elsewhere
// sends a packet out of it.
package wire

import (
	"context"
	"net/netip"
	"time"
)

// MaxTries is how often one port can be tried: Try is from 0 up to this.
const MaxTries = 16

// Attempt is one try to reach one port.
type Attempt struct {
	Place netip.AddrPort
	Try   uint8 // 0 for the first; below MaxTries
}

// Kind is what an answer says.
type Kind uint8

// The kinds of answers.
const (
	Open     Kind = iota + 1 // the port accepts connections, or has answered a datagram
	Closed                   // the host itself refuses: a reset, a port unreachable of its own
	Barred                   // something on the way says that it cannot be reached
	Hindered                 // our own system had nothing to spare; nothing was learnt, the attempt is over
	Expired                  // our own system has given the attempt up, as with ETIMEDOUT
)

// Answer is what came back for an attempt. An answer may come twice, late, or
// for an attempt that was released long ago.
type Answer struct {
	Place netip.AddrPort
	Kind  Kind
	Try   uint8     // which attempt was answered
	At    time.Time // when it came

	// Repeated says that our own system has sent the attempt again by itself, so
	// that the time until the answer is no round trip (Karn and Partridge,
	// Improving Round-Trip Time Estimates, 1987).
	Repeated bool
}

// Wire carries attempts and answers. One goroutine uses it.
type Wire interface {
	// Name is how it works, for people: "connect", "syn", "udp".
	Name() string
	// Capacity is how many attempts may be out at the same time.
	Capacity() int
	// Now is the wire's clock: all times of attempts and answers are read off it.
	Now() time.Time
	// Send takes an attempt; it may wait in a buffer until Receive. An address out
	// of scope is an [engine.Forbidden] error and nothing is sent.
	Send(a Attempt) error
	// Release says that nobody waits for this attempt any more, so that what it
	// holds can be freed. It is called once for each attempt sent, also after its
	// answer. A wire that holds nothing ignores it.
	Release(a Attempt)
	// Receive sends what is buffered, then gives answers: those that are there, or
	// if there are none, those that come first until the time given. It returns
	// early with ctx's error when that is done. An error ends the run.
	Receive(ctx context.Context, until time.Time, take func(Answer)) error
	// Close gives everything back.
	Close() error
}
