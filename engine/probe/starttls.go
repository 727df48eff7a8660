package probe

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Survey adds to the response of a server that speaks TLS what the server would agree to
// besides what it has agreed to. Connections of d must be where a handshake may begin.
type Survey func(ctx context.Context, d Dialer, to engine.Endpoint, r *engine.Response)

// Upgraded surveys the responses of a result that came by STARTTLS. prepare speaks to a
// server up to where the handshake may begin. A nil Survey does nothing.
func (s Survey) Upgraded(ctx context.Context, d Dialer, to engine.Endpoint, prepare func(conn net.Conn) error, result Result) Result {
	for i := range result.Responses {
		if r := &result.Responses[i]; s != nil && strings.HasSuffix(r.Protocol, "starttls") {
			s(ctx, prepared{d, prepare}, to, r)
		}
	}
	return result
}

// prepared is a dialer whose connections have been spoken on before they are handed out.
type prepared struct {
	Dialer
	prepare func(conn net.Conn) error
}

var _ Dialer = prepared{}

// Dial implements [Dialer].
func (p prepared) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	conn, err := p.Dialer.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	if err := p.prepare(conn); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("ask for TLS: %w", err)
	}
	return conn, nil
}
