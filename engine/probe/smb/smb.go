// Package smb negotiates with file servers of Windows and Samba ([MS-SMB2], [MS-CIFS]), to
// learn the dialect, whether messages have to be signed, whether the first version of the
// protocol is still accepted, and the host's names. Begin with [Probe].
//
// It asks for the challenge of a login and does not answer it: nobody is logged in, no
// share is opened, no failed login is counted.
package smb

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/ntlm"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// sessionPort is where SMB lives inside a NetBIOS session (RFC 1002 section 4.3).
const sessionPort = 139

// Block is the member "smb" of a response.
type Block struct {
	Banner          string          `json:"banner"`                // the host's name, if told
	SMBv1           bool            `json:"smbv1_support"`         // an offer of version 1 alone is accepted
	SMBv1Dialect    string          `json:"smbv1_dialect"`         // "NT LM 0.12"
	Dialect         string          `json:"dialect,omitempty"`     // newest: "3.1.1"; empty when only version 1 is spoken
	SigningEnabled  bool            `json:"signing_enabled"`       // messages may be signed
	SigningRequired bool            `json:"signing_required"`      // messages must be signed
	GUID            string          `json:"server_guid,omitempty"` // of the server
	SystemTime      string          `json:"system_time,omitempty"`
	StartTime       string          `json:"start_time,omitempty"` // of the server; most do not tell any more
	Capabilities    []string        `json:"capabilities"`
	Cipher          string          `json:"cipher,omitempty"` // of encryption in 3.1.1
	NTLM            *ntlm.Challenge `json:"ntlm,omitempty"`
}

// Probe speaks to file servers.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "smb".
func (Probe) Name() string { return "smb" }

// Ports are the protocol's own and that of NetBIOS sessions.
func (Probe) Ports() []uint16 { return []uint16{445, sessionPort} }

// Run negotiates the versions of today, and on a connection of its own the first alone: a
// server that is offered both takes the newer.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none that matters
	block := &Block{Capabilities: []string{}}
	var old *Old
	var both sync.WaitGroup
	both.Go(func() {
		_ = converse(ctx, d, to, func(conn net.Conn) (err error) { // most servers hang up
			old, err = negotiateOld(conn)
			return err
		})
	})
	err := converse(ctx, d, to, block.negotiate)
	both.Wait()
	if err != nil && old == nil {
		return probe.Failed(err)
	}
	block.learnOld(old)
	r := probe.NewResponse(nil, to, "smb")
	r.Blocks["smb"] = block
	r.Tags = block.tags()
	return probe.Found(r)
}

// converse begins a NetBIOS session where the port wants one.
func converse(ctx context.Context, d probe.Dialer, to engine.Endpoint, talk func(net.Conn) error) error {
	return probe.ConverseTCP(ctx, d, to, func(conn net.Conn) error {
		if to.Port == sessionPort {
			if err := call(conn); err != nil {
				return fmt.Errorf("begin a session: %w", err)
			}
		}
		return talk(conn)
	})
}

// tags names Samba, whose NTLM version is that of Windows 7 without a build, and Windows.
func (b *Block) tags() []engine.Tag {
	const samba = "6.1.0"
	switch {
	case b.NTLM == nil || b.NTLM.Version == "":
		return nil
	case b.NTLM.Version == samba:
		return []engine.Tag{probe.Product{Name: "samba", FullName: "Samba", Category: "File servers", Vendor: "samba", CPE: "samba"}.Tag("")}
	}
	return []engine.Tag{probe.Product{Name: "windows", FullName: "Microsoft Windows", Category: "Operating systems"}.Tag(b.NTLM.Version)}
}
