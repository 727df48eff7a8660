package probe

import (
	"context"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Upgrading is what the probes of protocols have in common that begin in the clear and
// go on inside TLS when they are asked to: IMAP, POP3, NNTP, SMTP. A probe embeds it.
type Upgrading struct {
	Secure  Handshake // inside TLS from the first byte
	Upgrade Upgrade   // TLS from now on
	Survey  Survey    // looks closer at what an upgrade has come to; may be nil

	// Talk learns all it can over one connection.
	Talk func(ctx context.Context, conn net.Conn, to engine.Endpoint) Result
	// Ask speaks to a server up to where the handshake of an upgrade may begin.
	Ask func(conn net.Conn) error
}

// Run speaks in the clear, and inside TLS from where the server offers it.
func (u Upgrading) Run(ctx context.Context, d Dialer, to engine.Endpoint) Result {
	result := Visit(ctx, d, to, nil, func(conn net.Conn) Result { return u.Talk(ctx, conn, to) })
	return u.Survey.Upgraded(ctx, d, to, u.Ask, result)
}

// RunTLS speaks inside TLS.
func (u Upgrading) RunTLS(ctx context.Context, d Dialer, to engine.Endpoint) Result {
	return Visit(ctx, d, to, u.Secure, func(conn net.Conn) Result { return u.Talk(ctx, conn, to) })
}

// Conversation is one connection of such a protocol, after the greeting.
type Conversation struct {
	Base     string                                  // protocol: "imap"
	Offers   bool                                    // the server offers TLS
	Agrees   func() bool                             // asks for TLS; false if the server does not want to
	Inside   func(session Session)                   // learns the rest, where it is a session
	Describe func(r engine.Response) engine.Response // adds the block
}

// Converse upgrades a connection where that is offered, and gives what was learnt. The
// session ends with the connection below it.
func (c Conversation) Converse(ctx context.Context, upgrade Upgrade, conn net.Conn, to engine.Endpoint) Result {
	if c.Offers && c.Agrees() {
		if session, err := upgrade(ctx, conn, to); err == nil {
			c.Inside(session)
			return Found(c.Describe(NewUpgradedResponse(session, to, c.Base)))
		}
	}
	if _, inside := conn.(Session); !inside {
		to.Name = "" // addresses are asked, not names: the protocol carries none
	}
	return Found(c.Describe(NewResponse(conn, to, c.Base)))
}
