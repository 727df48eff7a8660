package ntp_test

import (
	"encoding/binary"
	"net"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ntp"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

const variables = `version="ntpd 4.2.6p5@1.2349-o Tue Jul 23 15:39:13 UTC 2013 (1)", processor="x86_64", system="Linux/3.10.0", leap=00, stratum=2`

// server answers each mode as one that keeps all its doors open, or only the time's.
func server(clock []byte, open bool) probetest.Peer {
	return probetest.Responds(func(question []byte) []byte {
		switch {
		case len(question) == 48:
			answer := slices.Clone(clock)
			copy(answer[24:32], question[40:48])
			return answer
		case open && len(question) == 12:
			answer := slices.Concat(question, []byte(variables))
			answer[1] |= 0x80
			binary.BigEndian.PutUint16(answer[10:], uint16(len(variables)))
			return answer
		case open && len(question) == 8:
			answer := make([]byte, 8+6*72)
			copy(answer, []byte{0xd7, 0, 3, 42, 0, 6, 0, 72})
			return answer
		}
		return []byte{}
	})
}

func TestProbe(t *testing.T) {
	clock := probetest.Recorded(t, "chrony.bin")
	for name, open := range map[string]bool{"chrony": false, "ntpd of 2013": true} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, ntp.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: server(clock, open), Base: "ntp", Protocol: "ntp", Check: func(t *testing.T, rs []engine.Response) {
				b := probetest.Block[*ntp.Block](t, rs[0], "ntp")
				if b.Version != 4 || b.TimeResponse.Stratum != 8 || b.TimeResponse.ReferenceID != "127.127.1.1" || b.Time[:10] != "2026-11-25" {
					t.Errorf("%+v %+v", b, b.TimeResponse)
				}
				if b.Monlist != open || open && (len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != "4.2.6p5" || b.Amplifies != 55) {
					t.Errorf("%+v, tags %+v", b, rs[0].Tags)
				}
			}})
		})
	}
}

// TestAnotherQuestion answers with the time somebody else asked for.
func TestAnotherQuestion(t *testing.T) {
	clock := probetest.Recorded(t, "chrony.bin")
	probetest.Run(t, ntp.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: func(conn net.Conn) { probetest.Answers(clock, clock, clock)(conn) }})
}

func TestIsMonlist(t *testing.T) {
	entry := make([]byte, 72)
	for name, tt := range map[string]struct {
		data []byte
		want bool
	}{
		"a client":  {append([]byte{0x97, 0, 3, 42, 0, 1, 0, 72}, entry...), true},
		"none":      {[]byte{0x97, 0, 3, 42, 0, 0, 0, 72}, false},
		"forbidden": {append([]byte{0x97, 0, 3, 42, 0x40, 1, 0, 72}, entry...), false},
		"our own":   {[]byte{0x17, 0, 3, 42, 0, 0, 0, 0}, false},
		"cut":       {append([]byte{0x97, 0, 3, 42, 0, 2, 0, 72}, entry...), false},
	} {
		if got := ntp.IsMonlist(tt.data); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(probetest.Recorded(f, "chrony.bin"))
	f.Add(append([]byte{0x16, 0x82, 0, 1, 0, 0, 0, 0, 0, 0, 0, 10}, "version=\"\""...))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) >= 32 {
			if a := ntp.ParseTime(data, binary.BigEndian.Uint64(data[24:])); a != nil && a.Mode != 4 {
				t.Errorf("%+v", a)
			}
		}
		if text := ntp.ParseVariables(data); len(text) > 3*len(data) {
			t.Errorf("%d bytes of %d", len(text), len(data))
		}
		ntp.IsMonlist(data)
	})
}
