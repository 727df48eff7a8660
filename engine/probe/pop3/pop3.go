// Package pop3 speaks POP3 to mail servers before anybody logs in: what they are
// able to do, whether passwords may cross the network in the clear, and what is
// inside TLS, from the start or by STLS. Begin with [New].
//
// It never logs in and opens no mailbox.
package pop3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "pop3" of a response.
type Block struct {
	Banner          string   `json:"banner"`                   // greeting
	Capabilities    []string `json:"capabilities"`             // before STLS, in the server's order
	CapabilitiesTLS []string `json:"capabilities_tls"`         // after it; empty without it
	StartTLS        bool     `json:"starttls"`                 // offered in the clear
	Auth            []string `json:"auth"`                     // SASL mechanisms offered before STLS
	CleartextAuth   bool     `json:"cleartext_auth"`           // a password may cross the network in the clear
	APOP            bool     `json:"apop"`                     // logs in by the MD5 of a password (RFC 1939 section 7)
	Implementation  string   `json:"implementation,omitempty"` // what the server calls itself (RFC 2449 section 6.9)
}

// Probe speaks to POP3 servers.
type Probe struct {
	secure  probe.Handshake
	upgrade probe.Upgrade
	survey  probe.Survey
}

var (
	_ probe.Inner   = Probe{}
	_ probe.Greeter = Probe{}
)

// New makes the probe with the ways to speak TLS, and one to look closer at it, which may be nil.
func New(secure probe.Handshake, upgrade probe.Upgrade, survey probe.Survey) Probe {
	return Probe{secure: secure, upgrade: upgrade, survey: survey}
}

// Name is "pop3".
func (Probe) Name() string { return "pop3" }

// Ports are those of POP3, and of POP3 inside TLS.
func (Probe) Ports() []uint16 { return []uint16{110, 995} }

// Greets finds a status of success (RFC 1939 section 3).
func (Probe) Greets(greeting []byte) bool { return bytes.HasPrefix(greeting, []byte("+OK")) }

// Run speaks POP3 in the clear, and inside TLS from where the server offers it.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	result := probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result { return p.talk(ctx, conn, to) })
	return p.survey.Upgraded(ctx, d, to, begin, result)
}

// RunTLS speaks POP3 inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, p.secure, func(conn net.Conn) probe.Result { return p.talk(ctx, conn, to) })
}

func (p Probe) talk(ctx context.Context, conn net.Conn, to engine.Endpoint) probe.Result {
	d := probe.NewDialogue(conn)
	block, err := meet(d)
	if err != nil {
		return probe.Failed(fmt.Errorf("read greeting: %w", err))
	}
	_, inside := conn.(probe.Session)
	block.judge(inside)
	if block.StartTLS {
		if session := p.startTLS(ctx, d, conn, to, block); session != nil {
			return probe.Found(described(probe.NewUpgradedResponse(session, to, "pop3"), block))
		}
	}
	if !inside {
		to.Name = "" // addresses are asked, not names: the protocol carries none
	}
	return probe.Found(described(probe.NewResponse(conn, to, "pop3"), block))
}

// startTLS asks for TLS (RFC 2595 section 4) and learns the rest inside; nil if it
// comes to nothing. The session ends with the connection below it.
func (p Probe) startTLS(ctx context.Context, d *probe.Dialogue, conn net.Conn, to engine.Endpoint, block *Block) probe.Session {
	if status, err := ask(d, "STLS"); err != nil || !isOK(status) {
		return nil
	}
	session, err := p.upgrade(ctx, conn, to)
	if err != nil {
		return nil
	}
	block.CapabilitiesTLS, _ = capabilities(probe.NewDialogue(session)) // what is not told stays unknown
	return session
}

// begin speaks up to where the handshake may begin.
func begin(conn net.Conn) error {
	d := probe.NewDialogue(conn)
	if _, err := d.Line(); err != nil {
		return err
	}
	if status, err := ask(d, "STLS"); err != nil || !isOK(status) {
		return errors.Join(errNotPOP3, err)
	}
	return nil
}

func described(r engine.Response, block *Block) engine.Response {
	r.Blocks["pop3"] = block
	r.Tags = probe.MailServers(block.Banner + "\n" + block.Implementation)
	return r
}
