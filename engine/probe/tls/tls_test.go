package tls_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	cryptotls "crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"math/big"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

// newYear is when the clock of testing/synctest begins.
func newYear() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

const day = 24 * time.Hour

func ecKey(tb testing.TB) crypto.Signer {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// leaf is a certificate of a server; change alters it before it is signed.
func leaf(change func(*x509.Certificate)) *x509.Certificate {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(4711), NotBefore: newYear().Add(-10 * day), NotAfter: newYear().Add(80 * day),
		Subject:  pkix.Name{CommonName: "www.example.com", Organization: []string{"Example Ltd"}, Country: []string{"US"}},
		DNSNames: []string{"www.example.com", "example.com"}, IPAddresses: []net.IP{net.IPv4(192, 0, 2, 10)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		PolicyIdentifiers:     nil,
	}
	if change != nil {
		change(c)
	}
	return c
}

// sign gives template as parsed from its DER; a nil parent is template itself.
func sign(tb testing.TB, template, parent *x509.Certificate, key, parentKey crypto.Signer) *x509.Certificate {
	tb.Helper()
	if parent == nil {
		parent, parentKey = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func serve(config *cryptotls.Config) probetest.Peer {
	return func(conn net.Conn) {
		server := cryptotls.Server(conn, config)
		if server.Handshake() == nil {
			_, _ = io.Copy(io.Discard, server)
		}
	}
}

func serverConfig(tb testing.TB, template *x509.Certificate, oldest, newest uint16) *cryptotls.Config {
	tb.Helper()
	key := ecKey(tb)
	certificate := cryptotls.Certificate{Certificate: [][]byte{sign(tb, template, nil, key, nil).Raw}, PrivateKey: key}
	return &cryptotls.Config{Certificates: []cryptotls.Certificate{certificate}, MinVersion: oldest, MaxVersion: newest}
}

func TestProbe(t *testing.T) {
	config := serverConfig(t, leaf(nil), cryptotls.VersionTLS11, cryptotls.VersionTLS12)
	probetest.Run(t, tls.New(), probetest.Recording{Peer: serve(config), Base: "tls", Protocol: "tls", Check: func(t *testing.T, rs []engine.Response) {
		facts, ok := rs[0].Blocks["tls"].(*tls.Facts)
		if !ok {
			t.Fatalf("no facts in %v", rs[0].Blocks)
		}
		if facts.Version != "TLSv1.2" || !slices.Equal(facts.Versions, []string{"TLSv1.1", "TLSv1.2"}) {
			t.Errorf("version %s of %v", facts.Version, facts.Versions)
		}
		if !facts.SelfSigned || facts.Trusted || !facts.NameMatches || facts.Expired || facts.DaysLeft != 79 && facts.DaysLeft != 80 {
			t.Errorf("%+v", facts)
		}
		if c, ok := rs[0].Blocks["certificate"].(*tls.Certificate); !ok || c.SubjectDN != "CN=www.example.com, O=Example Ltd, C=US" {
			t.Errorf("certificate %+v", rs[0].Blocks["certificate"])
		}
	}})
}

// TestRefusal plays a server that speaks TLS, but not to us.
func TestRefusal(t *testing.T) {
	config := serverConfig(t, leaf(nil), cryptotls.VersionTLS12, cryptotls.VersionTLS13)
	config.GetConfigForClient = func(*cryptotls.ClientHelloInfo) (*cryptotls.Config, error) { return nil, io.EOF }
	d := probetest.NewDialer(serve(config))
	result := tls.New().Run(t.Context(), d, probetest.Endpoint())
	if result.Outcome != engine.Handshake || len(result.Responses) != 1 {
		t.Fatalf("%+v, want a handshake that failed and what it told", result)
	}
	if refusal, ok := result.Responses[0].Blocks["tls"].(*tls.Refusal); !ok || refusal.Alert == "" {
		t.Errorf("%+v", result.Responses[0].Blocks)
	}
}

func TestExamine(t *testing.T) {
	key, caKey := ecKey(t), ecKey(t)
	ca := sign(t, leaf(func(c *x509.Certificate) {
		c.Subject, c.IsCA, c.KeyUsage, c.DNSNames = pkix.Name{CommonName: "Test CA"}, true, x509.KeyUsageCertSign, nil
	}), nil, caKey, nil)
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	issued := func(change func(*x509.Certificate)) []*x509.Certificate {
		return []*x509.Certificate{sign(t, leaf(change), ca, key, caKey), ca}
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		chain []*x509.Certificate
		host  string
		ok    func(*tls.Facts) bool
	}{
		"good": {issued(nil), "example.com", func(f *tls.Facts) bool {
			return f.Trusted && f.NameMatches && !f.SelfSigned && !f.WeakKey && !f.WeakSignature && f.LifetimeLeft == 88
		}},
		"address":       {issued(nil), "192.0.2.10", func(f *tls.Facts) bool { return f.NameMatches }},
		"other address": {issued(nil), "192.0.2.11", func(f *tls.Facts) bool { return !f.NameMatches }},
		"other name":    {issued(nil), "example.net", func(f *tls.Facts) bool { return !f.NameMatches && f.Trusted }},
		"expired": {issued(func(c *x509.Certificate) { c.NotAfter = newYear().Add(-day) }), "example.com", func(f *tls.Facts) bool {
			return f.Expired && f.Trusted && f.DaysLeft == -1 && f.LifetimeLeft == 0 && f.LifetimeDays == 9
		}},
		"not yet":       {issued(func(c *x509.Certificate) { c.NotBefore = newYear().Add(day) }), "example.com", func(f *tls.Facts) bool { return f.NotYetValid && f.Trusted && !f.Expired }},
		"root not sent": {issued(nil)[:1], "example.com", func(f *tls.Facts) bool { return f.Trusted }},
		"self-signed":   {[]*x509.Certificate{sign(t, leaf(nil), nil, key, nil)}, "example.com", func(f *tls.Facts) bool { return f.SelfSigned && !f.Trusted && f.TrustError != "" }},
		"weak key":      {[]*x509.Certificate{sign(t, leaf(nil), ca, small, caKey)}, "example.com", func(f *tls.Facts) bool { return f.WeakKey && f.KeyBits == 1024 && f.KeyAlgorithm == "RSA" }},
	}
	for name, tt := range tests {
		if f := tls.Examine(tt.chain, tt.host, roots, newYear()); !tt.ok(f) {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if f := tls.Examine(issued(nil), "example.com", x509.NewCertPool(), newYear()); f.Trusted {
		t.Errorf("trusts an authority nobody named: %+v", f)
	}
}

// TestCertificateForm holds the JSON to the contract, type by type, as a strict
// client decodes it.
func TestCertificateForm(t *testing.T) {
	key, caKey := ecKey(t), ecKey(t)
	ca := sign(t, leaf(func(c *x509.Certificate) { c.Subject.CommonName, c.IsCA = "Test CA", true }), nil, caKey, nil)
	c := sign(t, leaf(func(c *x509.Certificate) {
		c.CRLDistributionPoints, c.OCSPServer = []string{"http://crl.example/1"}, []string{"http://ocsp.example"}
	}), ca, key, caKey)
	document, err := json.Marshal(tls.NewCertificate([]*x509.Certificate{c, ca}))
	if err != nil {
		t.Fatal(err)
	}
	var strict struct {
		Version      int    `json:"version"`
		SerialNumber string `json:"serial_number"`
		Subject      struct {
			CommonName []string `json:"common_name"`
		} `json:"subject"`
		Names    []string `json:"names"`
		Validity struct {
			Start, End time.Time
			Length     int
		} `json:"validity"`
		SignatureAlgorithm struct{ Name, OID string } `json:"signature_algorithm"`
		Signature          struct {
			Valid      bool `json:"valid"`
			SelfSigned bool `json:"self_signed"`
		} `json:"signature"`
		SHA256     string `json:"fingerprint_sha256"`
		NoCT       string `json:"tbs_noct_fingerprint"`
		TBS        string `json:"tbs_fingerprint"`
		Extensions struct {
			AltName struct {
				DNS []string `json:"dns_names"`
				IP  []string `json:"ip_addresses"`
			} `json:"subject_alt_name"`
			KeyUsage struct {
				Value            int  `json:"value"`
				DigitalSignature bool `json:"digital_signature"`
			} `json:"key_usage"`
			ExtKeyUsage struct {
				ServerAuth bool `json:"server_auth"`
			} `json:"extended_key_usage"`
			CRLs []string `json:"crl_distribution_points"`
		} `json:"extensions"`
		Chain []struct {
			SubjectDN string `json:"subject_dn"`
		} `json:"chain"`
	}
	if err := json.Unmarshal(document, &strict); err != nil {
		t.Fatal(err)
	}
	switch {
	case strict.Version != 3, strict.SerialNumber != "4711", strict.Subject.CommonName[0] != "www.example.com",
		!slices.Equal(strict.Names, []string{"www.example.com", "example.com", "192.0.2.10"}),
		strict.Validity.Length != 90*86400, !strict.Validity.Start.Equal(newYear().Add(-10 * day)),
		strict.SignatureAlgorithm.Name != "ECDSA-SHA256", strict.SignatureAlgorithm.OID != "1.2.840.10045.4.3.2",
		!strict.Signature.Valid, strict.Signature.SelfSigned, len(strict.SHA256) != 64, strict.NoCT != strict.TBS,
		strict.Extensions.AltName.IP[0] != "192.0.2.10", strict.Extensions.KeyUsage.Value != 1, !strict.Extensions.KeyUsage.DigitalSignature,
		!strict.Extensions.ExtKeyUsage.ServerAuth, len(strict.Extensions.CRLs) != 1, len(strict.Chain) != 1:
		t.Errorf("%s", document)
	}
}

// TestPublicCertificate reads one with everything a public authority puts in.
func TestPublicCertificate(t *testing.T) {
	c := tls.NewCertificate([]*x509.Certificate{withCT(t)})
	if len(c.Extensions.SignedCertificates) != 1 || c.Extensions.SignedCertificates[0].Timestamp != 946684800 {
		t.Errorf("SCTs %+v", c.Extensions.SignedCertificates)
	}
	if c.FingerprintNoCT == c.FingerprintTBS {
		t.Error("the fingerprint without CT has CT in it")
	}
	if c.ValidationLevel != "DV" || len(c.Extensions.Policies) != 1 || c.Extensions.Policies[0].CPS[0] != "http://cps.example" {
		t.Errorf("level %s, policies %+v", c.ValidationLevel, c.Extensions.Policies)
	}
	if len(c.UnknownExtensions) != 1 || c.UnknownExtensions[0].ID != "1.2.3.4" {
		t.Errorf("unknown extensions %+v", c.UnknownExtensions)
	}
}

// FuzzNewCertificate takes whatever crypto/x509 takes for a certificate.
func FuzzNewCertificate(f *testing.F) {
	f.Add(withCT(f).Raw)
	f.Add(sign(f, leaf(nil), nil, ecKey(f), nil).Raw)
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return
		}
		if _, err := json.Marshal(tls.NewCertificate([]*x509.Certificate{c, c})); err != nil {
			t.Error(err)
		}
		tls.Examine([]*x509.Certificate{c, c}, "example.com", x509.NewCertPool(), newYear())
	})
}

// BenchmarkProbe is the whole probe against a server of the standard library, both in this
// process and one at a time.
func BenchmarkProbe(b *testing.B) {
	peer := serve(serverConfig(b, leaf(nil), cryptotls.VersionTLS12, cryptotls.VersionTLS13))
	for b.Loop() {
		d := probetest.NewDialer(peer)
		if result := tls.New().Run(b.Context(), d, probetest.Endpoint()); result.Outcome != engine.Answered {
			b.Fatalf("%+v", result)
		}
		d.Wait()
	}
}
