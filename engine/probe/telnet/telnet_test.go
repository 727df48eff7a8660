package telnet_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/telnet"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

func newProbe() telnet.Probe { return telnet.New(tls.Connect) }

func recorded(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestProbe(t *testing.T) {
	tests := map[string]struct {
		said []byte
		ok   func(*telnet.Block) bool
	}{
		"inetutils": {recorded(t, "inetutils.bin"), func(b *telnet.Block) bool {
			return b.LoginPrompt && slices.Contains(b.Do, "TERMINAL-TYPE") && slices.Contains(b.Will, "ECHO") && b.Banner[len(b.Banner)-7:] == "login: "
		}},
		"only negotiates": {[]byte("\xff\xfd\x18\xff\xfd "), func(b *telnet.Block) bool { return !b.LoginPrompt && len(b.Do) == 2 }},
		"only asks":       {[]byte("\r\nUser Access Verification\r\n\r\nUsername: "), func(b *telnet.Block) bool { return b.LoginPrompt && len(b.Do) == 0 }},
		"subnegotiates":   {[]byte("\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0welcome\r\n"), func(b *telnet.Block) bool { return b.Banner == "welcome\r\n" }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: probetest.Says(tt.said), Base: "telnet", Protocol: "telnet", Check: func(t *testing.T, rs []engine.Response) {
				b, ok := rs[0].Blocks["telnet"].(*telnet.Block)
				if !ok || !tt.ok(b) {
					t.Errorf("%+v", b)
				}
			}})
		})
	}
}

// TestOthers plays servers that show something and are not Telnet.
func TestOthers(t *testing.T) {
	for _, said := range []string{"hello\r\n", "220 ftp login: ready\r\n", "\xff\xff\xff\xff", "\xff\xfd\xc8", "\xff\x01\xff\xfd\x18", "HTTP/1.1 400 Bad Request\r\n\r\n"} {
		t.Run(said, func(t *testing.T) {
			probetest.Run(t, newProbe(), probetest.Recording{Peer: probetest.Says([]byte(said))})
		})
	}
}

func FuzzScreen(f *testing.F) {
	f.Add(recorded(f, "inetutils.bin"))
	f.Add([]byte("\xff\xfa\x18\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = newProbe().Greets(data)
		d := probetest.NewDialer(probetest.Says(data))
		result := newProbe().Run(t.Context(), d, probetest.Endpoint())
		for _, r := range result.Responses {
			if b, ok := r.Blocks["telnet"].(*telnet.Block); !ok || !utf8.ValidString(b.Banner) {
				t.Errorf("%+v", r.Blocks)
			}
		}
	})
}
