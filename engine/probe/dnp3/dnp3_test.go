package dnp3_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/dnp3"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// status is LINK_STATUS from outstation 10 to master 3; the checksum was worked out by
// hand with the polynomial of IEEE 1815 clause 9.2.3.
func status() []byte { return frame(0x0b, 3) }

// frame is a link frame from address 10.
func frame(control, destination byte) []byte {
	data := []byte{0x05, 0x64, 5, control, destination, 0, 10, 0}
	crc := uint16(0)
	for _, b := range data {
		for bit := range 8 {
			if (crc^uint16(b>>bit))&1 != 0 {
				crc = crc>>1 ^ 0xa6bc
			} else {
				crc >>= 1
			}
		}
	}
	return append(data, byte(^crc), byte(^crc>>8))
}

// TestChecksum compares with the example every text on DNP3 prints: a request to reset the
// link, 05 64 05 C0 01 00 0A 00, ends in E0 8C.
func TestChecksum(t *testing.T) {
	if got := frame(0xc0, 1); got[8] != 0xe0 || got[9] != 0x8c {
		t.Errorf("%x", got)
	}
}

func TestProbe(t *testing.T) {
	probetest.Run(t, dnp3.Probe{}, probetest.Recording{Peer: probetest.Answers(status()), Base: "dnp3", Protocol: "dnp3", Check: func(t *testing.T, rs []engine.Response) {
		if b := probetest.Block[*dnp3.Block](t, rs[0], "dnp3"); b.Source != 10 || b.Function != 11 || b.Destination != 3 {
			t.Errorf("%+v", b)
		}
	}})
}

func TestOthers(t *testing.T) {
	wrong := status()
	wrong[8]++
	for name, answer := range map[string][]byte{"a master": frame(0xc9, 3), "a wrong checksum": wrong, "another function": frame(0x03, 3)} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, dnp3.Probe{}, probetest.Recording{Peer: probetest.Answers(answer)})
		})
	}
}

func FuzzParseFrame(f *testing.F) {
	f.Add(status())
	f.Fuzz(func(t *testing.T, data []byte) {
		if b := dnp3.ParseFrame(data); b != nil && b.Function != 11 && b.Function != 15 {
			t.Errorf("%+v", b)
		}
	})
}
