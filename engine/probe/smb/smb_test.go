package smb_test

import (
	"bytes"
	"net"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/smb"
)

// server answers by what it is asked: version 1, negotiation or setup.
func server(old, negotiate, challenge []byte) probetest.Peer {
	return probetest.Responds(func(request []byte) []byte {
		switch {
		case len(request) < 17:
			return nil
		case request[4] == 0xff:
			return old
		case request[16] == 0:
			return negotiate
		}
		return challenge
	})
}

func TestProbe(t *testing.T) {
	read := func(name string) []byte { return probetest.Recorded(t, name) }
	tests := map[string]struct {
		peer  probetest.Peer
		check func(*smb.Block) bool
	}{
		"Samba": {server(read("old-refused.bin"), read("negotiate.bin"), read("challenge.bin")), func(b *smb.Block) bool {
			return !b.SMBv1 && b.Dialect == "3.1.1" && b.SigningEnabled && !b.SigningRequired && b.Cipher == "AES-128-GCM" && b.NTLM != nil && b.NTLM.NetBIOSComputer == "FILES" && b.GUID == "656c6966-0073-0000-0000-000000000000"
		}},
		"old versions as well": {server(read("old-accepted.bin"), read("negotiate-signing.bin"), read("challenge-old.bin")), func(b *smb.Block) bool {
			return b.SMBv1 && b.SMBv1Dialect == "NT LM 0.12" && b.Dialect == "3.1.1" && b.SigningRequired && b.Banner == "OLDFILES"
		}},
		"old version only": {server(read("old-accepted.bin"), nil, nil), func(b *smb.Block) bool {
			return b.SMBv1 && b.Dialect == "" && b.SigningRequired && b.SystemTime != ""
		}},
		"no challenge": {server(nil, read("negotiate.bin"), nil), func(b *smb.Block) bool { return !b.SMBv1 && b.NTLM == nil && b.Dialect == "3.1.1" }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, smb.Probe{}, probetest.Recording{Peer: tt.peer, Base: "smb", Protocol: "smb", Check: func(t *testing.T, rs []engine.Response) {
				if b := probetest.Block[*smb.Block](t, rs[0], "smb"); !tt.check(b) {
					t.Errorf("%+v, %+v", b, b.NTLM)
				}
			}})
		})
	}
}

// TestNotOld plays a server that answers an offer of version 1 in version 2, which is no
// support of version 1.
func TestNotOld(t *testing.T) {
	two := probetest.Recorded(t, "negotiate.bin")
	probetest.Run(t, smb.Probe{}, probetest.Recording{Peer: server(two, two, nil), Base: "smb", Protocol: "smb", Check: func(t *testing.T, rs []engine.Response) {
		if b := probetest.Block[*smb.Block](t, rs[0], "smb"); b.SMBv1 {
			t.Errorf("%+v", b)
		}
	}})
}

// TestSession begins a NetBIOS session where the port wants one.
func TestSession(t *testing.T) {
	inner := server(probetest.Recorded(t, "old-refused.bin"), probetest.Recorded(t, "negotiate.bin"), probetest.Recorded(t, "challenge.bin"))
	for name, answer := range map[string]byte{"accepted": 0x82, "refused": 0x83} {
		t.Run(name, func(t *testing.T) {
			d := probetest.NewDialer(func(conn net.Conn) {
				probetest.Answers([]byte{answer, 0, 0, 0})(conn)
				inner(conn)
			})
			to := probetest.Endpoint()
			to.Port = 139
			result := smb.Probe{}.Run(t.Context(), d, to)
			if (result.Outcome == engine.Answered) != (answer == 0x82) {
				t.Errorf("%+v", result)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"negotiate.bin", "old-accepted.bin", "old-refused.bin", "challenge.bin"} {
		f.Add(probetest.Recorded(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		message, err := smb.ReadFrame(bytes.NewReader(data))
		if err != nil {
			return
		}
		b := &smb.Block{}
		if err := b.Parse(message); err == nil && b.Dialect == "" {
			t.Error("no dialect and no error")
		}
		_, _ = smb.ParseOld(message)
	})
}
