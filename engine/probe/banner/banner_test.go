package banner_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/banner"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

const question = "who goes there?\n"

func TestProbe(t *testing.T) {
	for name, peer := range map[string]probetest.Peer{
		"speaks first": probetest.Says([]byte(question)),
		"is nudged":    probetest.Answers([]byte(question)),
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, banner.Probe{}, probetest.Recording{Peer: peer, Base: banner.Unknown, Protocol: banner.Unknown, Anything: true, Check: func(t *testing.T, rs []engine.Response) {
				if b, ok := rs[0].Blocks[banner.Unknown].(*banner.Block); !ok || b.Banner != question {
					t.Errorf("%v, want the banner", rs[0].Blocks)
				}
			}})
		})
	}
}

// TestIsWeak leaves every name to others.
func TestIsWeak(t *testing.T) {
	for _, greeting := range []string{question, "220 ftp.example.com FTP server ready\r\n", "SSH-2.0-OpenSSH_9.6\r\n"} {
		d := probetest.NewDialer(probetest.Says([]byte(greeting)))
		result := banner.Probe{}.Run(t.Context(), d, probetest.Endpoint())
		if result.Outcome != engine.Answered || !result.Weak || result.Responses[0].Base != banner.Unknown {
			t.Errorf("%q: %+v, want a weak answer without a name", greeting, result)
		}
	}
}
