package enip_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/enip"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// device answers ListIdentity as a controller of Rockwell does.
func device(question []byte) []byte {
	item := slices.Concat([]byte{1, 0, 0, 2, 0xaf, 0x12, 192, 0, 2, 7}, make([]byte, 8),
		[]byte{1, 0, 14, 0, 96, 0, 20, 11, 0x60, 0x30, 0x21, 0x43, 0x65, 0x87, 17}, []byte("1756-L61/B LOGIX5"), []byte{3})
	answer := slices.Clone(question[:24])
	binary.LittleEndian.PutUint16(answer[2:], uint16(6+len(item)))
	return slices.Concat(answer, []byte{1, 0, 0x0c, 0, byte(len(item)), 0}, item)
}

func TestProbe(t *testing.T) {
	want := enip.Block{
		Banner: "1756-L61/B LOGIX5 20.11", Vendor: 1, VendorName: "Rockwell Automation/Allen-Bradley", DeviceType: 14, ProductCode: 96,
		Revision: "20.11", Status: 0x3060, Serial: "87654321", Product: "1756-L61/B LOGIX5", Address: "192.0.2.7", State: 3,
	}
	for _, transport := range []string{engine.TCP, engine.UDP} {
		t.Run(transport, func(t *testing.T) {
			probetest.Run(t, enip.Probe{}, probetest.Recording{Transport: transport, Peer: probetest.Responds(device), Base: "enip", Protocol: "enip", Check: func(t *testing.T, rs []engine.Response) {
				if got := probetest.Block[*enip.Block](t, rs[0], "enip"); *got != want {
					t.Errorf("%+v, want %+v", *got, want)
				}
			}})
		})
	}
}

func TestAnotherQuestion(t *testing.T) {
	other := func(question []byte) []byte {
		answer := device(question)
		answer[12]++
		return answer
	}
	probetest.Run(t, enip.Probe{}, probetest.Recording{Peer: probetest.Responds(other)})
}

func FuzzParseIdentity(f *testing.F) {
	f.Add(device(enip.Probe{}.Payload()))
	f.Fuzz(func(t *testing.T, data []byte) {
		if message, err := enip.ReadMessage(bytes.NewReader(data)); err == nil {
			if b := enip.ParseIdentity(message); b != nil && len(b.Product) > 3*255 {
				t.Errorf("%d bytes of name", len(b.Product))
			}
		}
	})
}
