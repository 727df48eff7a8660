package tls

import (
	"crypto/x509"

	"golang.org/x/crypto/ocsp"
)

// stapledStatus is what a status that a server sends says of its certificate (RFC 6960
// section 2.2): good, revoked or unknown; "" if there is none, or not of that certificate, or
// not signed by its issuer where the issuer came along. Nobody else is asked: that would tell
// an authority whom we look at, and leave the scope of the scan.
func stapledStatus(response []byte, chain []*x509.Certificate) string {
	if len(response) == 0 || len(chain) == 0 {
		return ""
	}
	var issuer *x509.Certificate
	if len(chain) > 1 {
		issuer = chain[1]
	}
	parsed, err := ocsp.ParseResponseForCert(response, chain[0], issuer)
	if err != nil {
		return ""
	}
	return map[int]string{ocsp.Good: "good", ocsp.Revoked: "revoked", ocsp.Unknown: "unknown"}[parsed.Status]
}
