package zoo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
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

// tlsSpecies are servers whose TLS is odd, with a page inside where one can get in.
func tlsSpecies() []Species {
	page := Species{Name: "page", Base: "http", Protocol: "http", Serve: replies(func(string) string {
		return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 20\r\n\r\n<title>page</title>\n"
	})}
	closed := Species{Name: "silent", Base: "tls", Protocol: "tls", Port: 4433, Serve: listenOnly}
	return []Species{
		secured(page, 443),
		certified("expired", page, func(c *x509.Certificate) { c.NotAfter = c.NotBefore.Add(time.Hour) }),
		certified("not-yet-valid", page, func(c *x509.Certificate) { c.NotBefore = c.NotAfter.Add(-time.Hour) }),
		certified("other-name", page, func(c *x509.Certificate) { c.DNSNames = []string{"elsewhere.example"} }),
		certified("address", page, func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)} }),
		configured("weak-key", page, func() (*tls.Config, error) { return rsaConfig(1024, x509.SHA256WithRSA) }),
		configured("sha1", page, func() (*tls.Config, error) { return rsaConfig(2048, x509.SHA1WithRSA) }),
		configured("tls10", page, limited(tls.VersionTLS10, tls.VersionTLS10)),
		configured("tls11", page, limited(tls.VersionTLS11, tls.VersionTLS11)),
		configured("tls12", page, limited(tls.VersionTLS12, tls.VersionTLS12)),
		configured("tls13", page, limited(tls.VersionTLS13, tls.VersionTLS13)),
		configured("odd-serial", page, oddSerial),
		configured("chain", page, publicChain),
		exactly("tls-unknown", secured(closed, 4433)),
		exactly("tls-mutual", configured("mutual", closed, mutual)),
		old("sni-only", oldTLS{version: tls.VersionTLS12, suites: []uint16{0xc02f, 0x002f}, named: true}),
		old("ssl3", oldTLS{version: 0x0300, suites: []uint16{0x000a, 0x0005, 0x002f}}),
		old("ssl2", oldTLS{version: tls.VersionTLS10, suites: []uint16{0x0003, 0x0009, 0x002f}, ssl2: true}),
		old("null", oldTLS{version: tls.VersionTLS12, suites: []uint16{0x003b, 0x0002}}),
		old("anonymous", oldTLS{version: tls.VersionTLS10, suites: []uint16{0x0034, 0x0018}, deflate: true}),
	}
}

// certified is a species inside TLS with a change to its certificate.
func certified(name string, s Species, change func(*x509.Certificate)) Species {
	return configured(name, s, func() (*tls.Config, error) {
		certificate, err := selfSigned("zoo.example", change)
		return &tls.Config{Certificates: []tls.Certificate{certificate}}, err
	})
}

func configured(name string, s Species, newConfig func() (*tls.Config, error)) Species {
	s = inTLS(s, 443, newConfig)
	s.Name = "tls-" + name
	return s
}

// exactly is a species of which no more can be known than that it speaks TLS.
func exactly(name string, s Species) Species {
	s.Name, s.Protocol = name, "tls"
	return s
}

func old(name string, server oldTLS) Species {
	return Species{Name: "tls-" + name, Base: "tls", Protocol: "tls", Port: 443, Serve: server.serve}
}

func limited(oldest, newest uint16) func() (*tls.Config, error) {
	return func() (*tls.Config, error) {
		config, err := rsaConfig(2048, x509.SHA256WithRSA)
		if err != nil {
			return nil, err
		}
		config.MinVersion, config.MaxVersion = oldest, newest
		return config, nil
	}
}

// oddSerial has a certificate that breaks RFC 5280.
func oddSerial() (*tls.Config, error) {
	config, err := limited(tls.VersionTLS12, tls.VersionTLS12)()
	if err != nil {
		return nil, err
	}
	config.Certificates[0].Certificate[0] = negative(config.Certificates[0].Certificate[0])
	return config, nil
}

// mutual talks to clients with a certificate only.
func mutual() (*tls.Config, error) {
	certificate, err := selfSigned("zoo.example", nil)
	return &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequireAnyClientCert}, err
}

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

// rsaConfig has an RSA key, which unlike the others is a new one in every run: no
// generator of the standard library takes a seed.
func rsaConfig(bits int, algorithm x509.SignatureAlgorithm) (*tls.Config, error) {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	template := certificateFor("zoo.example")
	template.SignatureAlgorithm = algorithm
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	certificate := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS10}, nil
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
