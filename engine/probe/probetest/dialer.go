package probetest

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Peer is a server on its end of a connection; it may return without closing it.
type Peer func(conn net.Conn)

// Dialer connects probes to a [Peer] in memory, with the limits of the real one.
type Dialer struct {
	peer Peer
	err  error // of every Dial, when there is no peer

	peers sync.WaitGroup
	open  atomic.Int64 // connections the probe has not closed
	read  atomic.Int64 // bytes the probe took
	dials atomic.Int64
}

var _ probe.Dialer = (*Dialer)(nil)

// NewDialer makes a dialer whose every connection leads to peer.
func NewDialer(peer Peer) *Dialer { return &Dialer{peer: peer} }

// Dial connects to the peer.
func (d *Dialer) Dial(ctx context.Context, to engine.Endpoint) (net.Conn, error) {
	d.dials.Add(1)
	if d.err != nil {
		return nil, &net.OpError{Op: "dial", Net: to.Transport, Err: d.err}
	}
	near, far := net.Pipe()
	d.open.Add(1)
	d.peers.Go(func() {
		defer far.Close()
		d.peer(far)
	})
	conn := &connection{Conn: near, dialer: d, outbox: make(chan []byte, 64), closed: make(chan struct{})}
	d.peers.Go(conn.deliver)
	return probe.Bound(ctx, conn, probe.ConnectionBytes, probe.ConnectionTime), nil
}

// Wait returns when the probe has closed its connections and all peers are done.
func (d *Dialer) Wait() { d.peers.Wait() }

// Resolve knows no name.
func (d *Dialer) Resolve(_ context.Context, name string) ([]engine.Endpoint, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// connection is the probe's end of a connection. Like a socket, and unlike a
// pipe, it takes what is written whether or not the peer reads; it counts what
// the probe does.
type connection struct {
	net.Conn
	dialer *Dialer
	outbox chan []byte
	closed chan struct{}
	once   sync.Once
}

var _ net.Conn = (*connection)(nil)

func (c *connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.dialer.read.Add(int64(n))
	return n, err
}

func (c *connection) Write(p []byte) (int, error) {
	select {
	case c.outbox <- bytes.Clone(p):
		return len(p), nil
	case <-c.closed:
		return 0, net.ErrClosed
	}
}

func (c *connection) deliver() {
	for {
		select {
		case p := <-c.outbox:
			_, _ = c.Conn.Write(p) // a peer that is gone is noticed by the next read
		case <-c.closed:
			return
		}
	}
}

func (c *connection) Close() error {
	c.once.Do(func() {
		c.dialer.open.Add(-1)
		close(c.closed)
	})
	return c.Conn.Close()
}

// Endpoint is where all peers live.
func Endpoint() engine.Endpoint {
	return engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.10"), Port: 4711, Transport: engine.TCP, Target: "192.0.2.10"}
}
