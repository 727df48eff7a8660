package epmd_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/epmd"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func TestProbe(t *testing.T) {
	for name, tt := range map[string]struct {
		answer string
		nodes  int
	}{
		"a node":  {"\x00\x00\x11\x11name rabbit at port 25672\n", 1},
		"two":     {"\x00\x00\x11\x11name rabbit at port 25672\nname couchdb at port 40001\n", 2},
		"no node": {"\x00\x00\x11\x11", 0},
	} {
		t.Run(name, func(t *testing.T) {
			peer := probetest.Answers([]byte(tt.answer))
			d := probetest.NewDialer(peer)
			result := epmd.Probe{}.Run(t.Context(), d, probetest.Endpoint())
			if result.Outcome != engine.Answered {
				t.Fatal(result.Err)
			}
			if b := probetest.Block[*epmd.Block](t, result.Responses[0], "epmd"); len(b.Nodes) != tt.nodes || tt.nodes > 0 && (b.Nodes[0] != epmd.Node{Name: "rabbit", Port: 25672}) {
				t.Errorf("%+v", b)
			}
		})
	}
	probetest.Run(t, epmd.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte("\x00\x00\x11\x11name rabbit at port 25672\n")), Base: "epmd", Protocol: "epmd"})
}

func TestOthers(t *testing.T) {
	for _, answer := range []string{"\x00\x00\x00\x07", "\x00\x00\x11\x11hello\n", "name rabbit at port 25672\n"} {
		t.Run(answer, func(t *testing.T) {
			probetest.Run(t, epmd.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(answer))})
		})
	}
}

func FuzzParseNames(f *testing.F) {
	f.Add([]byte("\x00\x00\x11\x11name rabbit at port 25672\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := epmd.ParseNames(data, 4369); err == nil && len(b.Nodes) > len(data)/16 {
			t.Errorf("%d nodes of %d bytes", len(b.Nodes), len(data))
		}
	})
}
