package ipmi_test

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ipmi"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// controller answers with the capabilities of a channel, by IPMI v2.0 table 22-15.
func controller(capabilities ...byte) func([]byte) []byte {
	return func(question []byte) []byte {
		body := slices.Concat([]byte{0x20, question[18], 0x38, 0}, capabilities)
		sum := byte(0)
		for _, b := range body {
			sum -= b
		}
		message := slices.Concat([]byte{0x81, 0x1c, 0x63}, body, []byte{sum})
		return slices.Concat(question[:13], []byte{byte(len(message))}, message)
	}
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		answer func([]byte) []byte
		check  func(*ipmi.Block) bool
	}{
		"version 2.0": {controller(1, 0x94, 0x04, 3, 0, 0, 0, 0), func(b *ipmi.Block) bool {
			return b.Version == "2.0" && b.Version15 && slices.Equal(b.Authentication, []string{"md5", "password"}) && b.NamedUser && !b.Anonymous && !b.NoAuth && b.PerMessage
		}},
		"careless": {controller(1, 0x97, 0x1f, 3, 0xa2, 2, 0, 0), func(b *ipmi.Block) bool {
			return b.NoAuth && b.Anonymous && b.NullUser && !b.PerMessage && !b.UserLevelAuth && b.OEM == 674
		}},
		"version 1.5": {controller(1, 0x15, 0x04, 0, 0, 0, 0, 0), func(b *ipmi.Block) bool { return b.Version == "1.5" && !b.Version20 }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, ipmi.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: probetest.Responds(tt.answer), Base: "ipmi", Protocol: "ipmi", Check: func(t *testing.T, rs []engine.Response) {
				if b := probetest.Block[*ipmi.Block](t, rs[0], "ipmi"); !tt.check(b) {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	good := controller(1, 0x94, 0x04, 3, 0, 0, 0, 0)
	for name, spoil := range map[string]int{"checksum": 29, "sequence": 18, "function": 15} {
		t.Run(name, func(t *testing.T) {
			peer := probetest.Responds(func(question []byte) []byte {
				answer := good(question)
				answer[spoil] ^= 4
				return answer
			})
			probetest.Run(t, ipmi.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer})
		})
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add(controller(1, 0x94, 0x04, 3, 0, 0, 0, 0)(ipmi.Probe{}.Payload()))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b := ipmi.ParseAnswer(data, 1); b != nil && b.Banner == "" {
			t.Error("no banner")
		}
	})
}
