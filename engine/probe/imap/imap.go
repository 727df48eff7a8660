// Package imap speaks IMAP4 to mail servers before anybody logs in: what they are
// able to do, whether passwords may cross the network in the clear, and what is
// inside TLS, from the start or by STARTTLS. Begin with [New].
//
// It never logs in and opens no mailbox.
package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "imap" of a response.
type Block struct {
	Banner          string   `json:"banner"`           // greeting
	Capabilities    []string `json:"capabilities"`     // before STARTTLS, in the server's order
	CapabilitiesTLS []string `json:"capabilities_tls"` // after it; empty without it
	StartTLS        bool     `json:"starttls"`         // offered in the clear
	LoginDisabled   bool     `json:"login_disabled"`   // LOGIN is refused in the clear
	Auth            []string `json:"auth"`             // mechanisms offered before STARTTLS: "PLAIN"
	CleartextAuth   bool     `json:"cleartext_auth"`   // a password may cross the network in the clear
	PreAuth         bool     `json:"preauth"`          // no login is asked for at all
	ID              string   `json:"id,omitempty"`     // what the server calls itself (RFC 2971)
}

// Probe speaks to IMAP servers.
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

// Name is "imap".
func (Probe) Name() string { return "imap" }

// Ports are those of IMAP, and of IMAP inside TLS.
func (Probe) Ports() []uint16 { return []uint16{143, 993, 220} }

// Greets finds a status (RFC 9051 section 7.1): a word of the protocol must come
// with a farewell, because a star begins a line of other protocols, too.
func (Probe) Greets(greeting []byte) bool {
	return bytes.HasPrefix(greeting, []byte("* OK")) || bytes.HasPrefix(greeting, []byte("* PREAUTH")) || farewell().Match(greeting)
}

var farewell = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^\* BYE [^\n]*\b(imap|autologout)`) })

// talk learns all it can over one connection.
func (p Probe) talk(ctx context.Context, conn net.Conn, to engine.Endpoint) probe.Result {
	d := dialogue{Dialogue: probe.NewDialogue(conn)}
	block, err := d.meet()
	if err != nil {
		return probe.Failed(fmt.Errorf("read greeting: %w", err))
	}
	_, inside := conn.(probe.Session)
	block.judge(inside)
	return probe.Conversation{
		Base: "imap", Offers: block.StartTLS,
		Agrees: func() bool { return d.startTLS() == nil },
		Inside: func(session probe.Session) {
			inside := dialogue{Dialogue: probe.NewDialogue(session), asked: d.asked}
			inside.learn(&block.CapabilitiesTLS, block)
		},
		Describe: func(r engine.Response) engine.Response { return described(r, block) },
	}.Converse(ctx, p.Upgrade, conn, to)
}

// startTLS asks for TLS.
func (d *dialogue) startTLS() error {
	if status, _, err := d.ask("STARTTLS"); err != nil || status != "OK" {
		return errors.Join(errNotIMAP, err)
	}
	return nil
}

// begin speaks up to where the handshake may begin.
func begin(conn net.Conn) error {
	d := dialogue{Dialogue: probe.NewDialogue(conn)}
	if _, err := d.Line(); err != nil {
		return err
	}
	return d.startTLS()
}

func described(r engine.Response, block *Block) engine.Response {
	r.Blocks["imap"] = block
	r.Tags = probe.MailServers(block.Banner + "\n" + block.ID)
	return r
}
