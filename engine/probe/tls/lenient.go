//go:build linux || darwin

package tls

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"time"

	zrsa "github.com/zmap/zcrypto/rsa"
	zx509 "github.com/zmap/zcrypto/x509"
	zpkix "github.com/zmap/zcrypto/x509/pkix"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// fillLenient tells what can be read in a certificate that the standard library refuses.
func (d *Certificate) fillLenient(der []byte) {
	if c := parseLenient(der); c != nil {
		d.fill(c)
	}
}

// parseLenient gives nil for what is no certificate.
func parseLenient(der []byte) (c *zx509.Certificate) {
	defer func() {
		if recover() != nil { // a library less tried than the standard one
			c = nil
		}
	}()
	c, err := zx509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	return c
}

func (d *Certificate) fill(c *zx509.Certificate) {
	subject, issuer := nameFrom(c.Subject), nameFrom(c.Issuer)
	algorithm := Algorithm{Name: c.SignatureAlgorithm.String(), OID: signatureOID(c.Raw)}
	d.Version = c.Version
	if c.SerialNumber != nil {
		d.SerialNumber = c.SerialNumber.String()
	}
	d.SubjectDN, d.IssuerDN, d.Subject, d.Issuer = distinguishedName(subject), distinguishedName(issuer), newName(subject), newName(issuer)
	d.Names = texts(c.DNSNames)
	d.Validity = Validity{Start: stamp(c.NotBefore), End: stamp(c.NotAfter), Length: int(c.NotAfter.Sub(c.NotBefore).Seconds())}
	d.KeyInfo = KeyInfo{Algorithm: Algorithm{Name: c.PublicKeyAlgorithm.String()}, Bits: lenientBits(c), Fingerprint: hexSHA256(c.RawSubjectPublicKeyInfo)}
	d.SignatureAlgorithm, d.Signature = algorithm, Signature{Valid: c.ValidSignature || c.SelfSigned, SelfSigned: c.SelfSigned, Value: c.Signature, Algorithm: algorithm}
	d.FingerprintTBS, d.FingerprintNoCT = hexSHA256(c.RawTBSCertificate), hexSHA256(withoutCT(c.RawTBSCertificate))
	d.FingerprintSPKI = hexSHA256(c.RawSubjectPublicKeyInfo, c.RawSubject)
	if len(c.DNSNames) > 0 {
		d.Extensions.AltName = &AltName{DNSNames: d.Names}
	}
}

func lenientBits(c *zx509.Certificate) int {
	if key, ok := c.PublicKey.(*zrsa.PublicKey); ok {
		return key.N.BitLen()
	}
	return 0
}

func nameFrom(name zpkix.Name) pkix.Name {
	var out pkix.Name
	for _, part := range name.Names {
		out.Names = append(out.Names, pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier(part.Type), Value: part.Value})
	}
	return out
}

// examineLenient says what can be said at now about a certificate the standard library refuses.
func examineLenient(der []byte, host string, fault error, now time.Time) *Facts {
	c := parseLenient(der)
	if c == nil {
		return &Facts{}
	}
	f := &Facts{Appraisal: &Appraisal{TrustError: probe.Text([]byte(fault.Error()))}}
	f.NameMatches, f.SelfSigned = c.VerifyHostname(host) == nil, c.SelfSigned
	f.Expired, f.NotYetValid = now.After(c.NotAfter), now.Before(c.NotBefore)
	f.DaysLeft, f.LifetimeDays = days(c.NotAfter.Sub(now)), days(c.NotAfter.Sub(c.NotBefore))
	f.LifetimeLeft = percentOf(c.NotBefore, c.NotAfter, now)
	f.KeyAlgorithm, f.KeyBits = c.PublicKeyAlgorithm.String(), lenientBits(c)
	f.WeakKey = f.KeyBits > 0 && f.KeyBits < 2048
	return f
}
