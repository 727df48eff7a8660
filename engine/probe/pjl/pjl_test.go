package pjl_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/pjl"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

const laserJet = "@PJL INFO ID\r\n\"hp LaserJet 4250\"\r\n\f"

func TestProbe(t *testing.T) {
	for answer, model := range map[string]string{laserJet: "hp LaserJet 4250", "@PJL INFO ID\r\nBrother HL-L2350DW series:8C5-L0E:Ver.K\r\n\f": "Brother HL-L2350DW series:8C5-L0E:Ver.K"} {
		t.Run(model, func(t *testing.T) {
			probetest.Run(t, pjl.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(answer)), Base: "pjl", Protocol: "pjl", Check: func(t *testing.T, rs []engine.Response) {
				if b := probetest.Block[*pjl.Block](t, rs[0], "pjl"); b.Model != model {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

// TestOthers plays servers of other protocols at the port of printers.
func TestOthers(t *testing.T) {
	for name, answer := range map[string]string{
		"a web server": "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "echo": "\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X", "no model": "@PJL INFO ID\r\n\"\"\r\n\f",
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, pjl.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(answer))})
		})
	}
}

func FuzzReadModel(f *testing.F) {
	f.Add(laserJet)
	f.Fuzz(func(t *testing.T, data string) {
		if model, err := pjl.ReadModel(strings.NewReader(data)); err == nil && (model == "" || !strings.Contains(data, "@PJL INFO ID")) {
			t.Errorf("%q", model)
		}
	})
}
