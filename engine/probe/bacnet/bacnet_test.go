package bacnet_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/bacnet"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// values are the properties of a device, as application values.
func values() map[byte][]byte {
	text := func(s string) []byte { return slices.Concat([]byte{0x75, byte(len(s) + 1), 0}, []byte(s)) }
	return map[byte][]byte{
		75: {0xc4, 2, 0, 0x04, 0xd2}, 121: text("Example Controls"), 70: text("AHU-100"), 44: text("4.2.1"), 12: text("1.0"),
		77: text("Roof"), 28: {0x73, 0, 'A', 'B'}, 58: {0x75, 5, 4, 0, 'H', 0, 'i'}, 120: {0x22, 1, 4},
	}
}

func frame(apdu []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0x81, 0x0a}, uint16(len(apdu)+6))
	return slices.Concat(head, []byte{1, 0}, apdu)
}

func device(request []byte) []byte {
	property := request[len(request)-1]
	value := values()[property]
	return frame(slices.Concat([]byte{0x30, request[8], 12}, request[10:15], []byte{0x19, property, 0x3e}, value, []byte{0x3f}))
}

func TestProbe(t *testing.T) {
	want := bacnet.Block{
		Banner: "Example Controls AHU-100 4.2.1", Instance: 1234, ObjectName: "Roof", VendorID: 260, Vendor: "Example Controls",
		Model: "AHU-100", Firmware: "4.2.1", Application: "1.0", Description: "AB", Location: "Hi",
	}
	probetest.Run(t, bacnet.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: probetest.Responds(device), Base: "bacnet", Protocol: "bacnet", Check: func(t *testing.T, rs []engine.Response) {
		if got := probetest.Block[*bacnet.Block](t, rs[0], "bacnet"); *got != want {
			t.Errorf("%+v, want %+v", *got, want)
		}
	}})
}

func TestRefusal(t *testing.T) {
	for name, apdu := range map[string][]byte{"error": {0x50, 1, 12, 0x91, 1, 0x91, 31}, "reject 9": {0x60, 1, 9}, "abort 4": {0x71, 1, 4}} {
		t.Run(name, func(t *testing.T) {
			peer := probetest.Responds(func([]byte) []byte { return frame(apdu) })
			probetest.Run(t, bacnet.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer, Base: "bacnet", Protocol: "bacnet", Check: func(t *testing.T, rs []engine.Response) {
				if b := probetest.Block[*bacnet.Block](t, rs[0], "bacnet"); b.Refused != name {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

func TestAnotherQuestion(t *testing.T) {
	other := func(request []byte) []byte {
		answer := device(request)
		answer[7]++
		return answer
	}
	probetest.Run(t, bacnet.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: probetest.Responds(other)})
}

func FuzzParseAnswer(f *testing.F) {
	request := bacnet.Probe{}.Payload()
	f.Add(device(request))
	f.Add(frame([]byte{0x60, 1, 9}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if v, fits := bacnet.ParseAnswer(data, 1, 75); fits && len(v.Text) > 3*len(data) {
			t.Errorf("%d bytes of text", len(v.Text))
		}
	})
}
