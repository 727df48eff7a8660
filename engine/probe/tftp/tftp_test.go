package tftp_test

import (
	"bytes"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tftp"
)

func TestProbe(t *testing.T) {
	for name, tt := range map[string]struct {
		answer string
		want   tftp.Block
	}{
		"tftpd-hpa": {"\x00\x05\x00\x01File not found\x00", tftp.Block{Banner: "error 1 File not found", ErrorCode: 1, ErrorMessage: "File not found"}},
		"dnsmasq":   {"\x00\x05\x00\x01file /srv/portolan.invalid not found\x00", tftp.Block{Banner: "error 1 file /srv/portolan.invalid not found", ErrorCode: 1, ErrorMessage: "file /srv/portolan.invalid not found"}},
		"refuses":   {"\x00\x05\x00\x02\x00", tftp.Block{Banner: "error 2 ", ErrorCode: 2}},
		"gives":     {"\x00\x03\x00\x01hello", tftp.Block{Banner: "5 bytes of data", Serves: true}},
		"options":   {"\x00\x06blksize\x00512\x00", tftp.Block{Banner: "options are acknowledged", Serves: true}},
	} {
		t.Run(name, func(t *testing.T) {
			peer := probetest.Responds(func(request []byte) []byte {
				if !bytes.Equal(request, tftp.Probe{}.Payload()) {
					return nil
				}
				return []byte(tt.answer)
			})
			probetest.Run(t, tftp.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer, Base: "tftp", Protocol: "tftp", Check: func(t *testing.T, rs []engine.Response) {
				if b := probetest.Block[*tftp.Block](t, rs[0], "tftp"); *b != tt.want {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

// TestOthers plays answers of other protocols.
func TestOthers(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"echo":      probetest.Echo(),
		"no end":    probetest.Responds(func([]byte) []byte { return []byte("\x00\x05\x00\x01File not found") }),
		"two ends":  probetest.Responds(func([]byte) []byte { return []byte("\x00\x05\x00\x01a\x00b\x00") }),
		"far block": probetest.Responds(func([]byte) []byte { return []byte("\x00\x03\x00\x02hello") }),
		"odd error": probetest.Responds(func([]byte) []byte { return []byte("\x00\x05\x04\x00x\x00") }),
		"text":      probetest.Responds(func([]byte) []byte { return []byte("what?") }),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, tftp.Probe{}, probetest.Recording{Transport: engine.UDP, Peer: peer})
		})
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add([]byte("\x00\x05\x00\x01File not found\x00"))
	f.Add([]byte("\x00\x03\x00\x01hello"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b := tftp.ParseAnswer(data); b != nil && (b.Serves && b.ErrorMessage != "" || b.ErrorCode > 8) {
			t.Errorf("%+v", b)
		}
	})
}
