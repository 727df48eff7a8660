package tls

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/md5" //nolint:gosec // a fingerprint people search by, no protection
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // a fingerprint people search by, no protection
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// maxChain is how many certificates of a chain are kept: public chains have two
// to four.
const maxChain = 8

// Certificate is the member "certificate" of a response, in the form of the
// private scanner API (contract part 4), which is that of ZMap.
type Certificate struct {
	Version            int                `json:"version"`
	SerialNumber       string             `json:"serial_number"` // decimal
	SubjectDN          string             `json:"subject_dn"`
	IssuerDN           string             `json:"issuer_dn"`
	Subject            Name               `json:"subject"`
	Issuer             Name               `json:"issuer"`
	Names              []string           `json:"names"`
	Validity           Validity           `json:"validity"`
	KeyInfo            KeyInfo            `json:"subject_key_info"`
	SignatureAlgorithm Algorithm          `json:"signature_algorithm"`
	Signature          Signature          `json:"signature"`
	FingerprintMD5     string             `json:"fingerprint_md5"`
	FingerprintSHA1    string             `json:"fingerprint_sha1"`
	FingerprintSHA256  string             `json:"fingerprint_sha256"`
	FingerprintTBS     string             `json:"tbs_fingerprint"`
	FingerprintNoCT    string             `json:"tbs_noct_fingerprint"`
	FingerprintSPKI    string             `json:"spki_subject_fingerprint"`
	ValidationLevel    string             `json:"validation_level"` // DV, OV, EV or unknown
	Redacted           bool               `json:"redacted"`
	Source             string             `json:"src"`
	Extensions         Extensions         `json:"extensions"`
	UnknownExtensions  []UnknownExtension `json:"unknown_extensions,omitempty"`
	Chain              []Certificate      `json:"chain,omitempty"`       // what the server sent after the leaf
	ParseError         string             `json:"parse_error,omitempty"` // why the standard library refuses it
}

// Validity is from when to when, in RFC 3339.
type Validity struct {
	Start  string `json:"start"`
	End    string `json:"end"`
	Length int    `json:"length"` // seconds
}

// KeyInfo is the public key.
type KeyInfo struct {
	Algorithm   Algorithm `json:"key_algorithm"`
	Bits        int       `json:"length"`
	RSA         *RSAKey   `json:"rsa_public_key,omitempty"`
	ECDSA       *ECDSAKey `json:"ecdsa_public_key,omitempty"`
	Fingerprint string    `json:"fingerprint_sha256"`
}

// RSAKey is a key of RSA.
type RSAKey struct {
	Exponent int    `json:"exponent"`
	Modulus  []byte `json:"modulus"`
	Bits     int    `json:"length"`
}

// ECDSAKey is a point on a curve: Public is its uncompressed form (SEC 1 section 2.3.3).
type ECDSAKey struct {
	Curve  string `json:"curve"` // "P-256"
	Bits   int    `json:"length"`
	Public []byte `json:"pub,omitempty"`
}

// Algorithm is a name such as "SHA256-RSA" and its object identifier.
type Algorithm struct {
	Name string `json:"name"`
	OID  string `json:"oid,omitempty"`
}

// Signature of the issuer. It is valid when we could check it: against the next
// certificate of the chain, or its own key.
type Signature struct {
	Valid      bool      `json:"valid"`
	SelfSigned bool      `json:"self_signed"`
	Value      []byte    `json:"value"`
	Algorithm  Algorithm `json:"signature_algorithm"`
}

// NewCertificate describes the leaf of a chain as a server sent it, which must
// not be empty.
func NewCertificate(chain []*x509.Certificate) *Certificate {
	chain = chain[:min(len(chain), maxChain)]
	described := make([]Certificate, len(chain))
	for i, c := range chain {
		issuer := c
		if i+1 < len(chain) && !isSelfSigned(c) {
			issuer = chain[i+1]
		}
		described[i] = describe(c, issuer)
	}
	leaf := described[0]
	leaf.Chain = described[1:]
	return &leaf
}

func describe(c, issuer *x509.Certificate) Certificate {
	algorithm := Algorithm{Name: c.SignatureAlgorithm.String(), OID: signatureOID(c.Raw)}
	extensions, others := newExtensions(c)
	return Certificate{
		Version: c.Version, SerialNumber: c.SerialNumber.String(),
		SubjectDN: distinguishedName(c.Subject), IssuerDN: distinguishedName(c.Issuer),
		Subject: newName(c.Subject), Issuer: newName(c.Issuer), Names: allNames(c),
		Validity: Validity{Start: stamp(c.NotBefore), End: stamp(c.NotAfter), Length: int(c.NotAfter.Sub(c.NotBefore).Seconds())},
		KeyInfo:  newKeyInfo(c), SignatureAlgorithm: algorithm,
		Signature:      Signature{Valid: signedBy(c, issuer), SelfSigned: isSelfSigned(c), Value: c.Signature, Algorithm: algorithm},
		FingerprintMD5: hexMD5(c.Raw), FingerprintSHA1: hexSHA1(c.Raw), FingerprintSHA256: hexSHA256(c.Raw),
		FingerprintTBS: hexSHA256(c.RawTBSCertificate), FingerprintNoCT: hexSHA256(withoutCT(c.RawTBSCertificate)),
		FingerprintSPKI: hexSHA256(c.RawSubjectPublicKeyInfo, c.RawSubject),
		ValidationLevel: validationLevel(c), Source: "scan",
		Extensions: extensions, UnknownExtensions: others,
	}
}

// isSelfSigned is sure only when the key proves it; algorithms too weak to check
// (MD5) count by name and key identifiers.
func isSelfSigned(c *x509.Certificate) bool {
	if !bytes.Equal(c.RawSubject, c.RawIssuer) {
		return false
	}
	return signedBy(c, c) || isWeakSignature(c) && bytes.Equal(c.AuthorityKeyId, c.SubjectKeyId)
}

func signedBy(c, issuer *x509.Certificate) bool {
	return issuer.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

func newKeyInfo(c *x509.Certificate) KeyInfo {
	info := KeyInfo{Algorithm: Algorithm{Name: c.PublicKeyAlgorithm.String()}, Bits: keyBits(c), Fingerprint: hexSHA256(c.RawSubjectPublicKeyInfo)}
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		info.RSA = &RSAKey{Exponent: key.E, Modulus: key.N.Bytes(), Bits: key.N.BitLen()}
	case *ecdsa.PublicKey:
		point, _ := key.Bytes() // fails only on a curve or a point that no certificate could be read with
		info.ECDSA = &ECDSAKey{Curve: key.Curve.Params().Name, Bits: key.Curve.Params().BitSize, Public: point}
	}
	return info
}

func keyBits(c *x509.Certificate) int {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen()
	case *ecdsa.PublicKey:
		return key.Curve.Params().BitSize
	case ed25519.PublicKey:
		return 8 * len(key)
	}
	return 0
}

// stamp writes a time as Go clients decode it; the years that RFC 3339 can write
// are the only ones a certificate can hold (RFC 5280 section 4.1.2.5).
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func hexMD5(b []byte) string {
	sum := md5.Sum(b) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}

func hexSHA1(b []byte) string {
	sum := sha1.Sum(b) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}

func hexSHA256(parts ...[]byte) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// texts makes strings of a certificate storable.
func texts(list []string) []string {
	clean := make([]string, len(list))
	for i, s := range list {
		clean[i] = probe.Text([]byte(s))
	}
	return clean
}
