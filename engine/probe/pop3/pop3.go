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

// Name is "pop3".
func (Probe) Name() string { return "pop3" }

// Ports are those of POP3, and of POP3 inside TLS.
func (Probe) Ports() []uint16 { return []uint16{110, 995} }

// Greets finds a status of success (RFC 1939 section 3).
func (Probe) Greets(greeting []byte) bool { return bytes.HasPrefix(greeting, []byte("+OK")) }

// talk learns all it can over one connection.
func (p Probe) talk(ctx context.Context, conn net.Conn, to engine.Endpoint) probe.Result {
	d := probe.NewDialogue(conn)
	block, err := meet(d)
	if err != nil {
		return probe.Failed(fmt.Errorf("read greeting: %w", err))
	}
	_, inside := conn.(probe.Session)
	block.judge(inside)
	return probe.Conversation{
		Base: "pop3", Offers: block.StartTLS,
		Agrees: func() bool { return startTLS(d) == nil },
		Inside: func(session probe.Session) {
			block.CapabilitiesTLS, _ = capabilities(probe.NewDialogue(session)) // what is not told stays unknown
		},
		Describe: func(r engine.Response) engine.Response { return described(r, block) },
	}.Converse(ctx, p.Upgrade, conn, to)
}

// startTLS asks for TLS (RFC 2595 section 4).
func startTLS(d *probe.Dialogue) error {
	if status, err := ask(d, "STLS"); err != nil || !isOK(status) {
		return errors.Join(errNotPOP3, err)
	}
	return nil
}

// begin speaks up to where the handshake may begin.
func begin(conn net.Conn) error {
	d := probe.NewDialogue(conn)
	if _, err := d.Line(); err != nil {
		return err
	}
	return startTLS(d)
}

func described(r engine.Response, block *Block) engine.Response {
	r.Blocks["pop3"] = block
	r.Tags = probe.MailServers(block.Banner + "\n" + block.Implementation)
	return r
}
