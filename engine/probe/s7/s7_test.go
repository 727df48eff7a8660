package s7_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/s7"
)

func packet(data []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{3, 0}, uint16(len(data)+4)), data...)
}

// list is a system status list in the answer of a controller.
func list(id uint16, size int, records ...[]byte) []byte {
	data := []byte{0xff, 9, 0, 0}
	for _, word := range []int{int(id), 0, size, len(records)} {
		data = binary.BigEndian.AppendUint16(data, uint16(word))
	}
	for _, record := range records {
		data = append(data, append(record, make([]byte, size-len(record))...)...)
	}
	binary.BigEndian.PutUint16(data[2:], uint16(len(data)-4))
	return data
}

func modules() []byte {
	return list(0x11, 28, []byte("\x00\x01"+"6ES7 315-2EH14-0AB0 \x00\xc0\x00\x06\x00\x01"),
		[]byte("\x00\x06"+"6ES7 315-2EH14-0AB0 \x00\xc0\x00\x06\x00\x01"), []byte("\x00\x07"+"                    \x00\xc0V\x03\x02\x06"))
}

func components() []byte {
	text := func(index byte, s string) []byte { return append([]byte{0, index}, s...) }
	return list(0x1c, 34, text(1, "S7300/ET200M station_1"), text(2, "PLC_1"), text(4, "Original Siemens Equipment"), text(5, "S C-X4U421302009"), text(7, "CPU 315-2 PN/DP"))
}

// controller answers connection requests for a slot, the setup and the two lists.
func controller(slot byte) probetest.Peer {
	return probetest.Responds(func(request []byte) []byte {
		if request[5] == 0xe0 {
			if request[len(request)-1] != slot {
				return packet([]byte{6, 0x80, request[8], request[9], 0, 0, 3})
			}
			return packet([]byte{17, 0xd0, request[8], request[9], 0, 6, 0, 0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, slot})
		}
		id := request[11:13]
		if request[8] == 1 {
			return packet(append([]byte{2, 0xf0, 0x80, 0x32, 3, 0, 0, id[0], id[1], 0, 8, 0, 0, 0, 0}, 0xf0, 0, 0, 1, 0, 1, 0, 0xf0))
		}
		data := modules()
		if request[len(request)-3] == 0x1c {
			data = components()
		}
		head := []byte{2, 0xf0, 0x80, 0x32, 7, 0, 0, id[0], id[1], 0, 12, byte(len(data) >> 8), byte(len(data)), 0, 1, 0x12, 8, 0x12, 0x84, 1, 1, 0, 0, 0, 0}
		return packet(append(head, data...))
	})
}

func TestProbe(t *testing.T) {
	want := s7.Block{
		Banner: "CPU 315-2 PN/DP 6ES7 315-2EH14-0AB0 3.2.6", Module: "6ES7 315-2EH14-0AB0", Hardware: "6ES7 315-2EH14-0AB0", Firmware: "3.2.6",
		SystemName: "S7300/ET200M station_1", ModuleName: "PLC_1", Copyright: "Original Siemens Equipment", SerialNumber: "S C-X4U421302009", ModuleType: "CPU 315-2 PN/DP", Identified: true,
	}
	for _, slot := range []byte{2, 0, 1} {
		t.Run(fmt.Sprint(slot), func(t *testing.T) {
			want.Slot = int(slot)
			probetest.Run(t, s7.Probe{}, probetest.Recording{Peer: controller(slot), Base: "s7", Protocol: "s7", Check: func(t *testing.T, rs []engine.Response) {
				if got := probetest.Block[*s7.Block](t, rs[0], "s7"); *got != want {
					t.Errorf("%+v, want %+v", *got, want)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	rdp := packet([]byte{14, 0xd0, 0x50, 0x4f, 0x12, 0x34, 0, 2, 0, 8, 0, 0, 0, 0, 0})
	for name, peer := range map[string]probetest.Peer{
		"another ISO service": probetest.Answers(rdp, packet([]byte{2, 0xf0, 0x80, 0x01, 0x02, 0x03})),
		"confirms only":       probetest.Answers(rdp), "another reference": probetest.Answers(packet([]byte{6, 0xd0, 0, 0, 0, 6, 0})),
	} {
		t.Run(name, func(t *testing.T) { probetest.Run(t, s7.Probe{}, probetest.Recording{Peer: peer}) })
	}
}

func FuzzParseList(f *testing.F) {
	f.Add(packet(modules()), modules())
	f.Add(packet(components()), components())
	f.Fuzz(func(t *testing.T, data, list []byte) {
		_, _ = s7.ReadPacket(bytes.NewReader(data))
		records, err := s7.ParseList(list, 0x11)
		if size := 0; err == nil {
			for _, r := range records {
				size += len(r)
			}
			if size > len(list) {
				t.Errorf("%d bytes of %d", size, len(list))
			}
		}
	})
}
