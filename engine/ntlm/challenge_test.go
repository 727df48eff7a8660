package ntlm_test

import (
	"encoding/hex"
	"errors"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/ntlm"
)

// sample is the CHALLENGE_MESSAGE of [MS-NLMP] section 4.2.4.3.
const sample = "4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef" +
	"00000000000000002400240044000000060070170000000f530065007200760065007200" +
	"02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000"

func bytesOf(tb testing.TB, text string) []byte {
	tb.Helper()
	data, err := hex.DecodeString(text)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestParseChallenge(t *testing.T) {
	got, err := ntlm.ParseChallenge(append([]byte("wrapped"), bytesOf(t, sample)...))
	want := ntlm.Challenge{Target: "Server", NetBIOSComputer: "Server", NetBIOSDomain: "Domain", Version: "6.0.6000"}
	if err != nil || *got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

func TestParseChallengeMalformed(t *testing.T) {
	whole := bytesOf(t, sample)
	for n := range len(whole) {
		if _, err := ntlm.ParseChallenge(whole[:n]); !errors.Is(err, ntlm.ErrNotChallenge) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := ntlm.ParseChallenge(ntlm.Negotiate()); !errors.Is(err, ntlm.ErrNotChallenge) {
		t.Errorf("our own message: %v", err)
	}
}

func FuzzParseChallenge(f *testing.F) {
	f.Add(bytesOf(f, sample))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := ntlm.ParseChallenge(data); err == nil && len(c.Target) > 3*65535 {
			t.Errorf("%d bytes of name", len(c.Target))
		}
	})
}
