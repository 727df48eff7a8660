package opcua_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/opcua"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func message(kind string, numbers []uint32, text string) []byte {
	data := append([]byte(kind), 0, 0, 0, 0)
	for _, n := range numbers {
		data = binary.LittleEndian.AppendUint32(data, n)
	}
	data = append(data, text...)
	binary.LittleEndian.PutUint32(data[4:], uint32(len(data)))
	return data
}

func TestProbe(t *testing.T) {
	refusal := "unknown endpoint"
	tests := map[string]struct {
		answer []byte
		want   opcua.Block
	}{
		"acknowledged": {message("ACKF", []uint32{0, 65535, 65535, 4194240, 64}, ""), opcua.Block{Banner: "ACK", ReceiveBuffer: 65535, SendBuffer: 65535, MaxMessageSize: 4194240, MaxChunkCount: 64}},
		"refused": {message("ERRF", []uint32{0x80830000, uint32(len(refusal))}, refusal), opcua.Block{
			Banner: "ERR 80830000 unknown endpoint", Error: "80830000", Reason: refusal,
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, opcua.Probe{}, probetest.Recording{Peer: probetest.Answers(tt.answer), Base: "opcua", Protocol: "opcua", Check: func(t *testing.T, rs []engine.Response) {
				if got := probetest.Block[*opcua.Block](t, rs[0], "opcua"); *got != tt.want {
					t.Errorf("%+v, want %+v", *got, tt.want)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string][]byte{"short": message("ACKF", []uint32{0, 1}, ""), "no error": message("ERRF", []uint32{0, 0}, ""), "a hello": message("HELF", []uint32{0, 0, 0, 0, 0, 0}, "")} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, opcua.Probe{}, probetest.Recording{Peer: probetest.Answers(answer)})
		})
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add(message("ACKF", []uint32{0, 65535, 65535, 0, 0}, ""))
	f.Add(message("ERRF", []uint32{0x80830000, 3}, "bad"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := opcua.ReadAnswer(bytes.NewReader(data)); err == nil && b.Banner == "" {
			t.Error("no banner")
		}
	})
}
