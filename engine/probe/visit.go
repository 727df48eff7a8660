package probe

import (
	"context"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Visit connects to the endpoint, lets speak talk over the connection and hangs
// up. The connection speaks TLS when secure is not nil. What speak cannot use
// anything of, it gives [Failed] for.
func Visit(ctx context.Context, d Dialer, to engine.Endpoint, secure Handshake, speak func(conn net.Conn) Result) Result {
	conn, err := open(ctx, d, to, secure)
	if err != nil {
		return Failed(fmt.Errorf("connect: %w", err))
	}
	defer func() { _ = conn.Close() }()
	return speak(conn)
}

func open(ctx context.Context, d Dialer, to engine.Endpoint, secure Handshake) (net.Conn, error) {
	if secure == nil {
		return d.Dial(ctx, to)
	}
	return secure(ctx, d, to)
}
