package tls_test

import (
	"crypto"
	"crypto/x509"
	"math/big"
	"testing"

	"golang.org/x/crypto/ocsp"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe/tls"
)

// TestStapledStatus believes a status of the certificate that its issuer signed, and no other.
func TestStapledStatus(t *testing.T) {
	issuerKey, otherKey := ecKey(t), ecKey(t)
	authority := func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	}
	issuer, other := sign(t, leaf(authority), nil, issuerKey, nil), sign(t, leaf(authority), nil, otherKey, nil)
	server := sign(t, leaf(nil), issuer, ecKey(t), issuerKey)
	status := func(by *x509.Certificate, key crypto.Signer, serial *big.Int, status int) []byte {
		t.Helper()
		der, err := ocsp.CreateResponse(by, by, ocsp.Response{Status: status, SerialNumber: serial, ThisUpdate: newYear(), NextUpdate: newYear(), RevokedAt: newYear()}, key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	whole, alone := []*x509.Certificate{server, issuer}, []*x509.Certificate{server}
	revoked := status(issuer, issuerKey, server.SerialNumber, ocsp.Revoked)
	for name, tt := range map[string]struct {
		response []byte
		chain    []*x509.Certificate
		want     string
	}{
		"revoked":              {revoked, whole, "revoked"},
		"good":                 {status(issuer, issuerKey, server.SerialNumber, ocsp.Good), whole, "good"},
		"unknown":              {status(issuer, issuerKey, server.SerialNumber, ocsp.Unknown), whole, "unknown"},
		"issuer did not come":  {revoked, alone, "revoked"},
		"of somebody else":     {status(issuer, issuerKey, big.NewInt(4712), ocsp.Revoked), whole, ""},
		"signed by a stranger": {status(other, otherKey, server.SerialNumber, ocsp.Revoked), whole, ""},
		"none":                 {nil, whole, ""},
		"garbage":              {[]byte{0x30, 3, 10, 1, 0}, whole, ""},
		"no certificate":       {revoked, nil, ""},
	} {
		if got := tls.StapledStatus(tt.response, tt.chain); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
