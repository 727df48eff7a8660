package probe

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Tunnel is a probe of a protocol that carries others, as TLS does. Its Run tells
// of the tunnel; what speaks inside is found by whoever opens it.
type Tunnel interface {
	Probe
	// Open opens a connection through the tunnel; it is a [Handshake].
	Open(ctx context.Context, d Dialer, to engine.Endpoint) (Session, error)
}
