//go:build linux || darwin

package tls

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"sync"

	ztls "github.com/zmap/zcrypto/tls"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// legacySession speaks what the standard library refuses: SSL 3, finite-field
// Diffie-Hellman, export suites, and with certificates that break the rules.
type legacySession struct {
	*ztls.Conn
	raw  net.Conn
	name string
	host string
}

var _ connected = (*legacySession)(nil)

// connectLegacy is [Connect] by the legacy library.
func connectLegacy(ctx context.Context, d probe.Dialer, to engine.Endpoint) (connected, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	session := &legacySession{Conn: ztls.Client(conn, legacyConfig(to.Name)), raw: conn, name: to.Name, host: to.Host()}
	if err := shakeLegacy(session.Conn); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("shake hands: %w", err)
	}
	return session, nil
}

// shakeLegacy holds what hostile bytes may do to a library less tried than the standard one.
func shakeLegacy(conn *ztls.Conn) (err error) {
	defer contain(&err)
	return conn.Handshake()
}

// contain turns a panic into an error.
func contain(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("the legacy library failed: %v", fault)
	}
}

// Read is as in [net.Conn].
func (s *legacySession) Read(p []byte) (n int, err error) {
	defer contain(&err)
	return s.Conn.Read(p)
}

// Write is as in [net.Conn].
func (s *legacySession) Write(p []byte) (n int, err error) {
	defer contain(&err)
	return s.Conn.Write(p)
}

// legacyConfig offers everything the library has, the strongest first.
func legacyConfig(name string) *ztls.Config {
	return &ztls.Config{
		ServerName: name, MinVersion: ssl3, MaxVersion: tls.VersionTLS12, CipherSuites: legacySuites(), ForceSuites: true,
		InsecureSkipVerify: true,
	}
}

var legacySuites = sync.OnceValue(func() []uint16 {
	known := slices.Concat(ztls.ECDHECiphers, ztls.DHECiphers, ztls.RSACiphers, ztls.ExportCiphers, ztls.ChromeCiphers, ztls.SafariCiphers, ztls.PortableCiphers)
	return chosen(func(s suite) bool { return slices.Contains(known, s.id) && !slices.Contains(s.kinds, "null") })
})

// Close ends the connection without the farewell of TLS, as [Session.Close] does.
func (s *legacySession) Close() error { return s.raw.Close() }

// Negotiated is as [Session.Negotiated].
func (s *legacySession) Negotiated() string { return s.ConnectionState().NegotiatedProtocol }

// Leaf is as [Session.Leaf].
func (s *legacySession) Leaf() []byte {
	if chain := s.ConnectionState().PeerCertificates; len(chain) > 0 {
		return chain[0].Raw
	}
	return nil
}

func (s *legacySession) version() uint16 { return s.ConnectionState().Version }

// Describe puts the members "certificate" and "tls" into a response.
func (s *legacySession) Describe(r *engine.Response) {
	state := s.ConnectionState()
	var chain [][]byte
	for _, c := range state.PeerCertificates {
		chain = append(chain, c.Raw)
	}
	facts := describeChain(r, chain, s.host)
	facts.Version, facts.Cipher, facts.ServerName = VersionName(state.Version), suiteName(state.CipherSuite), s.name
	facts.Versions = []string{facts.Version}
	facts.ALPN = probe.Text([]byte(state.NegotiatedProtocol))
	r.Blocks["tls"] = facts
}
