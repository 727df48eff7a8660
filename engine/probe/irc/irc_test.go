package irc_test

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/irc"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

func newProbe() irc.Probe { return irc.New(tls.Connect) }

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		said string
		ok   func(*irc.Block) bool
	}{
		"inspircd": {":irc.example.org NOTICE * :*** Looking up your hostname...\r\n:irc.example.org CAP * LS * :batch sasl=PLAIN,EXTERNAL\r\n:irc.example.org CAP * LS :tls sts=duration=2592000,port=6697\r\n", func(b *irc.Block) bool {
			return b.Server == "irc.example.org" && b.StartTLS && b.TLSPort == "6697" && slices.Contains(b.Capabilities, "sasl=PLAIN,EXTERNAL") && len(b.Capabilities) == 4
		}},
		"no abilities": {":irc.example.org CAP * LS :\r\n", func(b *irc.Block) bool { return len(b.Capabilities) == 0 }},
		"old":          {"NOTICE AUTH :*** Looking up your hostname...\r\n:irc.example.net 451 * CAP :You have not registered\r\n", func(b *irc.Block) bool { return b.Server == "irc.example.net" }},
		"turns away":   {"ERROR :Closing Link: 10.0.0.5 (Throttled)\r\n", func(b *irc.Block) bool { return b.Closed }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: probetest.Says([]byte(tt.said)), Base: "irc", Protocol: "irc", Check: func(t *testing.T, rs []engine.Response) {
				if b, ok := rs[0].Blocks["irc"].(*irc.Block); !ok || !tt.ok(b) {
					t.Errorf("%+v", rs[0].Blocks["irc"])
				}
			}})
		})
	}
}

// TestOthers plays servers that answer a line in their own way.
func TestOthers(t *testing.T) {
	for _, said := range []string{"CAP LS 302\r\n", "ERROR\r\n", "-ERR unknown command\r\n", "unknown command: CAP LS 302\r\n", "NOTICE me\r\n", ": 451 x\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"} {
		t.Run(said, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: probetest.Says([]byte(said))})
		})
	}
}

func FuzzListen(f *testing.F) {
	f.Add([]byte(":irc.example.org CAP * LS * :batch sasl=PLAIN\r\n:irc.example.org CAP * LS :tls sts=port=6697\r\n"))
	f.Add([]byte("CAP * LS\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := probetest.NewDialer(probetest.Answers(data))
		newProbe().Run(t.Context(), d, probetest.Endpoint())
	})
}
