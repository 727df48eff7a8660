// Package ftp speaks FTP to file servers: what they are able to do, whether
// anybody may come in, whether passwords may cross the network in the clear, and
// what is inside TLS, from the start or by AUTH TLS. Begin with [New].
//
// It logs in as "anonymous" and as nobody else, which RFC 1635 invites everybody
// to; it opens no data connection and neither lists nor fetches nor stores.
package ftp

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "ftp" of a response.
type Block struct {
	Banner        string   `json:"banner"`             // greeting
	Features      []string `json:"features"`           // answer to FEAT (RFC 2389), before AUTH TLS
	AuthTLS       string   `json:"auth_tls,omitempty"` // answer to AUTH TLS (RFC 4217), in the clear only
	StartTLS      bool     `json:"starttls"`           // agrees to TLS
	Anonymous     bool     `json:"anonymous"`          // lets in anybody (RFC 1635)
	Login         string   `json:"anonymous_response"` // last answer to the anonymous login
	CleartextAuth bool     `json:"cleartext_auth"`     // asks for a password in the clear
	Rejected      bool     `json:"rejected"`           // greets by saying that it does not talk to us
}

// Probe speaks to FTP servers.
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

// Name is "ftp".
func (Probe) Name() string { return "ftp" }

// Ports are the usual ones; 990 has FTP inside TLS.
func (Probe) Ports() []uint16 { return []uint16{21, 990, 2121, 2100, 8021} }

// Greets finds 220, which SMTP says as well: the answer to FEAT will tell. Of a
// server that turns us away nothing else will be heard.
func (Probe) Greets(greeting []byte) bool {
	return isWelcome().Match(greeting) || isRejection().Match(greeting)
}

// Run speaks FTP in the clear, and inside TLS from where the server agrees to it.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	result := p.visit(ctx, to, func() (net.Conn, error) {
		conn, err := d.Dial(ctx, to)
		if err != nil {
			return nil, fmt.Errorf("connect: %w", err)
		}
		return conn, nil
	})
	return p.survey.Upgraded(ctx, d, to, begin, result)
}

// RunTLS speaks FTP inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return p.visit(ctx, to, func() (net.Conn, error) { return p.secure(ctx, d, to) })
}

// visit learns all it can over one connection; where that has become TLS, another
// one is needed to see whether a login works without.
func (p Probe) visit(ctx context.Context, to engine.Endpoint, dial func() (net.Conn, error)) probe.Result {
	conn, err := dial()
	if err != nil {
		return probe.Failed(err)
	}
	defer func() { _ = conn.Close() }()
	d := dialogue{probe.NewDialogue(conn)}
	block, err := d.meet()
	if err != nil {
		return probe.Failed(err)
	}
	_, inside := conn.(probe.Session)
	if session := p.authTLS(ctx, d, conn, to, block); session != nil {
		again(dial, block)
		return probe.Found(described(probe.NewUpgradedResponse(session, to, "ftp"), block))
	}
	if err := d.login(block, inside); err != nil && !isNamed(block.Banner) && len(block.Features) == 0 {
		return probe.Failed(err)
	}
	if !inside {
		to.Name = "" // addresses are asked, not names: the protocol carries none
	}
	return probe.Found(described(probe.NewResponse(conn, to, "ftp"), block))
}

// authTLS asks for TLS; nil if there will be none. The session ends with the
// connection below it.
func (p Probe) authTLS(ctx context.Context, d dialogue, conn net.Conn, to engine.Endpoint, block *Block) probe.Session {
	if _, inside := conn.(probe.Session); inside || block.Rejected {
		return nil
	}
	reply, err := d.Ask("AUTH TLS")
	block.AuthTLS = reply.Raw
	if err != nil || reply.Code != authAccepted {
		return nil
	}
	session, err := p.upgrade(ctx, conn, to)
	if err != nil {
		return nil
	}
	block.StartTLS = true
	return session
}

// again tries the login on a connection without TLS. What it does not tell stays unknown.
func again(dial func() (net.Conn, error), block *Block) {
	conn, err := dial()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	d := dialogue{probe.NewDialogue(conn)}
	if _, err := d.greeting(); err == nil {
		_ = d.login(block, false) // what it is, it has said on the first connection
	}
}

// begin speaks up to where the handshake may begin.
func begin(conn net.Conn) error {
	d := dialogue{probe.NewDialogue(conn)}
	if _, err := d.greeting(); err != nil {
		return err
	}
	if reply, err := d.Ask("AUTH TLS"); err != nil || reply.Code != authAccepted {
		return errors.Join(errNotFTP, err)
	}
	return nil
}

func described(r engine.Response, block *Block) engine.Response {
	r.Blocks["ftp"] = block
	r.Tags = probe.Find(products(), block.Banner)
	return r
}
