package zoo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

func tlsSpecies() []Species { return nil }

// secured is a species inside TLS, on the port that has it so: "rediss" of
// "redis". Its certificate is self-signed.
func secured(s Species, port uint16) Species {
	return inTLS(s, port, func() (*tls.Config, error) {
		certificate, err := selfSigned("zoo.example", nil)
		return &tls.Config{Certificates: []tls.Certificate{certificate}}, err
	})
}

// inTLS is a species inside TLS with a configuration that is made when the first
// client comes.
func inTLS(s Species, port uint16, newConfig func() (*tls.Config, error)) Species {
	config := sync.OnceValues(newConfig)
	plain := s.Serve
	s.Name, s.Protocol, s.Port = s.Name+"-tls", s.Protocol+"s", port
	s.Serve = func(conn net.Conn) {
		config, err := config()
		if err != nil {
			return // the species is missed, which a test of the zoo will tell
		}
		session := tls.Server(conn, config)
		if session.Handshake() == nil {
			plain(session)
		}
	}
	return s
}

// selfSigned makes a certificate for a name; change, if not nil, alters it before it is
// signed. The key is the same in every run, the certificate on every day.
func selfSigned(name string, change func(*x509.Certificate)) (tls.Certificate, error) {
	key, err := ecKey(name)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := certificateFor(name)
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// ecKey derives a key from a seed: any 32 bytes but a handful are a key of P-256.
func ecKey(seed string) (*ecdsa.PrivateKey, error) {
	sum := sha256.Sum256([]byte(seed))
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), sum[:])
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return key, nil
}

func certificateFor(name string) *x509.Certificate {
	const day = 24 * time.Hour
	today := time.Now().Truncate(day)
	return &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: today.Add(-10 * day), NotAfter: today.Add(80 * day),
		Subject: pkix.Name{CommonName: name, Organization: []string{"Zoo"}}, DNSNames: []string{name},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
}
