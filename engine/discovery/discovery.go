// Package discovery finds the open ports of a space. Begin with [Run].
//
// It decides what is tried, when, how often and how long an answer is waited
// for; a [wire.Wire] carries the attempts. It speaks no protocol (that is probe)
// and knows no scan, task or target.
package discovery

import (
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/portolan-io/terraform-provider-portolan/engine/space"
	"github.com/portolan-io/terraform-provider-portolan/engine/wire"
)

// Config says what to find and how. Space and Wire are needed, the rest is not.
type Config struct {
	Space    *space.Space
	Wire     wire.Wire
	Limiter  *rate.Limiter // attempts a second over everything that shares it; nil has no limit
	HostRate int           // attempts a second to one host; 0 has no limit
	From     State         // where an earlier run was left; the zero State is the beginning

	// All are called from Run's goroutine and must not wait. Each may be nil.
	Found    func(Found)
	Up       func(netip.Addr) // once for each host that answers itself, if only that a port is closed
	Progress func(Progress)   // some times a second, and once at the end
}

// Found is an open port. Of a host that accepts whatever it is asked, which a
// middlebox does, there is one Found with AllOpen set instead of all its ports;
// those found before that was noticed have been told.
type Found struct {
	Place   netip.AddrPort
	RTT     time.Duration // of the attempt that was answered
	Tries   int           // 1 when the first attempt was answered
	AllOpen bool
}

// Progress is how far a run is.
type Progress struct {
	Places uint64 // of the space, the forbidden ones included
	Done   uint64 // answered, given up or forbidden
	Sent   uint64 // attempts, retries included
	Open   uint64
	Up     uint64 // hosts
}

// State is where a run was left: everything is done that is neither in Pending
// nor from Next on. It holds for the same space with the same seed only.
type State struct {
	Next    uint64  `json:"next"`              // index into the space's order
	Pending []Range `json:"pending,omitempty"` // below Next, not done; rising, neither overlapping nor touching
}

// Range is the indices from From up to, but without, To.
type Range struct {
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}
