package jdwp_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/jdwp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

const handshake = "JDWP-Handshake"

func TestProbe(t *testing.T) {
	started := append([]byte{0, 0, 0, 11, 0, 0, 0, 9, 0, 64, 100}, probetest.Recorded(t, "version.bin")...)
	for name, version := range map[string][]byte{"running": probetest.Recorded(t, "version.bin"), "suspended": started} {
		t.Run(name, func(t *testing.T) {
			peer := probetest.Answers([]byte(handshake), version)
			probetest.Run(t, jdwp.Probe{}, probetest.Recording{Peer: peer, Base: "jdwp", Protocol: "jdwp", Check: checkVersion})
		})
	}
}

func checkVersion(t *testing.T, rs []engine.Response) {
	t.Helper()
	block := probetest.Block[*jdwp.Block](t, rs[0], "jdwp")
	if block.Major != 17 || block.VMVersion != "17.0.15" || block.VMName != "OpenJDK 64-Bit Server VM" {
		t.Errorf("%+v", block)
	}
	if len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != "17.0.15" {
		t.Errorf("tags %+v", rs[0].Tags)
	}
}

func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"only the handshake": probetest.Answers([]byte(handshake)),
		"the same for all":   probetest.Answers([]byte(handshake), []byte(handshake)),
		"another reply":      probetest.Answers([]byte(handshake), slices.Concat([]byte{0, 0, 0, 11, 0, 0, 0, 1, 0x80, 0, 0})),
		"an endless packet":  probetest.Answers([]byte(handshake), bytes.Repeat([]byte{0xff}, 11)),
	} {
		t.Run(name, func(t *testing.T) { probetest.Run(t, jdwp.Probe{}, probetest.Recording{Peer: peer}) })
	}
}

func FuzzReply(f *testing.F) {
	f.Add(probetest.Recorded(f, "version.bin"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if reply, err := jdwp.ReadReply(bytes.NewReader(data), 0x506f7274); err == nil {
			_, _ = jdwp.ParseVersion(reply)
		}
	})
}
