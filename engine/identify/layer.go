package identify

import (
	"context"
	"net"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// layer is a way to speak to an endpoint: in the clear, inside a tunnel, or by datagrams.
type layer struct {
	to   engine.Endpoint
	dial probe.Dialer
	line line
	run  func(ctx context.Context, p probe.Probe, d probe.Dialer) probe.Result
	// open connects to listen for a greeting; nil where nobody speaks first.
	open func(ctx context.Context) (net.Conn, error)
	// isOpaque says that what the peer says to a probe cannot be overheard, and that a
	// probe cannot go on with what open has opened.
	isOpaque bool
}

// inTheClear has the probes that speak over TCP and do not only refine.
func inTheClear(probes []probe.Probe, dial probe.Dialer, to engine.Endpoint) layer {
	speakers := slices.DeleteFunc(slices.Clone(probes), func(p probe.Probe) bool { return isRefiner(p) || isDatagramOnly(p) })
	return layer{
		to: to, dial: dial, line: lineUp(speakers, probe.Probe.Ports, to.Port, waveWidth),
		run:  func(ctx context.Context, p probe.Probe, d probe.Dialer) probe.Result { return p.Run(ctx, d, to) },
		open: func(ctx context.Context) (net.Conn, error) { return dial.Dial(ctx, to) },
	}
}

// insideOf has the probes that can speak through a tunnel.
func insideOf(tunnel probe.Tunnel, probes []probe.Probe, dial probe.Dialer, to engine.Endpoint) layer {
	var inner []probe.Probe
	for _, p := range probes {
		if _, ok := p.(probe.Inner); ok && !isRefiner(p) {
			inner = append(inner, p)
		}
	}
	run := func(ctx context.Context, p probe.Probe, d probe.Dialer) (result probe.Result) {
		if p, ok := p.(probe.Inner); ok { // all of them are
			result = p.RunTLS(ctx, d, to)
		}
		return result
	}
	open := func(ctx context.Context) (net.Conn, error) { return tunnel.Open(ctx, dial, to) }
	return layer{to: to, dial: dial, line: lineUp(inner, probe.Probe.Ports, to.Port, waveWidth), run: run, open: open, isOpaque: true}
}

// byDatagrams has the probes that speak over UDP. A datagram costs the peer little, so
// they do not wait long for one another.
func byDatagrams(probes []probe.Probe, dial probe.Dialer, to engine.Endpoint) layer {
	var speakers []probe.Probe
	for _, p := range probes {
		if _, ok := p.(probe.Datagram); ok {
			speakers = append(speakers, p)
		}
	}
	ports := func(p probe.Probe) []uint16 {
		if p, ok := p.(probe.Datagram); ok {
			return p.UDPPorts()
		}
		return nil
	}
	run := func(ctx context.Context, p probe.Probe, d probe.Dialer) probe.Result { return p.Run(ctx, d, to) }
	return layer{to: to, dial: dial, line: lineUp(speakers, ports, to.Port, raceWidth), run: run}
}

func isRefiner(p probe.Probe) bool {
	_, ok := p.(probe.Refiner)
	return ok
}

// isDatagramOnly finds protocols that do not live on TCP: they have no port there.
func isDatagramOnly(p probe.Probe) bool {
	_, ok := p.(probe.Datagram)
	return ok && len(p.Ports()) == 0
}
