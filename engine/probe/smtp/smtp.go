// Package smtp speaks SMTP and LMTP to mail servers before anybody logs in: what
// they are able to do, whether passwords may cross the network in the clear, what is
// inside TLS, from the start or by STARTTLS, and whether they relay mail of strangers to
// strangers. Begin with [New].
//
// It never logs in and sends no mail: a sender and recipients are named and taken back
// before one begins.
package smtp

import (
	"context"
	"errors"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "smtp" or "lmtp" of a response.
type Block struct {
	Banner          string   `json:"banner"`                   // greeting
	EHLO            string   `json:"ehlo,omitempty"`           // the answer that lists the abilities, before STARTTLS
	Capabilities    []string `json:"capabilities"`             // before STARTTLS, in the server's order
	CapabilitiesTLS []string `json:"capabilities_tls"`         // after it; empty without it
	StartTLS        bool     `json:"starttls"`                 // offered in the clear
	Auth            []string `json:"auth"`                     // mechanisms offered before STARTTLS
	CleartextAuth   bool     `json:"cleartext_auth"`           // a password may cross the network in the clear
	Rejected        bool     `json:"rejected"`                 // greets by saying that it does not talk to us
	OpenRelay       bool     `json:"open_relay"`               // takes foreign recipients of a foreign sender
	Relay           string   `json:"relay_response,omitempty"` // to the last recipient; empty if no sender was taken
}

// Probe speaks to SMTP servers.
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

// Name is "smtp".
func (Probe) Name() string { return "smtp" }

// Ports are those of relays, of submission (RFC 6409), of submission inside TLS
// (RFC 8314), and what people choose instead; 24 is that of LMTP.
func (Probe) Ports() []uint16 { return []uint16{25, 587, 465, 2525, 24, 26, 1025} }

// Greets finds 220, which FTP says as well: the answer to EHLO will tell. Of a
// server that turns us away nothing else will be heard.
func (Probe) Greets(greeting []byte) bool {
	return isWelcome().Match(greeting) && !isFTP().Match(greeting) || isRejection().Match(greeting)
}

// Run speaks SMTP in the clear, and inside TLS from where the server offers it.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	result := probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result { return p.talk(ctx, conn, to) })
	return p.survey.Upgraded(ctx, d, to, begin, result)
}

// RunTLS speaks SMTP inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, p.secure, func(conn net.Conn) probe.Result { return p.talk(ctx, conn, to) })
}

func (p Probe) talk(ctx context.Context, conn net.Conn, to engine.Endpoint) probe.Result {
	d := probe.NewDialogue(conn)
	base, block, err := meet(d)
	if err != nil {
		return probe.Failed(err)
	}
	_, inside := conn.(probe.Session)
	block.judge(inside)
	if block.StartTLS {
		if session := p.startTLS(ctx, d, conn, to, base, block); session != nil {
			return probe.Found(described(probe.NewUpgradedResponse(session, to, base), base, block))
		}
	} else if base == "smtp" {
		block.tryRelay(d)
	}
	if !inside {
		to.Name = "" // addresses are asked, not names: the protocol carries none
	}
	return probe.Found(described(probe.NewResponse(conn, to, base), base, block))
}

// startTLS asks for TLS (RFC 3207) and learns the rest inside; nil if it comes to
// nothing. The session ends with the connection below it.
func (p Probe) startTLS(ctx context.Context, d *probe.Dialogue, conn net.Conn, to engine.Endpoint, base string, block *Block) probe.Session {
	if reply, err := d.Ask("STARTTLS"); err != nil || reply.Code != ready {
		return nil
	}
	session, err := p.upgrade(ctx, conn, to)
	if err != nil {
		return nil
	}
	d = probe.NewDialogue(session)
	if reply, err := d.Ask(hello(base)); err == nil && reply.Code == completed {
		block.CapabilitiesTLS = reply.Lines[1:]
		if base == "smtp" {
			block.tryRelay(d)
		}
	}
	return session
}

// begin speaks up to where the handshake may begin.
func begin(conn net.Conn) error {
	d := probe.NewDialogue(conn)
	if _, err := d.Reply(); err != nil {
		return err
	}
	if _, err := d.Ask(hello("smtp")); err != nil {
		return err
	}
	if reply, err := d.Ask("STARTTLS"); err != nil || reply.Code != ready {
		return errors.Join(errNotSMTP, err)
	}
	return nil
}

func described(r engine.Response, base string, block *Block) engine.Response {
	r.Blocks[base] = block
	r.Tags = probe.MailServers(block.Banner + "\n" + block.EHLO)
	return r
}
