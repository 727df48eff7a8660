// Package postgres asks PostgreSQL, and what else speaks its protocol, for TLS and
// how it would authenticate the user "postgres", to learn whether it trusts
// strangers. Begin with [Probe].
//
// It sends no password and no query: a session it is let into ends at once.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "postgres" of a response.
type Block struct {
	Banner       string            `json:"banner"`        // first message after the startup
	StartTLS     bool              `json:"starttls"`      // the server speaks TLS when asked to
	Trust        bool              `json:"trust"`         // the user "postgres" is let in without a password
	AuthRequired bool              `json:"auth_required"` // it is not
	AuthMethod   string            `json:"auth_method,omitempty"`
	Mechanisms   []string          `json:"sasl_mechanisms,omitempty"`
	Version      string            `json:"version,omitempty"`             // told only to whom it trusts
	Protocols    string            `json:"supported_protocols,omitempty"` // "3.0 to 3.2"
	Parameters   map[string]string `json:"parameters,omitempty"`
	Error        *Fault            `json:"error,omitempty"`
}

// Probe speaks to PostgreSQL. The zero Probe speaks no TLS.
type Probe struct {
	upgrade probe.Upgrade
}

var _ probe.Probe = Probe{}

// New makes the probe with a way to speak TLS after asking for it.
func New(upgrade probe.Upgrade) Probe { return Probe{upgrade: upgrade} }

// Name is "postgres".
func (Probe) Name() string { return "postgres" }

// Ports are the server's, its neighbours', and those of PgBouncer and CockroachDB.
func (Probe) Ports() []uint16 { return []uint16{5432, 5433, 5434, 6432, 26257} }

// Run asks for TLS, then begins a session.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	visit := visit{probe: p, dialer: d, to: to}
	result := probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result {
		return visit.negotiate(ctx, conn)
	})
	if errors.Is(result.Err, errNoTLS) {
		result = probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result {
			return visit.begin(ctx, conn, probe.NewResponse(conn, to, "postgres"), true)
		})
	}
	return result
}

// errNoTLS is of a server that says it speaks TLS, and then we do not understand it.
var errNoTLS = errors.New("no TLS after all")

type visit struct {
	probe  Probe
	dialer probe.Dialer
	to     engine.Endpoint
}

// negotiate sends SSLRequest, which is answered by one byte, or by an error of a
// server that knows no TLS.
func (v visit) negotiate(ctx context.Context, conn net.Conn) probe.Result {
	answer, err := askTLS(conn)
	if err != nil {
		return probe.Failed(fmt.Errorf("ask for TLS: %w", err))
	}
	r := probe.NewResponse(conn, v.to, "postgres")
	switch answer {
	case 'N':
		return v.begin(ctx, conn, r, false)
	case 'S':
		if v.probe.upgrade == nil {
			return probe.Failed(errNoTLS)
		}
		session, err := v.probe.upgrade(ctx, conn, v.to)
		if err != nil {
			return probe.Failed(fmt.Errorf("%w: %w", errNoTLS, err))
		}
		session.Describe(&r)
		return v.begin(ctx, session, r, true)
	}
	return probe.Failed(fmt.Errorf("%w: %q to a wish for TLS", errNotPostgres, answer))
}

// begin sends the startup message, and finds out what the server is where its
// answer does not tell.
func (v visit) begin(ctx context.Context, conn net.Conn, r engine.Response, startTLS bool) probe.Result {
	block, err := startSession(conn)
	if err != nil {
		return probe.Failed(fmt.Errorf("begin session: %w", err))
	}
	block.StartTLS = startTLS
	if r.Tags = block.tags(); r.Tags == nil {
		fault := v.askProtocols(ctx)
		block.Protocols, r.Tags = fault.protocols(), fault.tags()
	}
	r.Blocks["postgres"] = block
	return probe.Found(r)
}

// askProtocols begins a session in a version of the protocol that nobody speaks. The
// error names the versions the server speaks, and the source file it comes from.
func (v visit) askProtocols(ctx context.Context) (fault *Fault) {
	probe.Visit(ctx, v.dialer, v.to, nil, func(conn net.Conn) probe.Result {
		if _, err := conn.Write(startup(protocolNobodySpeaks)); err == nil {
			fault, _ = readFault(conn) // nil tells nothing
		}
		return probe.Result{}
	})
	return fault
}
