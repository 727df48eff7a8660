// Package probe says what a probe is: code that speaks one protocol to one
// endpoint and reports what it learnt. Each protocol is a folder below; probe/all
// lists them, probe/probetest is the contract they pass.
//
// It is not discovery (that is scanner) and judges nothing (that is check). A
// probe reaches the network only through the [Dialer] it is handed.
package probe

import (
	"context"
	"net"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Limits of one probe of one endpoint, against peers that never end.
const (
	// ConnectionBytes is how much a probe reads from one connection.
	ConnectionBytes = 1 << 20
	// ConnectionTime is how long one connection lives: two round trips round the
	// world, a retransmitted packet (RFC 6298: 1 s) and a slow server.
	ConnectionTime = 5 * time.Second
)

// Dialer opens connections for probes. It enforces the scope, the rate, and on
// each connection [ConnectionBytes] and [ConnectionTime]; a refused address is an
// [engine.Forbidden] error. Connections end when ctx does.
type Dialer interface {
	Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error)
	// Resolve gives the addresses of a name that are in scope, for probes that
	// are led elsewhere, as by a redirect.
	Resolve(ctx context.Context, name string) ([]engine.Endpoint, error)
}

// Probe speaks one protocol.
type Probe interface {
	// Name is the base protocol, as in a response's prot7: "redis".
	Name() string
	// Ports are where the protocol usually lives: a hint for the order of
	// trials, never evidence.
	Ports() []uint16
	// Run speaks to the endpoint. It keeps what it learnt even when it ends
	// badly. It never writes, logs in or changes anything on the peer.
	Run(ctx context.Context, d Dialer, to engine.Endpoint) Result
}

// Greeter is a probe of a protocol whose server speaks first.
type Greeter interface {
	// Greets reports whether a greeting is this protocol's.
	Greets(greeting []byte) bool
}

// Careful is a probe of peers that do harm with what they do not understand, as printers
// print it. At its ports it speaks first and alone, and where it is met with silence nobody
// else speaks.
type Careful interface {
	Probe
	Careful()
}

// Inner is a probe whose protocol also lives inside TLS.
type Inner interface {
	Probe
	// RunTLS is [Probe.Run] over connections that speak TLS.
	RunTLS(ctx context.Context, d Dialer, to engine.Endpoint) Result
}

// Session is a connection that speaks TLS and can tell what was seen of it.
type Session interface {
	net.Conn
	// Describe puts what is known of the certificate and of TLS into a response.
	Describe(r *engine.Response)
}

// Handshake opens a Session to an endpoint through a dialer. It is how a probe
// speaks TLS without knowing the probe of TLS.
type Handshake func(ctx context.Context, d Dialer, to engine.Endpoint) (Session, error)

// Upgrade shakes hands on a connection that has spoken another protocol before
// (STARTTLS). The session closes conn.
type Upgrade func(ctx context.Context, conn net.Conn, to engine.Endpoint) (Session, error)

// Datagram is a probe whose protocol also lives on UDP: its Run looks at the
// endpoint's transport.
type Datagram interface {
	Probe
	// UDPPorts are where the protocol lives on UDP: a hint, never evidence.
	UDPPorts() []uint16
	// Payload is a datagram that every server of the protocol answers. It is sent
	// to find out whether anybody is there.
	Payload() []byte
}

// NewResponse is [engine.NewResponse] for what came over conn: inside TLS the
// protocol gets an "s", and the response what was seen of TLS. base is the
// protocol without TLS, as "imap".
func NewResponse(conn net.Conn, to engine.Endpoint, base string) engine.Response {
	session, secured := conn.(Session)
	protocol := base
	if secured {
		protocol += "s"
	}
	r := engine.NewResponse(to, base, protocol, "", time.Now())
	if secured {
		session.Describe(&r)
	}
	return r
}

// NewUpgradedResponse is [NewResponse] for a session that began in the clear, by
// STARTTLS: "smtpstarttls".
func NewUpgradedResponse(session Session, to engine.Endpoint, base string) engine.Response {
	r := engine.NewResponse(to, base, base+"starttls", "", time.Now())
	session.Describe(&r)
	return r
}

// Result is how a probe ended and what it learnt.
type Result struct {
	Outcome   engine.Outcome
	Responses []engine.Response // empty unless Outcome is [engine.Answered], or something was kept
	Err       error             // why it did not end well; for people reading a debug log

	// Weak marks an answer that servers of other protocols give as well, such as
	// an HTTP 400 to anything. It counts only when no other probe is answered.
	Weak bool
}

// Failed is the result of a probe that learnt nothing because of err.
func Failed(err error) Result {
	return Result{Outcome: OutcomeOf(err), Err: err}
}

// Found is the result of a probe that was answered.
func Found(responses ...engine.Response) Result {
	return Result{Outcome: engine.Answered, Responses: responses}
}
