// Package tls observes Transport Layer Security: the certificate and the versions
// a server accepts. Begin with [New]; other probes that meet TLS are handed [Connect]
// and [Upgrade].
//
// It verifies nothing for its own sake and does not try what Go's library
// cannot speak: SSL 2 and 3, export and anonymous suites.
package tls

import (
	"context"
	"crypto/tls"
	"sync"
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

// Run shakes hands, then tries the other versions.
func (p *Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	session, err := newest(ctx, d, to)
	if err != nil {
		return failed(to, err)
	}
	defer func() { _ = session.Close() }()
	r := newResponse(to, session.Describe)
	if facts, ok := r.Blocks["tls"].(*Facts); ok {
		facts.Versions = accepted(ctx, d, to, session.ConnectionState().Version)
	}
	return probe.Found(r)
}

// failed keeps that a server speaks TLS which refuses us, as those do that want a
// name they know.
func failed(to engine.Endpoint, err error) probe.Result {
	result := probe.Failed(err)
	if alert := alertOf(err); alert != "" {
		result.Responses = []engine.Response{newResponse(to, func(r *engine.Response) {
			r.Blocks["tls"] = &Refusal{ServerName: to.Name, Alert: alert}
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
	return r
}

// accepted shakes hands once more for each version but the one that is known
// already, and gives all that the server accepts, oldest first.
func accepted(ctx context.Context, d probe.Dialer, to engine.Endpoint, known uint16) []string {
	versions := []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13}
	ok := make([]bool, len(versions))
	var tries sync.WaitGroup
	for i, version := range versions {
		tries.Go(func() { ok[i] = version == known || accepts(ctx, d, to, version) })
	}
	tries.Wait()
	var names []string
	for i, version := range versions {
		if ok[i] {
			names = append(names, VersionName(version))
		}
	}
	return names
}

func accepts(ctx context.Context, d probe.Dialer, to engine.Endpoint, version uint16) bool {
	session, err := connect(ctx, d, to, version, version)
	if err != nil {
		return false
	}
	_ = session.Close()
	return true
}
