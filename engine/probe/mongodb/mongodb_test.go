package mongodb_test

import (
	"bytes"
	"io"
	"net"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/mongodb"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		anonymous, authRequired bool
		databases               []string
		version                 string
	}{
		"mongodb":          {true, false, []string{"admin", "customers"}, "6.0.13"},
		"mongodb-password": {false, true, nil, "6.0.13"},
		"mongodb-old":      {true, false, []string{"local"}, "2.4.9"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, mongodb.Probe{}, probetest.Recording{Peer: zoo.Find(t, name).Serve, Base: "mongodb", Protocol: "mongodb", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["mongodb"].(*mongodb.Block)
				if !ok || b.Anonymous != tt.anonymous || b.AuthRequired != tt.authRequired || !slices.Equal(b.Databases, tt.databases) || b.Version != tt.version || !b.Primary || b.Bits != 64 {
					t.Errorf("%+v", b)
				}
				if len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != tt.version {
					t.Errorf("tags %+v", rs[0].Tags)
				}
			}})
		})
	}
}

// TestOthers plays back what it hears, and answers to a request that nobody made.
func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"echo":      func(conn net.Conn) { _, _ = io.Copy(conn, conn) },
		"other id":  probetest.Answers([]byte("\x29\x00\x00\x00\x07\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00" + "\x05\x00\x00\x00\x00")),
		"no answer": probetest.Answers([]byte("\x29\x00\x00\x00\x07\x00\x00\x00trop\x01\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00" + "\x05\x00\x00\x00\x00")),
		"HTTP":      probetest.Answers([]byte("HTTP/1.0 200 OK\r\n\r\nIt looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n")),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, mongodb.Probe{}, probetest.Recording{Peer: peer})
		})
	}
}

func FuzzReadDocument(f *testing.F) {
	for _, name := range []string{"mongodb", "mongodb-old"} {
		near, far := net.Pipe()
		serve := zoo.Find(f, name).Serve
		go func() { serve(far); _ = far.Close() }()
		request := []byte("\x3a\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xd4\x07\x00\x00" + "\x00\x00\x00\x00admin.$cmd\x00\x00\x00\x00\x00\xff\xff\xff\xff" + "\x13\x00\x00\x00\x10isMaster\x00\x01\x00\x00\x00\x00")
		if _, err := near.Write(request); err != nil {
			f.Fatal(err)
		}
		answer := make([]byte, 4096)
		n, err := near.Read(answer)
		if err != nil {
			f.Fatal(err)
		}
		_ = near.Close()
		f.Add(answer[36:n])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		document, err := mongodb.ReadDocument(data)
		if err == nil && len(document) > len(data) {
			t.Errorf("%d members of %d bytes", len(document), len(data))
		}
		_, _ = mongodb.ReadAnswer(bytes.NewReader(data), 1)
	})
}
