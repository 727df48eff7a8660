package tls

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Session is a connection that has shaken hands. It trusts whomever it meets,
// because it is there to look at them.
type Session struct {
	*tls.Conn
	host string
}

var (
	_ probe.Session   = (*Session)(nil)
	_ probe.Handshake = Connect
	_ probe.Upgrade   = Upgrade
)

// Connect implements [probe.Handshake]: it dials and shakes hands by the newest
// version both sides know.
func Connect(ctx context.Context, d probe.Dialer, to engine.Endpoint) (probe.Session, error) {
	session, err := dial(ctx, d, to)
	if err != nil {
		return nil, err
	}
	return session, nil
}

// connected is a session of either library.
type connected interface {
	probe.Session
	version() uint16
}

// dial shakes hands by the standard library, and by the legacy one with who has
// nothing in common with it.
func dial(ctx context.Context, d probe.Dialer, to engine.Endpoint, protocols ...string) (connected, error) {
	session, err := connect(ctx, d, to, tls.VersionTLS10, tls.VersionTLS13, protocols...)
	if err == nil {
		return session, nil
	}
	if isLegacy(err) {
		if legacy, again := connectLegacy(ctx, d, to); again == nil {
			return legacy, nil
		}
	}
	return nil, err
}

// Offer is [Connect] that also offers the protocols inside TLS (ALPN, RFC 7301), the
// best first: "h2", "http/1.1". What the server has chosen is [Session.Negotiated].
func Offer(protocols ...string) probe.Handshake {
	return func(ctx context.Context, d probe.Dialer, to engine.Endpoint) (probe.Session, error) {
		session, err := dial(ctx, d, to, protocols...)
		if err != nil {
			return nil, err
		}
		return session, nil
	}
}

func connect(ctx context.Context, d probe.Dialer, to engine.Endpoint, oldest, latest uint16, protocols ...string) (*Session, error) {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	session, err := shake(ctx, conn, to, oldest, latest, protocols...)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return session, nil
}

// Upgrade implements [probe.Upgrade]: it shakes hands on a connection that has
// spoken another protocol before. When that fails, conn is still the caller's to close.
func Upgrade(ctx context.Context, conn net.Conn, to engine.Endpoint) (probe.Session, error) {
	session, err := shake(ctx, conn, to, tls.VersionTLS10, tls.VersionTLS13)
	if err != nil {
		return nil, err
	}
	return session, nil
}

func shake(ctx context.Context, conn net.Conn, to engine.Endpoint, oldest, latest uint16, protocols ...string) (*Session, error) {
	config := clientConfig(to.Name, oldest, latest)
	config.NextProtos = protocols
	session := &Session{Conn: tls.Client(conn, config), host: to.Host()}
	if err := session.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("shake hands: %w", err)
	}
	return session, nil
}

// clientConfig offers every suite the library has, also those it calls insecure.
func clientConfig(name string, oldest, latest uint16) *tls.Config {
	config := &tls.Config{
		ServerName: name, MinVersion: oldest, MaxVersion: latest,
		InsecureSkipVerify: true, //nolint:gosec // we look at servers; nothing is entrusted to them
	}
	for _, suite := range tls.CipherSuites() {
		config.CipherSuites = append(config.CipherSuites, suite.ID)
	}
	for _, suite := range tls.InsecureCipherSuites() {
		config.CipherSuites = append(config.CipherSuites, suite.ID)
	}
	return config
}

// Close ends the connection without the farewell of TLS, for which a hostile
// peer could make us wait.
func (s *Session) Close() error { return s.NetConn().Close() }

// Describe puts the members "certificate" and "tls" into a response.
func (s *Session) Describe(r *engine.Response) {
	state := s.ConnectionState()
	facts := &Facts{}
	if chain := state.PeerCertificates; len(chain) > 0 {
		facts = Examine(chain, s.host, nil, time.Now())
		r.Blocks["certificate"] = NewCertificate(chain)
	}
	facts.Version, facts.Cipher, facts.ServerName = VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite), state.ServerName
	facts.Versions = []string{facts.Version}
	facts.Group, facts.ALPN = groupName(state.CurveID), probe.Text([]byte(state.NegotiatedProtocol))
	facts.Stapled, facts.Status = len(state.OCSPResponse) > 0, stapledStatus(state.OCSPResponse, state.PeerCertificates)
	facts.SCTs += len(state.SignedCertificateTimestamps)
	r.Blocks["tls"] = facts
}

// Negotiated is the protocol inside that was agreed on; "" if none was.
func (s *Session) Negotiated() string { return s.ConnectionState().NegotiatedProtocol }

// Leaf is the server's certificate as it came (DER); nil if it has none.
func (s *Session) Leaf() []byte {
	if chain := s.ConnectionState().PeerCertificates; len(chain) > 0 {
		return chain[0].Raw
	}
	return nil
}

func (s *Session) version() uint16 { return s.ConnectionState().Version }

// groupName is IANA's name; empty where no group was used.
func groupName(id tls.CurveID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

// VersionName writes a version as OpenSSL does: "TLSv1.2".
func VersionName(version uint16) string {
	switch version {
	case ssl2:
		return "SSLv2"
	case ssl3:
		return "SSLv3"
	case tls.VersionTLS10:
		return "TLSv1.0"
	case tls.VersionTLS11:
		return "TLSv1.1"
	case tls.VersionTLS12:
		return "TLSv1.2"
	case tls.VersionTLS13:
		return "TLSv1.3"
	}
	return fmt.Sprintf("0x%04x", version)
}

// versionNamed is the inverse of VersionName; 0 for an unknown name.
func versionNamed(name string) uint16 {
	for _, version := range []uint16{ssl2, ssl3, tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		if VersionName(version) == name {
			return version
		}
	}
	return 0
}

// alertOf gives the alert by which a peer refused a handshake; "" when err is
// something else. Only what speaks TLS sends alerts.
func alertOf(err error) string {
	var remote *net.OpError
	if errors.As(err, &remote) && remote.Op == "remote error" {
		return remote.Err.Error()
	}
	return ""
}
