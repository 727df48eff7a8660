package adb_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/adb"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// message is one of Android's protocol.txt; its checksum is not looked at since version
// 0x01000001.
func message(command string, argument uint32, payload string) (data []byte) {
	word := binary.LittleEndian.Uint32([]byte(command))
	for _, w := range []uint32{word, argument, 4096, uint32(len(payload)), 0, ^word} {
		data = binary.LittleEndian.AppendUint32(data, w)
	}
	return append(data, payload...)
}

const banner = "device::ro.product.name=sdk_gphone64_x86_64;ro.product.model=Pixel 6;ro.product.device=emu64x;features=shell_v2,cmd,stat_v2"

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		answer []byte
		check  func(*adb.Block) bool
	}{
		"open": {message("CNXN", 0x01000001, banner), func(b *adb.Block) bool {
			return b.NoAuth && !b.AuthRequired && b.Model == "Pixel 6" && b.Device == "emu64x" && len(b.Features) == 3
		}},
		"key": {message("AUTH", 1, "01234567890123456789"), func(b *adb.Block) bool { return b.AuthRequired && !b.NoAuth }},
		"TLS": {message("STLS", 0x01000000, ""), func(b *adb.Block) bool { return b.TLS && b.AuthRequired }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, adb.Probe{}, probetest.Recording{Peer: probetest.Answers(tt.answer), Base: "adb", Protocol: "adb", Check: func(t *testing.T, rs []engine.Response) {
				if b := probetest.Block[*adb.Block](t, rs[0], "adb"); !tt.check(b) {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string][]byte{"a host": message("CNXN", 1, "host::"), "an answer to nothing": message("OKAY", 1, "")} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, adb.Probe{}, probetest.Recording{Peer: probetest.Answers(answer)})
		})
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add(message("CNXN", 0x01000001, banner))
	f.Add(message("AUTH", 1, "01234567890123456789"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := adb.ReadAnswer(bytes.NewReader(data)); err == nil && b.NoAuth == b.AuthRequired {
			t.Errorf("%+v", b)
		}
	})
}
