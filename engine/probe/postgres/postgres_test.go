package postgres_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/postgres"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// server answers a wish for TLS, a startup in version 3.0, and one in another.
func server(wish string, session, other []byte) probetest.Peer {
	return func(conn net.Conn) {
		request := make([]byte, 1024)
		for {
			n, err := conn.Read(request)
			if err != nil || n < 8 {
				return
			}
			answer := other
			switch binary.BigEndian.Uint32(request[4:]) {
			case 80877103:
				answer = []byte(wish)
			case 3 << 16:
				answer = session
			}
			if _, err := conn.Write(answer); err != nil {
				return
			}
		}
	}
}

func TestProbe(t *testing.T) {
	unsupported, badHeader := recorded(t, "unsupported.bin"), recorded(t, "bad-header-pgbouncer.bin")
	refused := []byte("E\x00\x00\x00\x2dSFATAL\x00C28000\x00Mno pg_hba.conf entry\x00\x00")
	refused[4] = byte(len(refused) - 1)
	tests := map[string]struct {
		peer         probetest.Peer
		method       string
		trust        bool
		tag, version string
	}{
		"trust":                  {server("N", recorded(t, "trust.bin"), unsupported), "trust", true, "postgresql", "15.18"},
		"SCRAM":                  {server("N", recorded(t, "scram.bin"), unsupported), "scram-sha-256", false, "postgresql", ""},
		"PgBouncer":              {server("N", recorded(t, "md5-pgbouncer.bin"), badHeader), "md5", false, "pgbouncer", ""},
		"error":                  {server("N", recorded(t, "error-pgbouncer.bin"), badHeader), "", false, "pgbouncer", ""},
		"not allowed":            {server("N", refused, unsupported), "", false, "postgresql", ""},
		"TLS that does not work": {server("S", recorded(t, "scram.bin"), nil), "scram-sha-256", false, "", ""},
	}
	refuse := func(context.Context, net.Conn, engine.Endpoint) (probe.Session, error) {
		return nil, errors.New("no TLS")
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, postgres.New(refuse), probetest.Recording{Peer: tt.peer, Base: "postgres", Protocol: "postgres", Check: func(t *testing.T, rs []engine.Response) {
				block, ok := rs[0].Blocks["postgres"].(*postgres.Block)
				if !ok || block.AuthMethod != tt.method || block.Trust != tt.trust || block.AuthRequired != (tt.method != "" && !tt.trust) {
					t.Errorf("%+v", block)
				}
				if tags := rs[0].Tags; tt.tag == "" && tags != nil || tt.tag != "" && (len(tags) != 1 || tags[0].Name != tt.tag || tags[0].Version != tt.version) {
					t.Errorf("tags %+v, want %s %s", tags, tt.tag, tt.version)
				}
			}})
		})
	}
}

func TestProtocols(t *testing.T) {
	newer := bytes.ReplaceAll(recorded(t, "unsupported.bin"), []byte("4.0: server supports 3.0 to 3.0"), []byte("255.0: server supports 3.0 to 3.2"))
	newer[4] += 2
	d := probetest.NewDialer(server("N", recorded(t, "scram.bin"), newer))
	result := postgres.Probe{}.Run(t.Context(), d, probetest.Endpoint())
	if block, ok := result.Responses[0].Blocks["postgres"].(*postgres.Block); !ok || block.Protocols != "3.0 to 3.2" {
		t.Errorf("%+v", block)
	}
}

// TestOthers plays servers that answer a little like PostgreSQL.
func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"one byte":          probetest.Answers([]byte("N")),
		"always N":          probetest.Answers([]byte("N"), []byte("N"), []byte("N")),
		"ssh":               probetest.Says([]byte("SSH-2.0-OpenSSH_9.2p1\r\n")),
		"NO":                probetest.Answers([]byte("NO\r\n"), []byte("NO\r\n")),
		"a method of 99":    server("N", []byte("R\x00\x00\x00\x08\x00\x00\x00\x63"), nil),
		"md5 without salt":  server("N", []byte("R\x00\x00\x00\x08\x00\x00\x00\x05"), nil),
		"SASL without list": server("N", []byte("R\x00\x00\x00\x0a\x00\x00\x00\x0a\x00\x00"), nil),
		"error in words":    server("N", []byte("ERROR what is that?\r\n"), nil),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, postgres.Probe{}, probetest.Recording{Peer: peer})
		})
	}
}

func FuzzReadSession(f *testing.F) {
	for _, name := range []string{"trust.bin", "scram.bin", "unsupported.bin", "md5-pgbouncer.bin", "error-pgbouncer.bin"} {
		f.Add(recorded(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		block, err := postgres.ReadSession(bytes.NewReader(data))
		if err == nil && block.AuthMethod == "" && block.Error == nil {
			t.Errorf("%+v", block)
		}
	})
}
