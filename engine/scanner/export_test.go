package scanner

import (
	"context"
	"net"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// IsSelf is isSelf, which sockets that find themselves by accident test too rarely.
func IsSelf(conn net.Conn) bool { return isSelf(conn) }

// Identify identifies one endpoint through a dialer of the test's.
func Identify(ctx context.Context, config Config, dial probe.Dialer, to engine.Endpoint, rtt time.Duration) []engine.Response {
	return newIdentification(New(config).config, dial, to, rtt).run(ctx)
}
