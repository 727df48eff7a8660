package imap_test

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/imap"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

func newProbe() imap.Probe { return imap.New(tls.Connect, tls.Upgrade, nil) }

func block(t *testing.T, r engine.Response) *imap.Block {
	t.Helper()
	b, ok := r.Blocks["imap"].(*imap.Block)
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
		version  string
		ok       func(*imap.Block) bool
	}{
		"dovecot": {probetest.Transcript(t, "dovecot.txt"), "imapstarttls", "dovecot", "", func(b *imap.Block) bool {
			return b.StartTLS && b.CleartextAuth && slices.Equal(b.Auth, []string{"PLAIN"}) && len(b.CapabilitiesTLS) == 8 && b.ID == "Dovecot"
		}},
		"cyrus": {probetest.Transcript(t, "cyrus.txt"), "imap", "cyrus", "3.6.1", func(b *imap.Block) bool {
			return b.StartTLS && b.LoginDisabled && !b.CleartextAuth
		}},
		"says goodbye": {probetest.Says([]byte("* BYE Temporary problem, IMAP service is unavailable\r\n")), "imap", "", "", func(b *imap.Block) bool {
			return len(b.Capabilities) == 0 && !b.CleartextAuth
		}},
		"no login": {probetest.Says([]byte("* PREAUTH IMAP4rev1 server logged in as Smith\r\n* CAPABILITY IMAP4rev1\r\np1 OK done\r\n")), "imap", "", "", func(b *imap.Block) bool { return b.PreAuth }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: tt.peer, Base: "imap", Protocol: tt.protocol, Check: func(t *testing.T, rs []engine.Response) {
				if b := block(t, rs[0]); !tt.ok(b) {
					t.Errorf("%+v", b)
				}
				if tt.product != "" && (len(rs[0].Tags) != 1 || rs[0].Tags[0].Name != tt.product || rs[0].Tags[0].Version != tt.version) {
					t.Errorf("tags %+v", rs[0].Tags)
				}
				if _, ok := rs[0].Blocks["certificate"]; ok != (tt.protocol == "imapstarttls") {
					t.Errorf("certificate: %v", ok)
				}
			}})
		})
	}
}

func TestInsideTLS(t *testing.T) {
	d := probetest.NewDialer(probetest.InTLS(t, probetest.Transcript(t, "dovecot-tls.txt")))
	result := newProbe().RunTLS(t.Context(), d, probetest.Endpoint())
	if result.Outcome != engine.Answered || result.Responses[0].Protocol != "imaps" {
		t.Fatalf("%+v", result)
	}
	if b := block(t, result.Responses[0]); b.StartTLS || b.CleartextAuth {
		t.Errorf("%+v", b)
	}
}

// TestOthers plays servers of other protocols whose lines look a little like IMAP.
func TestOthers(t *testing.T) {
	for name, said := range map[string]string{
		"not able":     "* OK hello\r\np1 BAD what\r\n",
		"repeats":      "* OK hello\r\n* OK hello\r\n* OK hello\r\n",
		"no end":       "* OK IMAP4rev1\r\n",
		"another star": "* BYE for now\r\n",
		"empty list":   "* OK ready\r\n* CAPABILITY\r\np1 OK done\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: probetest.Says([]byte(said))})
		})
	}
}
