package cassandra_test

import (
	"bytes"
	"io"
	"net"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/cassandra"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// supported and authenticate are written by the specification (native protocol v3,
// sections 4.2.4 and 4.2.3).
const (
	supported    = "\x83\x00\x12\x34\x06\x00\x00\x00\x18\x00\x01\x00\x0bCQL_VERSION\x00\x01\x00\x053.4.4"
	authenticate = "\x83\x00\x12\x34\x03\x00\x00\x00\x2f\x00\x2dorg.apache.cassandra.auth.PasswordAuthenticat"
	ready        = "\x83\x00\x12\x34\x02\x00\x00\x00\x00"
	row          = "\x83\x00\x12\x34\x08\x00\x00\x00\x2f\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x03\x00\x01s\x00\x01l\x00\x01a\x00\x0d\x00\x01b\x00\x0d\x00\x01c\x00\x0d\x00\x00\x00\x01\x00\x00\x00\x014\xff\xff\xff\xff\x00\x00\x00\x00"
	fault        = "\x83\x00\x12\x34\x00\x00\x00\x00\x0e\x00\x00\x10\x01\x00\x08Too many"
)

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer                    probetest.Peer
		anonymous, authRequired bool
		version                 string
		fault                   int
	}{
		"open":     {zoo.Find(t, "cassandra").Serve, true, false, "4.1.3", 0},
		"password": {zoo.Find(t, "cassandra-password").Serve, false, true, "", 0},
		"ScyllaDB": {zoo.Find(t, "scylladb").Serve, false, true, "", 0},
		"by hand":  {probetest.Answers([]byte(supported), []byte(authenticate)), false, true, "", 0},
		"busy":     {probetest.Answers([]byte(supported), []byte(fault)), false, false, "", 0x1001},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, cassandra.Probe{}, probetest.Recording{Peer: tt.peer, Base: "cassandra", Protocol: "cassandra", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["cassandra"].(*cassandra.Block)
				if !ok || b.Anonymous != tt.anonymous || b.AuthRequired != tt.authRequired || b.Version != tt.version || b.ErrorCode != tt.fault || len(b.CQLVersions) != 1 {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"echo":          func(conn net.Conn) { _, _ = io.Copy(conn, conn) },
		"other stream":  probetest.Answers([]byte("\x83\x00\x00\x01" + supported[4:])),
		"no CQL":        probetest.Answers([]byte("\x83\x00\x12\x34\x06\x00\x00\x00\x02\x00\x00")),
		"ready at once": probetest.Answers([]byte("\x83\x00\x12\x34\x02\x00\x00\x00\x00")),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, cassandra.Probe{}, probetest.Recording{Peer: peer})
		})
	}
}

func FuzzReadFrame(f *testing.F) {
	for _, frame := range []string{supported, authenticate, fault} {
		f.Add([]byte(frame), []byte(authenticate))
	}
	f.Add([]byte(supported+ready), []byte(row))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		if frame, err := cassandra.ReadFrame(bytes.NewReader(first)); err == nil && len(frame.Body) > len(first) {
			t.Errorf("%d bytes of %d", len(frame.Body), len(first))
		}
		d := probetest.NewDialer(func(conn net.Conn) {
			_, _ = conn.Write(slices.Concat(first, second, second)) // and hangs up
		})
		_ = cassandra.Probe{}.Run(t.Context(), d, probetest.Endpoint()) // is not to panic
		d.Wait()
	})
}
