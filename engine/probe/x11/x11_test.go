package x11_test

import (
	"bytes"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/x11"
)

func TestProbe(t *testing.T) {
	authenticate := append([]byte{2, 0, 0, 0, 0, 0, 2, 0}, "Who's it\x00"[:8]...)
	tests := map[string]struct {
		answer []byte
		want   x11.Block
	}{
		"accepted": {probetest.Recorded(t, "accepted.bin"), x11.Block{
			Banner: "The X.Org Foundation", Accepted: true, Major: 11, Vendor: "The X.Org Foundation", Release: 12101007, Screens: 1,
		}},
		"refused": {probetest.Recorded(t, "refused.bin"), x11.Block{
			Banner: "Authorization required, but no authorization protocol specified", Reason: "Authorization required, but no authorization protocol specified",
			AuthRequired: true, Major: 11,
		}},
		"authenticate": {authenticate, x11.Block{Banner: "Who's it", Reason: "Who's it", AuthRequired: true}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, x11.Probe{}, probetest.Recording{Peer: probetest.Answers(tt.answer), Base: "x11", Protocol: "x11", Check: func(t *testing.T, rs []engine.Response) {
				if got := probetest.Block[*x11.Block](t, rs[0], "x11"); *got != tt.want {
					t.Errorf("%+v, want %+v", *got, tt.want)
				}
				if tt.want.Accepted && (len(rs[0].Tags) != 1 || rs[0].Tags[0].Version != "21.1.7") {
					t.Errorf("tags %+v", rs[0].Tags)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string]string{
		"version 10": "\x01\x00\x0a\x00\x00\x00\x00\x00", "no reason": "\x00\x00\x0b\x00\x00\x00\x00\x00", "binary reason": "\x02\x00\x00\x00\x00\x00\x01\x00\x01\x02\x03\x04",
		"short": "\x01\x00\x0b\x00\x00\x00\x01\x00abcd", "HTTP": "HTTP/1.1 400 Bad Request\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, x11.Probe{}, probetest.Recording{Peer: probetest.Answers([]byte(answer))})
		})
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add(probetest.Recorded(f, "accepted.bin"))
	f.Add(probetest.Recorded(f, "refused.bin"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := x11.ReadAnswer(bytes.NewReader(data)); err == nil && b.Accepted == b.AuthRequired {
			t.Errorf("%+v is neither accepted nor refused", b)
		}
	})
}
