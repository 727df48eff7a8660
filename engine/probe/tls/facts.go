package tls

import (
	"crypto/x509"
	"math"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Facts is the member "tls" of a response: what was negotiated, and what is to be
// said about the certificate at the time of the scan, so that a check is a
// query and needs no clock and no list of authorities.
type Facts struct {
	Version    string   `json:"version,omitempty"`     // negotiated: "TLSv1.3"
	Cipher     string   `json:"cipher,omitempty"`      // negotiated
	Versions   []string `json:"versions,omitempty"`    // all the server accepts, oldest first
	ServerName string   `json:"server_name,omitempty"` // what we asked for; empty for an address

	Trusted     bool   `json:"trusted"` // the chain leads to an authority the system trusts, validity aside
	TrustError  string `json:"trust_error,omitempty"`
	NameMatches bool   `json:"name_matches"` // the certificate is for the name or address that was scanned
	SelfSigned  bool   `json:"self_signed"`

	Expired      bool `json:"certificate_expired"`
	NotYetValid  bool `json:"certificate_not_yet_valid"`
	DaysLeft     int  `json:"days_left"` // whole days until the end; negative after it
	LifetimeDays int  `json:"lifetime_days"`
	LifetimeLeft int  `json:"lifetime_left_percent"` // 0 to 100: certificates of six days are renewed late by any fixed number of days

	KeyAlgorithm  string `json:"key_algorithm,omitempty"`
	KeyBits       int    `json:"key_bits,omitempty"`
	WeakKey       bool   `json:"weak_key"`       // RSA below 2048, curves below 224 bits (NIST SP 800-57 part 1, table 2)
	WeakSignature bool   `json:"weak_signature"` // MD5 or SHA-1, in the leaf or an intermediate, but not in a root
}

// Refusal is the member "tls" of a response when the server refused every
// handshake. It is not Facts, so that nothing can be concluded from what is missing.
type Refusal struct {
	ServerName string `json:"server_name,omitempty"` // what we asked for; empty for an address
	Alert      string `json:"alert"`                 // the server's reason
}

// Examine says about a chain, leaf first and not empty, what can be said at now
// by who trusts roots (nil: the system's). host is the name or address that was asked for.
func Examine(chain []*x509.Certificate, host string, roots *x509.CertPool, now time.Time) *Facts {
	leaf := chain[0]
	f := &Facts{
		NameMatches: leaf.VerifyHostname(host) == nil, SelfSigned: isSelfSigned(leaf),
		Expired: now.After(leaf.NotAfter), NotYetValid: now.Before(leaf.NotBefore),
		DaysLeft: days(leaf.NotAfter.Sub(now)), LifetimeDays: days(leaf.NotAfter.Sub(leaf.NotBefore)), LifetimeLeft: percentLeft(leaf, now),
		KeyAlgorithm: leaf.PublicKeyAlgorithm.String(), KeyBits: keyBits(leaf), WeakKey: isWeakKey(leaf),
	}
	for _, c := range chain {
		f.WeakSignature = f.WeakSignature || isWeakSignature(c) && (c == leaf || !isSelfSigned(c))
	}
	if err := verify(chain, roots, now); err != nil {
		f.TrustError = probe.Text([]byte(err.Error()))
	}
	f.Trusted = f.TrustError == ""
	return f
}

// verify leaves the leaf's own validity aside, which Expired and NotYetValid
// tell: a chain to a known authority does not become untrusted by age.
func verify(chain []*x509.Certificate, roots *x509.CertPool, now time.Time) error {
	if leaf := chain[0]; now.After(leaf.NotAfter) || now.Before(leaf.NotBefore) {
		now = leaf.NotAfter.Add(-time.Second)
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	return err
}

func days(d time.Duration) int { return int(math.Floor(d.Hours() / 24)) }

func percentLeft(c *x509.Certificate, now time.Time) int {
	whole := c.NotAfter.Sub(c.NotBefore)
	if whole <= 0 {
		return 0
	}
	return min(100, max(0, int(100*c.NotAfter.Sub(now).Seconds()/whole.Seconds())))
}

func isWeakKey(c *x509.Certificate) bool {
	switch c.PublicKeyAlgorithm {
	case x509.RSA:
		return keyBits(c) < 2048
	case x509.ECDSA:
		return keyBits(c) < 224
	case x509.DSA:
		return true
	}
	return false
}

func isWeakSignature(c *x509.Certificate) bool {
	switch c.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		return true
	}
	return false
}
