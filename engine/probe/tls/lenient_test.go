//go:build linux || darwin

package tls_test

import (
	"encoding/json"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

// TestUnreadable keeps a certificate that the standard library refuses.
func TestUnreadable(t *testing.T) {
	d := probetest.NewDialer(species(t, "tls-odd-serial"))
	session, err := tls.Connect(t.Context(), d, probetest.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = session.Close() }()
	r := engine.Response{Blocks: map[string]any{}}
	session.Describe(&r)
	c, ok := r.Blocks["certificate"].(*tls.Certificate)
	if !ok || c.SerialNumber != "-127" || c.ParseError == "" || c.SubjectDN != "O=Zoo, CN=zoo.example" && c.SubjectDN != "CN=zoo.example, O=Zoo" || len(c.FingerprintSHA256) != 64 {
		t.Errorf("%+v", c)
	}
	if f, ok := r.Blocks["tls"].(*tls.Facts); !ok || f.Appraisal == nil || f.KeyBits != 2048 || f.Trusted || f.TrustError == "" {
		t.Errorf("%+v", r.Blocks["tls"])
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}
