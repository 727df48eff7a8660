package nats_test

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/nats"
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

// greets says hello and answers the first thing that is said.
func greets(greeting []byte, answer string) probetest.Peer {
	return func(conn net.Conn) {
		if _, err := conn.Write(greeting); err != nil {
			return
		}
		if _, err := conn.Read(make([]byte, 1024)); err != nil {
			return
		}
		_, _ = conn.Write([]byte(answer)) // who has gone needs no answer
	}
}

func TestProbe(t *testing.T) {
	open, locked := recorded(t, "open.bin"), recorded(t, "tls-password.bin")
	tests := map[string]struct {
		peer                         probetest.Peer
		greeting                     []byte
		authRequired, tls, anonymous bool
	}{
		"open":         {greets(open, "PONG\r\n"), open, false, false, true},
		"let in late":  {greets(open, "+OK\r\nPONG\r\n"), open, false, false, true},
		"not let in":   {greets(open, "-ERR 'Authorization Violation'\r\n"), open, false, false, false},
		"password":     {greets(locked, ""), locked, true, true, false},
		"hangs up now": {probetest.Says(open), open, false, false, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if !(nats.Probe{}).Greets(tt.greeting) {
				t.Error("not seen as a greeting")
			}
			probetest.Run(t, nats.Probe{}, probetest.Recording{Peer: tt.peer, Base: "nats", Protocol: "nats", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["nats"].(*nats.Block)
				if !ok || b.Version != "2.15.2" || b.AuthRequired != tt.authRequired || b.StartTLS != tt.tls || b.TLSRequired != tt.tls || b.Anonymous != tt.anonymous || b.MaxPayload != 1<<20 {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for _, greeting := range []string{"INFO\r\n", "INFO {}\r\n", "INFO {\"server_id\":1}\r\n", "INFO null\r\n", "INFORMATION\r\n", "220 INFO {}\r\n"} {
		t.Run(greeting, func(t *testing.T) {
			if (nats.Probe{}).Greets([]byte(greeting)) {
				t.Error("seen as a greeting")
			}
			probetest.Run(t, nats.Probe{}, probetest.Recording{Peer: probetest.Says([]byte(greeting))})
		})
	}
}

func FuzzReadInfo(f *testing.F) {
	f.Add(recorded(f, "open.bin"))
	f.Add([]byte(`INFO {"server_id":"\u0000","max_payload":1}` + "\r\n"))
	f.Add(recorded(f, "tls-password.bin"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if block, err := nats.ReadInfo(bytes.NewReader(data)); err == nil && strings.Contains(block.ServerID+block.Version, "\x00") {
			t.Errorf("%+v", block)
		}
	})
}
