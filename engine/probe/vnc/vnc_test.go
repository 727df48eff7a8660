package vnc_test

import (
	"bytes"
	"net"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/vnc"
)

// server greets, reads the client's version and goes on.
func server(greeting string, then []byte) probetest.Peer {
	return func(conn net.Conn) {
		_, _ = conn.Write([]byte(greeting))
		probetest.Answers(then)(conn)
	}
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		peer    probetest.Peer
		version string
		types   []string
		noAuth  bool
		reason  string
	}{
		"several":   {server("RFB 003.008\n", probetest.Recorded(t, "types-many.bin")), "3.8", []string{"vencrypt", "none", "vnc"}, true, ""},
		"password":  {server("RFB 003.008\n", probetest.Recorded(t, "types-password.bin")), "3.8", []string{"vnc"}, false, ""},
		"3.7":       {server("RFB 003.007\n", []byte{1, 1}), "3.7", []string{"none"}, true, ""},
		"3.3":       {server("RFB 003.003\n", []byte{0, 0, 0, 2}), "3.3", []string{"vnc"}, false, ""},
		"3.3 open":  {server("RFB 003.003\n", []byte{0, 0, 0, 1}), "3.3", []string{"none"}, true, ""},
		"macOS":     {server("RFB 003.889\n", []byte{4, 30, 33, 36, 35}), "3.889", []string{"apple-dh", "33", "36", "35"}, false, ""},
		"locked":    {server("RFB 003.008\n", append([]byte{0, 0, 0, 0, 17}, "Too many failures"...)), "3.8", nil, false, "Too many failures"},
		"3.3 never": {server("RFB 003.003\n", append([]byte{0, 0, 0, 0, 0, 0, 0, 4}, "busy"...)), "3.3", nil, false, "busy"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, vnc.Probe{}, probetest.Recording{Peer: tt.peer, Base: "vnc", Protocol: "vnc", Check: func(t *testing.T, rs []engine.Response) {
				b := probetest.Block[*vnc.Block](t, rs[0], "vnc")
				if b.Version != tt.version || !slices.Equal(b.SecurityTypes, tt.types) || b.NoAuth != tt.noAuth || b.Reason != tt.reason {
					t.Errorf("%+v", b)
				}
				if b.AuthRequired != (len(tt.types) > 0 && !tt.noAuth) {
					t.Errorf("auth_required %t with %v", b.AuthRequired, b.SecurityTypes)
				}
			}})
		})
	}
}

func TestGreets(t *testing.T) {
	for greeting, want := range map[string]bool{"RFB 003.008\n": true, "RFB 3.8\n": false, "RFB 003.008": false, "SSH-2.0-x\r\n": false} {
		if got := (vnc.Probe{}).Greets([]byte(greeting)); got != want {
			t.Errorf("%q: %t", greeting, got)
		}
	}
	probetest.Run(t, vnc.Probe{}, probetest.Recording{Peer: probetest.Says([]byte("220 ftp ready\r\n"))})
}

func FuzzReadSecurity(f *testing.F) {
	f.Add(probetest.Recorded(f, "types-many.bin"), false)
	f.Add([]byte{0, 0, 0, 2}, true)
	f.Fuzz(func(t *testing.T, data []byte, is33 bool) {
		if types, reason, _ := vnc.ReadSecurity(bytes.NewReader(data), is33); len(types) > 255 || len(reason) > 3*1024 {
			t.Errorf("%d types, %d bytes of reason", len(types), len(reason))
		}
	})
}
