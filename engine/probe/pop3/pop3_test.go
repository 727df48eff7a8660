package pop3_test

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/pop3"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

func newProbe() pop3.Probe { return pop3.New(tls.Connect, tls.Upgrade, nil) }

func block(t *testing.T, r engine.Response) *pop3.Block {
	t.Helper()
	b, ok := r.Blocks["pop3"].(*pop3.Block)
	if !ok {
		t.Fatalf("no block in %v", r.Blocks)
	}
	return b
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer     probetest.Peer
		protocol string
		product  string
		ok       func(*pop3.Block) bool
	}{
		"dovecot": {probetest.Transcript(t, "dovecot.txt"), "pop3starttls", "dovecot", func(b *pop3.Block) bool {
			return b.StartTLS && b.CleartextAuth && slices.Equal(b.Auth, []string{"PLAIN"}) && !slices.Contains(b.CapabilitiesTLS, "STLS") && len(b.CapabilitiesTLS) == 8
		}},
		"before CAPA": {probetest.Says([]byte("+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n-ERR unknown command\r\n")), "pop3", "", func(b *pop3.Block) bool {
			return b.APOP && b.CleartextAuth && !b.StartTLS
		}},
		"names itself": {probetest.Says([]byte("+OK hi\r\n+OK\r\nUIDL\r\nIMPLEMENTATION Qpopper (version 4.1.0)\r\n.\r\n")), "pop3", "qpopper", func(b *pop3.Block) bool {
			return b.Implementation == "Qpopper (version 4.1.0)" && !b.CleartextAuth
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: tt.peer, Base: "pop3", Protocol: tt.protocol, Check: func(t *testing.T, rs []engine.Response) {
				if b := block(t, rs[0]); !tt.ok(b) {
					t.Errorf("%+v", b)
				}
				if tt.product != "" && (len(rs[0].Tags) != 1 || rs[0].Tags[0].Name != tt.product) {
					t.Errorf("tags %+v", rs[0].Tags)
				}
			}})
		})
	}
}

func TestInsideTLS(t *testing.T) {
	d := probetest.NewDialer(probetest.InTLS(t, probetest.Transcript(t, "dovecot-tls.txt")))
	result := newProbe().RunTLS(t.Context(), d, probetest.Endpoint())
	if result.Outcome != engine.Answered || result.Responses[0].Protocol != "pop3s" {
		t.Fatalf("%+v", result)
	}
	if b := block(t, result.Responses[0]); b.StartTLS || b.CleartextAuth {
		t.Errorf("%+v", b)
	}
}

// TestOthers plays servers whose lines look a little like POP3.
func TestOthers(t *testing.T) {
	for name, said := range map[string]string{
		"agrees with all": "+OK\r\n+OK\r\n.\r\n",
		"repeats":         "+OK hello\r\n+OK hello\r\n+OK hello\r\n",
		"another list":    "+OK hello\r\n+OK\r\napples\r\npears\r\n.\r\n",
		"refuses":         "+OK ready\r\n-ERR no\r\n",
		"no status":       "+OKAY\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: probetest.Says([]byte(said))})
		})
	}
}
