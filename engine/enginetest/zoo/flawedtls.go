package zoo

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"

	"golang.org/x/crypto/ocsp"
)

// flawedTLS are servers whose software has a flaw, and some that only look like one.
func flawedTLS() []Species {
	key := rsaKey(sync.OnceValues(func() (*tls.Config, error) { return rsaConfig(2048, x509.SHA256WithRSA) }))
	sound := oldTLS{version: tls.VersionTLS12, suites: []uint16{0xc02f, 0x009c}, modern: true, key: key}
	betrays, early := sound, sound
	betrays.betrays, early.early = true, true
	return []Species{
		old("rsa", sound), old("robot", betrays), old("ccs-injection", early),
		{Name: "tls-ticketbleed", Base: "http", Protocol: "https", Port: 443, Serve: ticketbleed},
	}
}

// ticketbleed is a site whose TLS answers a session id of one byte with one of 32, as F5's
// did, and all others as they should be.
func ticketbleed(conn net.Conn) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(conn, head); err != nil {
		return
	}
	hello := make([]byte, binary.BigEndian.Uint16(head[3:]))
	if _, err := io.ReadFull(conn, hello); err != nil || len(hello) < 40 {
		return
	}
	const idLength, ecdhe = 38, 0xc02f
	if hello[idLength] != 1 {
		inside := secured(Species{Serve: goServer("", map[string]answer{"/": page("<title>page</title>")}).serve}, 443)
		inside.Serve(&begun{Conn: conn, first: io.MultiReader(bytes.NewReader(slices.Concat(head, hello)), conn)})
		return
	}
	body := append(binary.BigEndian.AppendUint16(nil, tls.VersionTLS12), make([]byte, 32)...)
	body = append(append(body, 32, hello[idLength+1]), bytes.Repeat([]byte{'m'}, 31)...)
	body = append(binary.BigEndian.AppendUint16(body, ecdhe), 0)
	answer := message(2, body)
	_, _ = conn.Write(slices.Concat([]byte{22, 3, 3}, be16(len(answer)), answer)) // a client that has left needs none
}

// begun is a connection of which the beginning was read already.
type begun struct {
	net.Conn
	first io.Reader
}

// Read implements [net.Conn].
func (b *begun) Read(p []byte) (int, error) { return b.first.Read(p) }

// stapling is a site that sends a status of its certificate.
func stapling(name string, status int) Species {
	s := inTLS(named("site", site(nil)), 443, func() (*tls.Config, error) { return stapled(status) })
	s.Name = name
	return s
}

func stapled(status int) (*tls.Config, error) {
	root, err := publicRoot()
	if err != nil {
		return nil, err
	}
	leaf, err := issued(SiteName, root, func(c *x509.Certificate) { c.ExtraExtensions = append(c.ExtraExtensions, logged()) })
	if err != nil {
		return nil, err
	}
	if leaf.OCSPStaple, err = statusOf(leaf, root, status); err != nil {
		return nil, err
	}
	leaf.Certificate = append(leaf.Certificate, root.Certificate...)
	return &tls.Config{Certificates: []tls.Certificate{leaf}}, nil
}

// statusOf is signed by the authority itself (RFC 6960 section 4.2.2.2).
func statusOf(leaf, root tls.Certificate, status int) ([]byte, error) {
	issuer, err := x509.ParseCertificate(root.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("read issuer: %w", err)
	}
	subject, err := x509.ParseCertificate(leaf.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	key, err := ecKey("Zoo Public Root")
	if err != nil {
		return nil, err
	}
	return ocsp.CreateResponse(issuer, issuer, ocsp.Response{
		Status: status, SerialNumber: subject.SerialNumber, ThisUpdate: subject.NotBefore, NextUpdate: subject.NotAfter, RevokedAt: subject.NotBefore, RevocationReason: ocsp.KeyCompromise,
	}, key)
}
