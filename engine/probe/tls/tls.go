// Package tls observes Transport Layer Security: the certificate and the versions
// a server accepts. Begin with [New]; other probes that meet TLS are handed [Connect]
// and [Upgrade].
//
// It verifies nothing for its own sake, tries no attack and finishes no handshake
// of the versions and suites that it only asks for. See survey for how many
// connections that takes: about 20, four at a time, ten of them for JARM.
package tls

import (
	"context"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Probe observes TLS. What is inside is found by whoever opens it.
type Probe struct{}

var _ probe.Probe = (*Probe)(nil)

// New makes the probe.
func New() *Probe { return &Probe{} }

// Name is "tls".
func (*Probe) Name() string { return "tls" }

// Ports are those of protocols that begin with a handshake.
func (*Probe) Ports() []uint16 {
	return []uint16{443, 8443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 2376, 2443, 4443, 5671, 5986, 6443, 8883, 9443, 10250, 10443, 12443, 30443, 40443, 50443}
}

// Run shakes hands, then asks what else the server would agree to.
func (p *Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	session, err := dial(ctx, d, to)
	if err != nil {
		return refused(ctx, d, to, err)
	}
	r := newResponse(to, session.Describe)
	_ = session.Close()
	if facts, ok := r.Blocks["tls"].(*Facts); ok {
		survey(ctx, d, to, session.version(), facts).describe(&r)
	}
	return probe.Found(r)
}

// refused looks at what a server tells in the clear with whom neither library can
// shake hands, as one without encryption. Of one that tells nothing it is kept that it
// speaks TLS: some refuse who does not know their name.
func refused(ctx context.Context, d probe.Dialer, to engine.Endpoint, err error) probe.Result {
	if alertOf(err) != "" || isLegacy(err) {
		if a, ok := glance(ctx, d, to); ok {
			r := newResponse(to, func(r *engine.Response) { a.describe(r, to) })
			if facts, ok := r.Blocks["tls"].(*Facts); ok {
				survey(ctx, d, to, a.Version, facts).describe(&r)
			}
			return probe.Found(r)
		}
	}
	result := probe.Failed(err)
	if alert := alertOf(err); alert != "" {
		result.Responses = []engine.Response{newResponse(to, func(r *engine.Response) {
			r.Blocks["tls"] = &Refusal{Banner: alert, ServerName: to.Name, Alert: alert}
		})}
	}
	if result.Outcome == engine.Protocol {
		result.Outcome = engine.Handshake
	}
	return result
}

func newResponse(to engine.Endpoint, describe func(*engine.Response)) engine.Response {
	r := engine.NewResponse(to, "tls", "tls", "", time.Now())
	describe(&r)
	if facts, ok := r.Blocks["tls"].(*Facts); ok {
		facts.Banner = strings.TrimSpace(facts.Version + " " + facts.Cipher)
	}
	return r
}
