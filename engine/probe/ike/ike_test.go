package ike_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/ike"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// head is the head of a gateway's message, by RFC 7296 section 3.1.
func head(question []byte, next, version, exchange, flags byte, body []byte) []byte {
	answer := slices.Concat(question[:8], []byte("gateway!"), []byte{next, version, exchange, flags, 0, 0, 0, 0})
	return slices.Concat(binary.BigEndian.AppendUint32(answer, uint32(28+len(body))), body)
}

// gateway chooses the first set of version 1 and has another group in version 2.
func gateway(question []byte) []byte {
	if question[17] == 0x10 {
		vendor := append([]byte{0, 0, 0, 20}, "\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57\x01\x00"...) // dead peer detection
		return head(question, 1, 0x10, 2, 0, slices.Concat([]byte{13, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1}, vendor))
	}
	return head(question, 41, 0x20, 34, 0x20, []byte{0, 0, 0, 10, 0, 0, 0, 17, 0, 19})
}

func TestProbe(t *testing.T) {
	only := func(version byte) func([]byte) []byte {
		return func(question []byte) []byte {
			if question[17] != version {
				return []byte{}
			}
			return gateway(question)
		}
	}
	for name, tt := range map[string]struct {
		answer func([]byte) []byte
		banner string
	}{"both": {gateway, "IKE 1 2"}, "version 1": {only(0x10), "IKE 1"}, "version 2": {only(0x20), "IKE 2"}} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, ike.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: probetest.Responds(tt.answer), Base: "ike", Protocol: "ike", Check: func(t *testing.T, rs []engine.Response) {
				b := probetest.Block[*ike.Block](t, rs[0], "ike")
				if b.Banner != tt.banner || b.Version1 != (len(b.VendorIDs) == 1) || b.Version2 != (b.Notify == "invalid key exchange") {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

// TestStrongSwan answers with what was recorded of a gateway without any connection.
func TestStrongSwan(t *testing.T) {
	for name, version := range map[string]int{"strongswan-1.bin": 1, "strongswan-2.bin": 2} {
		data := probetest.Recorded(t, name)
		if a := ike.ParseAnswer(data, binary.BigEndian.Uint64(data)); a == nil || a.Version != version || a.Notify != "no proposal chosen" {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestOthers(t *testing.T) {
	for name, change := range map[string]func([]byte){
		"another cookie": func(m []byte) { m[3]++ }, "a wrong length": func(m []byte) { m[27]++ }, "no responder": func(m []byte) { copy(m[8:16], make([]byte, 8)); m[19] = 8 },
	} {
		t.Run(name, func(t *testing.T) {
			peer := probetest.Responds(func(question []byte) []byte {
				answer := gateway(question)
				change(answer)
				return answer
			})
			probetest.Run(t, ike.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer})
		})
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add(probetest.Recorded(f, "strongswan-1.bin"))
	f.Add(probetest.Recorded(f, "strongswan-2.bin"))
	f.Add(gateway(ike.Probe{}.Payload()))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 8 {
			return
		}
		if a := ike.ParseAnswer(data, binary.BigEndian.Uint64(data)); a != nil && len(a.VendorIDs) > 16 {
			t.Errorf("%d vendors", len(a.VendorIDs))
		}
	})
}
