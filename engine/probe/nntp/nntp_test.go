package nntp_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/nntp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

func newProbe() nntp.Probe { return nntp.New(tls.Connect, tls.Upgrade, nil) }

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer     probetest.Peer
		protocol string
		version  string
		ok       func(*nntp.Block) bool
	}{
		"inn": {probetest.Transcript(t, "inn.txt"), "nntpstarttls", "2.7.1", func(b *nntp.Block) bool {
			return b.StartTLS && b.CleartextAuth && b.Posting && len(b.CapabilitiesTLS) == 5
		}},
		"before CAPABILITIES": {probetest.Says([]byte("201 Leafnode NNTP Daemon, version 1.11.11 running at x\r\n500 what\r\n")), "nntp", "1.11.11", func(b *nntp.Block) bool {
			return !b.Posting && len(b.Capabilities) == 0
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: tt.peer, Base: "nntp", Protocol: tt.protocol, Check: func(t *testing.T, rs []engine.Response) {
				if b, ok := rs[0].Blocks["nntp"].(*nntp.Block); !ok || !tt.ok(b) {
					t.Errorf("%+v", rs[0].Blocks["nntp"])
				}
				if len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != tt.version {
					t.Errorf("tags %+v", rs[0].Tags)
				}
			}})
		})
	}
}

// TestOthers plays servers whose lines look a little like NNTP.
func TestOthers(t *testing.T) {
	for name, said := range map[string]string{
		"agrees with all": "200 OK\r\n200 OK\r\n200 OK\r\n",
		"another list":    "200 hello\r\n101 list\r\napples\r\n.\r\n",
		"FTP":             "220 ready\r\n500 what\r\n",
		"refuses":         "200 hello\r\n500 what\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: probetest.Says([]byte(said))})
		})
	}
}
