package modbus_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/modbus"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// objects is the example of the protocol's document (section 6.21) in a frame.
func objects() []byte {
	pdu := slices.Concat([]byte{0x2b, 0x0e, 1, 1, 0, 0, 3, 0, 22}, []byte("Company identification"), []byte{1, 13}, []byte("Product code "), []byte{2, 5}, []byte("V2.11"))
	return append([]byte{0, 0, 0, 0, 0, byte(len(pdu) + 1), 1}, pdu...)
}

// device answers under the transaction and the unit it is asked with.
func device(answer []byte) probetest.Peer {
	return probetest.Responds(func(request []byte) []byte {
		reply := slices.Clone(answer)
		copy(reply, request[:2])
		reply[6] = request[6]
		return reply
	})
}

func exception(code byte) []byte { return []byte{0, 0, 0, 0, 0, 3, 1, 0xab, code} }

// gateway knows only itself.
func gateway(request []byte) []byte {
	reply := exception(11)
	if request[6] == 0xff {
		reply = objects()
	}
	copy(reply, request[:2])
	reply[6] = request[6]
	return reply
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer probetest.Peer
		want modbus.Block
	}{
		"identified": {device(objects()), modbus.Block{
			Banner: "Company identification Product code V2.11", UnitID: 1, Vendor: "Company identification", ProductCode: "Product code", Revision: "V2.11", Conformity: 1,
		}},
		"exception": {device(exception(1)), modbus.Block{Banner: "illegal function", UnitID: 1, ExceptionCode: 1, Exception: "illegal function"}},
		"gateway": {probetest.Responds(gateway), modbus.Block{
			Banner: "Company identification Product code V2.11", UnitID: 255, Vendor: "Company identification", ProductCode: "Product code", Revision: "V2.11", Conformity: 1,
		}},
		"empty gateway": {device(exception(10)), modbus.Block{Banner: "gateway path unavailable", UnitID: 0, ExceptionCode: 10, Exception: "gateway path unavailable"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, modbus.Probe{}, probetest.Recording{Peer: tt.peer, Base: "modbus", Protocol: "modbus", Check: func(t *testing.T, rs []engine.Response) {
				if got := probetest.Block[*modbus.Block](t, rs[0], "modbus"); *got != tt.want {
					t.Errorf("%+v, want %+v", *got, tt.want)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	protocol1 := objects()
	protocol1[3] = 1
	for name, peer := range map[string]probetest.Peer{
		"another transaction": probetest.Answers(objects()), "another protocol": device(protocol1), "no such exception": device(exception(99)),
		"another function": device([]byte{0, 0, 0, 0, 0, 3, 1, 0x83, 1}),
	} {
		t.Run(name, func(t *testing.T) { probetest.Run(t, modbus.Probe{}, probetest.Recording{Peer: peer}) })
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add(objects())
	f.Add(exception(1))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := modbus.ReadAnswer(bytes.NewReader(data), 0, 1); err == nil && b.Conformity == 0 && b.ExceptionCode == 0 {
			t.Errorf("%+v", b)
		}
	})
}
