package tls

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

var _ probe.Tunnel = (*Probe)(nil)

// Open is [Connect].
func (*Probe) Open(ctx context.Context, d probe.Dialer, to engine.Endpoint) (probe.Session, error) {
	return Connect(ctx, d, to)
}
