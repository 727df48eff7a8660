package tls

import "crypto/x509"

// StapledStatus is stapledStatus, for tests.
func StapledStatus(response []byte, chain []*x509.Certificate) string {
	return stapledStatus(response, chain)
}
