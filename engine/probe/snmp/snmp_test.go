package snmp_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/snmp"
)

// agent answers with what was recorded, under the id of the question. The id is the
// first number of four bytes in either.
func agent(answers map[byte][]byte) probetest.Peer {
	mark := []byte{2, 4}
	return probetest.Responds(func(question []byte) []byte {
		version := bytes.Index(question, []byte{2, 1})
		id := bytes.Index(question, mark)
		if version < 0 || id < 0 {
			return []byte{}
		}
		answer := slices.Clone(answers[question[version+2]])
		if at := bytes.Index(answer, mark); at >= 0 {
			copy(answer[at:at+6], question[id:id+6])
		}
		return answer
	})
}

func TestProbe(t *testing.T) {
	all := map[byte][]byte{0: probetest.Recorded(t, "v1.bin"), 1: probetest.Recorded(t, "v2c.bin"), 3: probetest.Recorded(t, "v3.bin")}
	tests := map[string]struct {
		answers  map[byte][]byte
		versions []string
		public   bool
	}{
		"all":            {all, []string{"v1", "v2c", "v3"}, true},
		"only version 3": {map[byte][]byte{3: all[3]}, []string{"v3"}, false},
		"only version 1": {map[byte][]byte{0: all[0]}, []string{"v1"}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, snmp.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: agent(tt.answers), Base: "snmp", Protocol: "snmp", Check: func(t *testing.T, rs []engine.Response) {
				b := probetest.Block[*snmp.Block](t, rs[0], "snmp")
				if !slices.Equal(b.Versions, tt.versions) || b.DefaultCommunity != tt.public {
					t.Errorf("%+v", b)
				}
				if tt.public && (b.Name != "router.example.org" || b.ObjectID != "1.3.6.1.4.1.8072.3.2.10" || b.Banner == "" || b.Uptime == 0) {
					t.Errorf("%+v", b)
				}
				if slices.Contains(tt.versions, "v3") && (b.Engine == nil || b.Engine.Enterprise != 8072) {
					t.Errorf("engine %+v", b.Engine)
				}
			}})
		})
	}
}

// TestAnotherID answers with what was recorded of another conversation.
func TestAnotherID(t *testing.T) {
	answer := probetest.Recorded(t, "v2c.bin")
	probetest.Run(t, snmp.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: probetest.Responds(func([]byte) []byte { return answer })})
}

func FuzzParseAnswer(f *testing.F) {
	for _, name := range []string{"v1.bin", "v2c.bin", "v3.bin"} {
		f.Add(probetest.Recorded(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if a, err := snmp.ParseAnswer(data); err == nil && a.Version == 3 && a.Engine == nil {
			t.Error("version 3 without an engine")
		}
	})
}
