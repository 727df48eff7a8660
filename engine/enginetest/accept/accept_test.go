package accept_test

import (
	"io"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/accept"
)

// TestClose ends a loop whose clients would stay for ever.
func TestClose(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	talk := func(conn net.Conn) {
		_, _ = io.WriteString(conn, "hi") // the client reads it
		_, _ = io.Copy(io.Discard, conn)  // until the loop is closed
	}
	loop := accept.Serve(listener, talk)
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	if _, err := io.ReadFull(client, make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	if err := loop.Close(); err != nil {
		t.Error(err)
	}
	if _, err := client.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is still open")
	}
	if loop.Met() != 1 {
		t.Errorf("met %d", loop.Met())
	}
}
