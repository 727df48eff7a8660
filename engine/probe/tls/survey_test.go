package tls_test

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/zoo"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

// species gives a server of the zoo.
func species(t *testing.T, name string) probetest.Peer {
	t.Helper()
	all := zoo.All()
	i := slices.IndexFunc(all, func(s zoo.Species) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no species %s", name)
	}
	return all[i].Serve
}

// TestSurvey meets servers that no library of today shakes hands with, or that would
// agree to more than they should.
func TestSurvey(t *testing.T) {
	for name, ok := range map[string]func(*tls.Facts) bool{
		"tls-ssl3": func(f *tls.Facts) bool {
			return slices.Equal(f.Versions, []string{"SSLv3"}) && slices.Equal(f.WeakKinds, []string{"3des", "rc4"}) && f.NoForwardSecrecy && f.CBCOnly
		},
		"tls-ssl2": func(f *tls.Facts) bool {
			return slices.Equal(f.Versions, []string{"SSLv2", "TLSv1.0"}) && slices.Equal(f.WeakKinds, []string{"des", "export", "rc4"})
		},
		"tls-null": func(f *tls.Facts) bool {
			return f.Cipher == "TLS_RSA_WITH_NULL_SHA256" && slices.Equal(f.WeakKinds, []string{"null"}) && !f.Compression
		},
		"tls-anonymous": func(f *tls.Facts) bool {
			return slices.Equal(f.WeakKinds, []string{"anonymous", "rc4"}) && f.Compression && f.Appraisal == nil && !f.NoForwardSecrecy
		},
		"tls-tls10": func(f *tls.Facts) bool { return slices.Equal(f.Versions, []string{"TLSv1.0"}) && f.CBCOnly },
		"tls-tls13": func(f *tls.Facts) bool {
			return slices.Equal(f.Versions, []string{"TLSv1.3"}) && !f.CBCOnly && !f.NoForwardSecrecy && len(f.WeakKinds) == 0 && f.Group != ""
		},
		"tls-odd-serial": func(f *tls.Facts) bool { return f.Version == "TLSv1.2" },
	} {
		t.Run(name, func(t *testing.T) {
			d := probetest.NewDialer(species(t, name))
			result := tls.New().Run(t.Context(), d, probetest.Endpoint())
			d.Wait()
			if result.Outcome != engine.Answered {
				t.Fatalf("%+v", result)
			}
			if f, is := result.Responses[0].Blocks["tls"].(*tls.Facts); !is || !ok(f) {
				t.Errorf("%+v", result.Responses[0].Blocks["tls"])
			}
			if jarm, ok := result.Responses[0].Blocks["jarm"].(string); !ok || len(jarm) != 62 {
				t.Errorf("JARM %q", jarm)
			}
		})
	}
}

// TestHostile plays an old server whole, cut, slow and so on.
func TestHostile(t *testing.T) {
	probetest.Run(t, tls.New(), probetest.Recording{Peer: species(t, "tls-anonymous"), Base: "tls", Protocol: "tls"})
}

// TestSNIOnly keeps that a server speaks TLS which wants to be named, and speaks to
// who names it.
func TestSNIOnly(t *testing.T) {
	nameless, named := probetest.Endpoint(), probetest.Endpoint()
	named.Name = "www.example.com"
	for want, to := range map[engine.Outcome]engine.Endpoint{engine.Handshake: nameless, engine.Answered: named} {
		d := probetest.NewDialer(species(t, "tls-sni-only"))
		result := tls.New().Run(t.Context(), d, to)
		d.Wait()
		if result.Outcome != want || len(result.Responses) != 1 {
			t.Errorf("%q: %+v, want %s", to.Name, result, want)
		}
	}
}
