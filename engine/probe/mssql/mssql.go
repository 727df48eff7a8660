// Package mssql sends the first packet of a login to Microsoft SQL Server, to which it
// answers with its version and whether it encrypts, and looks at its certificate. Begin
// with [Probe].
//
// It never gets as far as the login itself, and does not ask the SQL Server Browser.
package mssql

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "mssql" of a response.
type Block struct {
	Banner      string `json:"banner"`            // the answer as it came
	Version     string `json:"version"`           // "15.0.2000"
	Release     string `json:"release,omitempty"` // "2019"
	Encryption  string `json:"encryption"`        // "off", "on", "not supported", "required"
	StartTLS    bool   `json:"starttls"`          // the login at least can be encrypted
	TLSRequired bool   `json:"tls_required"`      // everything is
}

// Probe speaks to SQL Server. The zero Probe speaks no TLS.
type Probe struct {
	secure  probe.Handshake
	upgrade probe.Upgrade
}

var _ probe.Inner = Probe{}

// New makes the probe with ways to speak TLS, at once (TDS 8.0) and within packets.
func New(secure probe.Handshake, upgrade probe.Upgrade) Probe {
	return Probe{secure: secure, upgrade: upgrade}
}

// Name is "mssql".
func (Probe) Name() string { return "mssql" }

// Ports are the server's, of the default instance and one hidden from the browser.
func (Probe) Ports() []uint16 { return []uint16{1433, 2433, 1434} }

// Run sends PRELOGIN.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return p.run(ctx, d, to, nil)
}

// RunTLS is Run inside TLS, which is how TDS 8.0 begins.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return p.run(ctx, d, to, p.secure)
}

func (p Probe) run(ctx context.Context, d probe.Dialer, to engine.Endpoint, secure probe.Handshake) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		if _, err := conn.Write(packet(typePrelogin, prelogin())); err != nil {
			return probe.Failed(fmt.Errorf("send PRELOGIN: %w", err))
		}
		block, err := ReadPrelogin(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("read PRELOGIN: %w", err))
		}
		r := probe.NewResponse(conn, to, "mssql")
		r.Blocks["mssql"], r.Tags = block, []engine.Tag{block.tag()}
		if block.StartTLS && secure == nil && p.upgrade != nil {
			if session, err := p.upgrade(ctx, &wrapped{Conn: conn}, to); err == nil {
				session.Describe(&r)
			}
		}
		return probe.Found(r)
	})
}

// releases are the products by the first two numbers of the version (Microsoft, "Latest
// updates and version history for SQL Server").
func releases() map[string]string {
	return map[string]string{
		"7.0": "7.0", "8.0": "2000", "9.0": "2005", "10.0": "2008", "10.50": "2008 R2", "11.0": "2012", "12.0": "2014",
		"13.0": "2016", "14.0": "2017", "15.0": "2019", "16.0": "2022", "17.0": "2025",
	}
}

// tag has the number of the build for its version. CPE names go by the release; "R2" is
// an update of it.
func (b *Block) tag() engine.Tag {
	release, update, _ := strings.Cut(b.Release, " ")
	product := probe.Product{Name: "mssql", FullName: "Microsoft SQL Server", Category: "Databases", Vendor: "microsoft", CPE: "sql_server"}
	tag := product.Tag(release)
	if update != "" {
		tag.CPE[0] = strings.Replace(tag.CPE[0], release+":*", release+":"+strings.ToLower(update), 1)
	}
	tag.Version = b.Version
	return tag
}
