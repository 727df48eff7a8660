package tls

import (
	"bytes"
	"context"
	"crypto/tls"
)

// ticketbleed tells servers that answer a session id of one byte with one of 32, of which 31
// are of their memory (CVE-2016-9244: F5 BIG-IP). They do so only to who comes back with a
// ticket. What they give away is not kept.
func (s *surveyor) ticketbleed(ctx context.Context, version uint16) bool {
	ticket := s.ticket(ctx)
	if len(ticket) == 0 {
		return false
	}
	h := offer(s.to.Name, version, chosen(isAny), false)
	h.session = []byte{0x5a}
	h.extensions = bytes.Replace(h.extensions, extension(extTicket, nil), extension(extTicket, ticket), 1)
	a, ok := s.ask(ctx, h, false)
	return ok && len(a.Session) > len(h.session) && bytes.HasPrefix(a.Session, h.session)
}

// ticket gets one by a handshake (RFC 5077 section 3.1); nil if the server has none to give.
func (s *surveyor) ticket(ctx context.Context) []byte {
	conn, err := s.narrow().Dial(ctx, s.to)
	if err != nil {
		return nil
	}
	defer func() { _ = conn.Close() }()
	kept := &keptTicket{}
	config := clientConfig(s.to.Name, tls.VersionTLS10, tls.VersionTLS12)
	config.ClientSessionCache = kept
	if config.ServerName == "" {
		config.ServerName = s.to.Addr.String() // without a name nothing is kept; addresses are not sent
	}
	if tls.Client(conn, config).HandshakeContext(ctx) != nil {
		return nil
	}
	return kept.ticket
}

// keptTicket keeps the ticket of one handshake.
type keptTicket struct{ ticket []byte }

var _ tls.ClientSessionCache = (*keptTicket)(nil)

// Get never has one.
func (*keptTicket) Get(string) (*tls.ClientSessionState, bool) { return nil, false }

// Put implements [tls.ClientSessionCache].
func (k *keptTicket) Put(_ string, state *tls.ClientSessionState) {
	if state == nil {
		return
	}
	if ticket, _, err := state.ResumptionState(); err == nil {
		k.ticket = ticket
	}
}
