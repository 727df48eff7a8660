package netbios_test

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/netbios"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// status is the NODE STATUS RESPONSE of a workstation, by RFC 1002 section 4.2.18.
func status() []byte {
	data := []byte{0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0}
	data = append(data, "\x20CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x00\x00\x21\x00\x01\x00\x00\x00\x00"...)
	names := []byte{3}
	for _, n := range []struct {
		name   string
		suffix byte
		flags  uint16
	}{{"WORKSTATION7", 0, 0x0400}, {"EXAMPLE", 0, 0x8400}, {"WORKSTATION7", 0x20, 0x0400}} {
		names = append(names, fmt.Sprintf("%-15s%c", n.name, n.suffix)...)
		names = binary.BigEndian.AppendUint16(names, n.flags)
	}
	names = append(names, 0x00, 0x50, 0x56, 0xa1, 0xb2, 0xc3)
	names = append(names, make([]byte, 40)...)
	return append(binary.BigEndian.AppendUint16(data, uint16(len(names))), names...)
}

func host(question []byte) []byte {
	answer := status()
	copy(answer, question[:2])
	return answer
}

func TestProbe(t *testing.T) {
	probetest.Run(t, netbios.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: probetest.Responds(host), Base: "netbios", Protocol: "netbios", Check: func(t *testing.T, rs []engine.Response) {
		b := probetest.Block[*netbios.Block](t, rs[0], "netbios")
		if b.Computer != "WORKSTATION7" || b.Group != "EXAMPLE" || b.MAC != "00:50:56:a1:b2:c3" || len(b.Names) != 3 || b.Names[2].Suffix != 0x20 {
			t.Errorf("%+v", b)
		}
	}})
}

func TestAnotherID(t *testing.T) {
	other := func(question []byte) []byte {
		answer := host(question)
		answer[0]++
		return answer
	}
	probetest.Run(t, netbios.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: probetest.Responds(other)})
}

func FuzzParseStatus(f *testing.F) {
	f.Add(status())
	f.Fuzz(func(t *testing.T, data []byte) {
		if b := netbios.ParseStatus(data, 0); b != nil && len(b.Names) > 255 {
			t.Errorf("%d names", len(b.Names))
		}
	})
}
