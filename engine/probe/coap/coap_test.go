package coap_test

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/coap"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

const list = `</sensors>;ct=40,</sensors/temp>;rt="temperature-c"`

// device answers with a list under the id and the token of the question, with the option
// Content-Format (12) of RFC 6690.
func device(question []byte) []byte {
	return slices.Concat([]byte{0x64, 0x45}, question[2:8], []byte{0xc1, 40, 0xff}, []byte(list))
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		answer func([]byte) []byte
		want   coap.Block
	}{
		"list":      {device, coap.Block{Banner: "2.05 " + list, Code: "2.05", Resources: list, Listed: true}},
		"forbidden": {func(q []byte) []byte { return append([]byte{0x64, 0x83}, q[2:8]...) }, coap.Block{Banner: "4.03 ", Code: "4.03"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, coap.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: probetest.Responds(tt.answer), Base: "coap", Protocol: "coap", Check: func(t *testing.T, rs []engine.Response) {
				if got := probetest.Block[*coap.Block](t, rs[0], "coap"); *got != tt.want {
					t.Errorf("%+v, want %+v", *got, tt.want)
				}
			}})
		})
	}
}

// TestLibcoap reads what was recorded of the example server of libcoap.
func TestLibcoap(t *testing.T) {
	data := probetest.Recorded(t, "libcoap.bin")
	b := coap.ParseAnswer(data, binary.BigEndian.Uint16(data[2:]), binary.BigEndian.Uint32(data[4:]))
	if b == nil || !b.Listed || b.Code != "2.05" || !strings.HasPrefix(b.Resources, "</>;title=") {
		t.Errorf("%+v", b)
	}
}

func TestOthers(t *testing.T) {
	for name, at := range map[string]int{"another token": 5, "another id": 3, "another version": 0} {
		t.Run(name, func(t *testing.T) {
			peer := probetest.Responds(func(question []byte) []byte {
				answer := device(question)
				answer[at] ^= 0x80
				return answer
			})
			probetest.Run(t, coap.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer})
		})
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add(probetest.Recorded(f, "libcoap.bin"))
	f.Add(device(coap.Probe{}.Payload()))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 8 {
			return
		}
		b := coap.ParseAnswer(data, binary.BigEndian.Uint16(data[2:]), binary.BigEndian.Uint32(data[4:]))
		if b != nil && len(b.Resources) > 3*len(data) {
			t.Errorf("%d bytes of %d", len(b.Resources), len(data))
		}
	})
}
