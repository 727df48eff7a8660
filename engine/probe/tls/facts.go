package tls

import (
	"crypto/x509"
	"encoding/asn1"
	"math"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Facts is the member "tls" of a response: what was negotiated, and what is to be
// said about the certificate at the time of the scan, so that a check is a
// query and needs no clock and no list of authorities.
type Facts struct {
	Banner     string   `json:"banner,omitempty"`      // "TLSv1.3 TLS_AES_128_GCM_SHA256"; empty where a protocol began without TLS
	Version    string   `json:"version,omitempty"`     // negotiated: "TLSv1.3"
	Cipher     string   `json:"cipher,omitempty"`      // negotiated
	Versions   []string `json:"versions,omitempty"`    // all the server accepts, oldest first
	ServerName string   `json:"server_name,omitempty"` // what we asked for; empty for an address

	Group      string `json:"key_exchange_group,omitempty"` // negotiated: "X25519MLKEM768"
	ALPN       string `json:"alpn,omitempty"`               // protocol the server chooses of "h2" and "http/1.1"
	Stapled    bool   `json:"ocsp_stapled"`                 // sends a status of its certificate (RFC 6066 section 8)
	Status     string `json:"ocsp_status,omitempty"`        // what that status says: good, revoked, unknown
	SCTs       int    `json:"scts"`                         // promises of Certificate Transparency logs, in the certificate and beside it
	MustStaple bool   `json:"must_staple"`                  // the certificate demands a status (RFC 7633)

	// What the server would agree to below TLS 1.3, see survey. Where a pointer is nil it is not known.
	WeakCiphers         []string `json:"weak_ciphers,omitempty"`      // examples, one of each kind at least
	WeakKinds           []string `json:"weak_cipher_kinds,omitempty"` // null, export, anonymous, rc4, des, 3des, rc2, idea
	CBCOnly             bool     `json:"cbc_only"`                    // no suite that encrypts and authenticates in one
	NoForwardSecrecy    bool     `json:"no_forward_secrecy"`          // all sessions are lost with the server's key
	DHBits              int      `json:"dh_bits,omitempty"`           // of the prime of finite-field Diffie-Hellman
	Compression         bool     `json:"compression"`                 // DEFLATE (CRIME)
	Heartbeat           bool     `json:"heartbeat"`                   // RFC 6520, which Heartbleed needs
	Heartbleed          bool     `json:"heartbleed"`                  // answers a heartbeat of a length that is not true (CVE-2014-0160)
	Injection           bool     `json:"ccs_injection"`               // takes the switch to encryption before keys are agreed (CVE-2014-0224)
	Robot               bool     `json:"robot"`                       // betrays how a secret was padded, see robot
	Ticketbleed         bool     `json:"ticketbleed"`                 // answers a short session id with memory (CVE-2016-9244)
	Tickets             bool     `json:"session_tickets"`
	MasterSecret        bool     `json:"extended_master_secret"` // RFC 7627
	SecureRenegotiation *bool    `json:"secure_renegotiation,omitempty"`
	ServerPreference    *bool    `json:"server_preference,omitempty"` // the server's order of suites counts, not ours
	FallbackSCSV        *bool    `json:"fallback_scsv,omitempty"`     // RFC 7507; only where there are two versions below TLS 1.3

	*Appraisal // of the certificate; nil if the server showed none
}

// Appraisal is what is to be said about a certificate.
type Appraisal struct {
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
	Banner     string `json:"banner"`                // the same as Alert
	ServerName string `json:"server_name,omitempty"` // what we asked for; empty for an address
	Alert      string `json:"alert"`                 // the server's reason
}

// Examine says about a chain, leaf first and not empty, what can be said at now
// by who trusts roots (nil: the system's). host is the name or address that was asked for.
func Examine(chain []*x509.Certificate, host string, roots *x509.CertPool, now time.Time) *Facts {
	leaf := chain[0]
	f := &Facts{Appraisal: &Appraisal{
		NameMatches: leaf.VerifyHostname(host) == nil, SelfSigned: isSelfSigned(leaf),
		Expired: now.After(leaf.NotAfter), NotYetValid: now.Before(leaf.NotBefore),
		DaysLeft: days(leaf.NotAfter.Sub(now)), LifetimeDays: days(leaf.NotAfter.Sub(leaf.NotBefore)), LifetimeLeft: percentOf(leaf.NotBefore, leaf.NotAfter, now),
		KeyAlgorithm: leaf.PublicKeyAlgorithm.String(), KeyBits: keyBits(leaf), WeakKey: isWeakKey(leaf),
	}}
	for _, c := range chain {
		f.WeakSignature = f.WeakSignature || isWeakSignature(c) && (c == leaf || !isSelfSigned(c))
	}
	f.SCTs, f.MustStaple = promises(leaf)
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

// promises counts those of logs, and finds the demand for a status: the feature
// "status_request" (RFC 7633 section 6).
func promises(c *x509.Certificate) (scts int, mustStaple bool) {
	for _, e := range c.Extensions {
		switch e.Id.String() {
		case oidSCTs:
			scts = len(parseSCTs(e.Value))
		case oidFeature:
			var features []int
			_, err := asn1.Unmarshal(e.Value, &features)
			mustStaple = err == nil && slices.Contains(features, extStatus)
		}
	}
	return scts, mustStaple
}

func days(d time.Duration) int { return int(math.Floor(d.Hours() / 24)) }

func percentOf(from, until, now time.Time) int {
	whole := until.Sub(from)
	if whole <= 0 {
		return 0
	}
	return min(100, max(0, int(100*until.Sub(now).Seconds()/whole.Seconds())))
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
