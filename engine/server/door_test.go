package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// single is a listener with one connection, in memory.
type single chan net.Conn

func (s single) Accept() (net.Conn, error) {
	if conn, ok := <-s; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (s single) Close() error   { close(s); return nil }
func (s single) Addr() net.Addr { return &net.TCPAddr{} }

// knock serves a connection on a clock that moves only while everybody waits, and
// hands its other end to talk.
func knock(t *testing.T, talk func(t *testing.T, conn net.Conn)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, err := server.Start(t.Context(), server.Config{DataDir: dir, Mode: engine.ModeServer, AdminKey: enginetest.Key})
		if err != nil {
			t.Fatal(err)
		}
		near, far := net.Pipe()
		door := make(single, 1)
		door <- far
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- s.Serve(ctx, door) }()
		talk(t, near)
		stop()
		if err := errors.Join(near.Close(), <-served, s.Close()); err != nil {
			t.Error(err)
		}
	})
}

// TestSlowBodyDoesNotKeepTheConnection: else a stranger without a key takes one
// connection after the other until there are none left.
func TestSlowBodyDoesNotKeepTheConnection(t *testing.T) {
	for name, key := range map[string]string{"stranger": "", "friend": "Authorization: Bearer " + enginetest.Key + "\r\n"} {
		t.Run(name, func(t *testing.T) {
			knock(t, func(t *testing.T, conn net.Conn) {
				if _, err := fmt.Fprintf(conn, "POST /api/scanner/ HTTP/1.1\r\nHost: x\r\n%sContent-Length: 9\r\n\r\n{", key); err != nil {
					t.Fatal(err)
				}
				if err := conn.SetReadDeadline(time.Now().Add(10 * time.Minute)); err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
					t.Error("the connection is still there after ten minutes")
				}
			})
		})
	}
}
