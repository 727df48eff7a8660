// Package banner keeps what a server says when no other probe understands it.
// Begin with [Probe]; it belongs last in the list of probes, because it takes any
// greeting.
//
// It names nothing: a greeting that proves a protocol is for the protocol's probe. A
// server that waits gets two empty lines, to which many answer with an error that
// tells people what they are.
package banner

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

const (
	// Unknown is the protocol of a service that nothing names.
	Unknown = "unknown"
	// greetingWait is how long a server may take to greet: a round trip round the
	// world is 300 ms, and a server may look up who calls before it speaks.
	greetingWait = time.Second
)

// Block is the member "unknown" of a response.
type Block struct {
	Banner string `json:"banner"`
}

// Probe reads greetings.
type Probe struct{}

var (
	_ probe.Probe   = Probe{}
	_ probe.Greeter = Probe{}
)

// Name is "unknown", the protocol of what is not recognised.
func (Probe) Name() string { return Unknown }

// Ports are none: any port may have any service.
func (Probe) Ports() []uint16 { return nil }

// Greets takes every greeting.
func (Probe) Greets(greeting []byte) bool { return len(greeting) > 0 }

// Run reads a greeting, or what comes back for two empty lines.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return probe.Failed(fmt.Errorf("connect: %w", err))
	}
	defer func() { _ = conn.Close() }()
	greeting, err := probe.ReadGreeting(conn, greetingWait)
	if err != nil && probe.OutcomeOf(err) == engine.Timeout {
		greeting, err = nudge(conn)
	}
	if err != nil {
		return probe.Failed(fmt.Errorf("read greeting: %w", err))
	}
	return describe(to, greeting)
}

func nudge(conn net.Conn) ([]byte, error) {
	if _, err := conn.Write([]byte("\r\n\r\n")); err != nil {
		return nil, err
	}
	return probe.ReadGreeting(conn, probe.ConnectionTime)
}

func describe(to engine.Endpoint, greeting []byte) probe.Result {
	to.Name = "" // addresses are asked, not names: no greeting depends on one
	r := engine.NewResponse(to, Unknown, Unknown, "", time.Now())
	r.Blocks[Unknown] = &Block{Banner: probe.Text(greeting)}
	result := probe.Found(r)
	result.Weak = true
	return result
}
