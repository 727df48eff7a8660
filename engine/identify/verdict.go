package identify

import (
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

// isOf reports whether the verdict is about the tunnel and not yet about what is inside.
func (v verdict) isOf(tunnel probe.Tunnel) bool {
	return v.isSure() && len(v.result.Responses) > 0 && v.result.Responses[0].Base == tunnel.Name()
}
