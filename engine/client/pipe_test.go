package client_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

const (
	endpoint = "http://engine.example"
	key      = "ClientTestKey0123456789"
)

// host is a place where a server may run and stop running, reached through pipes so
// that a bubble of testing/synctest holds all of it.
type host struct {
	lock     sync.Mutex
	listener *listener // nil while nothing runs
	dials    int
}

type listener struct {
	connections chan net.Conn
	closed      chan struct{}
	once        sync.Once
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.connections:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return &net.IPAddr{} }

// run starts a server; the function it gives stops it and cuts its connections.
func (h *host) run(handler http.Handler) (stop func()) {
	l := &listener{connections: make(chan net.Conn), closed: make(chan struct{})}
	h.lock.Lock()
	h.listener = l
	h.lock.Unlock()
	server := &http.Server{Handler: handler}
	ended := make(chan struct{})
	go func() {
		_ = server.Serve(l) // ends with the server
		close(ended)
	}()
	return sync.OnceFunc(func() {
		h.lock.Lock()
		if h.listener == l {
			h.listener = nil
		}
		h.lock.Unlock()
		_ = server.Close()
		<-ended
	})
}

func (h *host) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	h.lock.Lock()
	l := h.listener
	h.dials++
	h.lock.Unlock()
	if l == nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	near, far := net.Pipe()
	select {
	case l.connections <- far:
		return near, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *host) dialled() int {
	h.lock.Lock()
	defer h.lock.Unlock()
	return h.dials
}

// client gives a client of whatever runs on the host; done ends its connections.
func (h *host) client(t *testing.T) (c *client.Client, done func()) {
	t.Helper()
	transport := &http.Transport{DialContext: h.dial}
	c, err := client.New(client.Config{Endpoint: endpoint, Key: key, HTTP: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	return c, transport.CloseIdleConnections
}

// answers runs a server for one test outside of a bubble, and gives its client.
func answers(t *testing.T, handler http.HandlerFunc) *client.Client {
	t.Helper()
	h := &host{}
	t.Cleanup(h.run(handler))
	c, done := h.client(t)
	t.Cleanup(done)
	return c
}
