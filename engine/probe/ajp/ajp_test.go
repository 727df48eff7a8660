package ajp_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ajp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func TestProbe(t *testing.T) {
	probetest.Run(t, ajp.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte("AB\x00\x01\x09")), Base: "ajp", Protocol: "ajp"})
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string]string{"another packet": "AB\x00\x01\x05", "text": "ABOUT"} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, ajp.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(answer))})
		})
	}
}
