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
type Probe struct{ probe.Upgrading }

var (
	_ probe.Inner   = Probe{}
	_ probe.Greeter = Probe{}
)

// New makes the probe with the ways to speak TLS, and one to look closer at it, which may be nil.
func New(secure probe.Handshake, upgrade probe.Upgrade, survey probe.Survey) Probe {
	p := Probe{probe.Upgrading{Secure: secure, Upgrade: upgrade, Survey: survey, Ask: begin}}
	p.Talk = p.talk
	return p
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

// talk learns all it can over one connection.
func (p Probe) talk(ctx context.Context, conn net.Conn, to engine.Endpoint) probe.Result {
	d := probe.NewDialogue(conn)
	base, block, err := meet(d)
	if err != nil {
		return probe.Failed(err)
	}
	_, inside := conn.(probe.Session)
	block.judge(inside)
	if !block.StartTLS && base == "smtp" {
		block.tryRelay(d)
	}
	return probe.Conversation{
		Base: base, Offers: block.StartTLS,
		Agrees:   func() bool { return startTLS(d) == nil },
		Inside:   func(session probe.Session) { block.goOn(probe.NewDialogue(session), base) },
		Describe: func(r engine.Response) engine.Response { return described(r, base, block) },
	}.Converse(ctx, p.Upgrade, conn, to)
}

// goOn learns the rest inside TLS.
func (b *Block) goOn(d *probe.Dialogue, base string) {
	if reply, err := d.Ask(hello(base)); err == nil && reply.Code == completed {
		b.CapabilitiesTLS = reply.Lines[1:]
		if base == "smtp" {
			b.tryRelay(d)
		}
	}
}

// startTLS asks for TLS (RFC 3207).
func startTLS(d *probe.Dialogue) error {
	if reply, err := d.Ask("STARTTLS"); err != nil || reply.Code != ready {
		return errors.Join(errNotSMTP, err)
	}
	return nil
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
	return startTLS(d)
}

func described(r engine.Response, base string, block *Block) engine.Response {
	r.Blocks[base] = block
	r.Tags = probe.MailServers(block.Banner + "\n" + block.EHLO)
	return r
}
