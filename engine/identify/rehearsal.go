package identify

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// understoodBy gives the probes whose greeting this is. Where it is nobody's it may
// be an error that a server tells whoever comes, before he asks: the probes that
// would take it for an answer are found by a rehearsal, in which no packet is sent.
func (r *race) understoodBy(ctx context.Context, greeting []byte) []probe.Probe {
	fitting := greetedBy(r.line.greeters, greeting)
	if len(fitting) > 0 || r.isOpaque {
		return fitting
	}
	for _, wave := range r.line.waves {
		for _, e := range wave {
			_, isTunnel := e.Probe.(probe.Tunnel)
			if isTunnel {
				continue
			}
			stage := &stage{words: greeting}
			if result := r.layer.run(ctx, e.Probe, stage); (verdict{e.Probe, result}).isSure() {
				fitting = append(fitting, e.Probe)
			}
		}
	}
	return fitting
}

// stage is a dialer of a rehearsal: its one connection says some words and ends.
type stage struct {
	lock  sync.Mutex
	words []byte
}

var _ probe.Dialer = (*stage)(nil)

// Dial connects to the words once.
func (s *stage) Dial(context.Context, engine.Endpoint) (net.Conn, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.words == nil {
		return nil, net.ErrClosed
	}
	conn := &script{rest: bytes.NewReader(s.words)}
	s.words = nil
	return conn, nil
}

// Resolve knows no name.
func (*stage) Resolve(context.Context, string) ([]engine.Endpoint, error) { return nil, net.ErrClosed }

// script is a connection that says what is in it and takes everything.
type script struct{ rest *bytes.Reader }

var _ net.Conn = (*script)(nil)

func (s *script) Read(p []byte) (int, error)     { return s.rest.Read(p) }
func (*script) Write(p []byte) (int, error)      { return io.Discard.Write(p) }
func (*script) Close() error                     { return nil }
func (*script) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (*script) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (*script) SetDeadline(time.Time) error      { return nil }
func (*script) SetReadDeadline(time.Time) error  { return nil }
func (*script) SetWriteDeadline(time.Time) error { return nil }
