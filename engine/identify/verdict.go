package identify

import (
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// verdict is a probe and what it has learnt; the zero verdict is that of a peer
// that said nothing.
type verdict struct {
	by     probe.Probe
	result probe.Result
}

func (v verdict) isSure() bool { return v.result.Outcome == engine.Answered && !v.result.Weak }

// isBetterThan compares verdicts that are not sure. A handshake that was refused
// says more than a protocol that half fits.
func (v verdict) isBetterThan(other verdict) bool {
	if len(v.result.Responses) == 0 {
		return false
	}
	return len(other.result.Responses) == 0 || v.result.Outcome == engine.Handshake && other.result.Outcome != engine.Handshake
}

// timeToSpare is how much longer others may try for a better verdict. What refuses
// handshakes of TLS will speak to none of them in the clear.
func (v verdict) timeToSpare() time.Duration {
	if v.result.Outcome == engine.Handshake {
		return grace
	}
	return weakTime
}

// isOf reports whether the verdict is about the tunnel and not yet about what is inside.
func (v verdict) isOf(tunnel probe.Tunnel) bool {
	return v.isSure() && len(v.result.Responses) > 0 && v.result.Responses[0].Base == tunnel.Name()
}
