package rmi_test

import (
	"bytes"
	"net"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/rmi"
)

func TestProbe(t *testing.T) {
	ack := probetest.Recorded(t, "ack.bin")
	tests := map[string]struct {
		peer     probetest.Peer
		names    []string
		registry bool
	}{
		"names":       {probetest.Answers(ack, probetest.Recorded(t, "names.bin")), []string{"jmxrmi", "Billing"}, true},
		"no names":    {probetest.Answers(ack, probetest.Recorded(t, "empty.bin")), nil, true},
		"no registry": {probetest.Answers(ack), nil, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, rmi.Probe{}, probetest.Recording{Peer: tt.peer, Base: "rmi", Protocol: "rmi", Check: func(t *testing.T, rs []engine.Response) {
				b := probetest.Block[*rmi.Block](t, rs[0], "rmi")
				slices.Sort(b.Names)
				slices.Sort(tt.names)
				if b.Registry != tt.registry || !slices.Equal(b.Names, tt.names) {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string]string{"no host": "N\x00\x04a b!\x00\x00\x10\x00", "no port": "N\x00\x01a\x00\x01\x00\x00", "not supported": "O", "text": "NO such command\r\n"} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, rmi.Probe{}, probetest.Recording{Peer: func(conn net.Conn) { probetest.Answers([]byte(answer))(conn) }})
		})
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add(probetest.Recorded(f, "ack.bin"), probetest.Recorded(f, "names.bin"))
	f.Fuzz(func(t *testing.T, ack, names []byte) {
		if seen, err := rmi.ReadAck(bytes.NewReader(ack)); err == nil && seen == "" {
			t.Error("no endpoint")
		}
		if list, ok := rmi.ParseNames(names); ok && len(list) > 256 {
			t.Errorf("%d names", len(list))
		}
	})
}
