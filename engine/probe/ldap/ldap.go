// Package ldap asks a directory for its root entry (RFC 4512 section 5.1), which is
// public by design, and whether the entry below is as well, which is not. Begin with [New].
//
// It binds as nobody and searches single entries without their attributes: no password is
// tried, no tree is walked.
package ldap

import (
	"context"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "ldap" of a response.
type Block struct {
	Banner           string   `json:"banner"` // vendor and version, if told
	Vendor           string   `json:"vendor_name,omitempty"`
	VendorVersion    string   `json:"vendor_version,omitempty"`
	NamingContexts   []string `json:"naming_contexts"`
	DefaultContext   string   `json:"default_naming_context,omitempty"`
	Versions         []string `json:"supported_ldap_versions"`
	SASL             []string `json:"supported_sasl_mechanisms"`
	DNSHostName      string   `json:"dns_host_name,omitempty"` // Active Directory
	ServerName       string   `json:"server_name,omitempty"`   // Active Directory
	DomainLevel      string   `json:"domain_functionality,omitempty"`
	ResultCode       int      `json:"result_code"`       // of the search for the root entry
	RootDSE          bool     `json:"root_dse"`          // the root entry is readable
	Anonymous        bool     `json:"anonymous"`         // entries below are readable by anybody
	AnonymousContext string   `json:"anonymous_context"` // the entry that proves it
	StartTLS         bool     `json:"starttls"`          // offered, or in use
}

// Probe speaks to directories.
type Probe struct {
	secure  probe.Handshake
	upgrade probe.Upgrade
}

var _ probe.Inner = (*Probe)(nil)

// New makes the probe. secure opens connections that speak TLS, upgrade shakes hands where
// StartTLS is offered.
func New(secure probe.Handshake, upgrade probe.Upgrade) *Probe {
	return &Probe{secure: secure, upgrade: upgrade}
}

// Name is "ldap".
func (*Probe) Name() string { return "ldap" }

// Ports are IANA's, with TLS, and Microsoft's global catalogue without and with TLS.
func (*Probe) Ports() []uint16 { return []uint16{389, 636, 3268, 3269, 1389, 1636, 10389, 10636} }

// Run searches for the root entry in clear.
func (p *Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	if to.Transport != engine.TCP {
		return probe.Failed(probe.ErrTransport)
	}
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result { return p.speak(ctx, conn, to) })
}

// RunTLS is Run inside TLS.
func (p *Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, p.secure, func(conn net.Conn) probe.Result { return p.speak(ctx, conn, to) })
}

func (p *Probe) speak(ctx context.Context, conn net.Conn, to engine.Endpoint) probe.Result {
	root, err := search(conn, rootID, "", "*", "+")
	if err != nil {
		return probe.Failed(err)
	}
	block := newBlock(root)
	block.descend(conn)
	r := probe.NewResponse(conn, to, "ldap")
	if _, secured := conn.(probe.Session); !secured && block.StartTLS {
		p.describe(ctx, conn, to, &r)
	}
	r.Blocks["ldap"] = block
	r.Tags = block.tags()
	return probe.Found(r)
}

// describe looks at the certificate behind StartTLS.
func (p *Probe) describe(ctx context.Context, conn net.Conn, to engine.Endpoint, r *engine.Response) {
	if startTLS(conn) != nil {
		return
	}
	if session, err := p.upgrade(ctx, conn, to); err == nil { // the directory is known already
		session.Describe(r)
	}
}
