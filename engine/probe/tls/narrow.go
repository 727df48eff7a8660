package tls

import (
	"context"
	"net"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// narrow is a dialer with a limit to how many connections are open at the same time.
type narrow struct {
	probe.Dialer
	slots chan struct{}
}

var _ probe.Dialer = narrow{}

// Dial implements [probe.Dialer]; it waits for a slot.
func (n narrow) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	select {
	case n.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	conn, err := n.Dialer.Dial(ctx, to)
	if err != nil {
		<-n.slots
		return nil, err
	}
	return &slotted{Conn: conn, free: sync.OnceFunc(func() { <-n.slots })}, nil
}

type slotted struct {
	net.Conn
	free func()
}

var _ net.Conn = (*slotted)(nil)

func (s *slotted) Close() error {
	defer s.free()
	return s.Conn.Close()
}
