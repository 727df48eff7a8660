// Package http2 hears web servers that speak HTTP/2 without being asked, as servers of
// gRPC do: their settings are the first thing that comes (RFC 9113 section 3.4). Begin
// with [Probe].
//
// It only knows the greeting; what is asked then is the business of probe/http.
package http2

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Probe waits for web servers that speak first.
type Probe struct {
	http probe.Probe
}

var (
	_ probe.Probe   = Probe{}
	_ probe.Greeter = Probe{}
)

// New makes the probe with the one that speaks to web servers.
func New(http probe.Probe) Probe { return Probe{http: http} }

// Name is "http2"; its documents are of "http".
func (Probe) Name() string { return "http2" }

// Ports is the usual one of gRPC.
func (Probe) Ports() []uint16 { return []uint16{50051} }

// Greets wants the settings of a server, of which there may be more than came.
func (Probe) Greets(greeting []byte) bool { return web.GreetsHTTP2(greeting) }

// Run visits the server.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return p.http.Run(ctx, d, to)
}
