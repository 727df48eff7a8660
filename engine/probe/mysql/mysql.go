// Package mysql reads the greeting of MySQL, MariaDB and what else speaks their
// protocol, and looks at the certificate of servers that offer TLS. Begin with [Probe].
//
// It never logs in: no user name leaves it, and nothing is sent to a server without TLS.
package mysql

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "mysql" of a response.
type Block struct {
	Banner       string `json:"banner"`            // the greeting as it came
	Version      string `json:"version,omitempty"` // as the server writes it: "8.0.36-0ubuntu0.22.04.1"
	Protocol     int    `json:"protocol_version,omitempty"`
	AuthPlugin   string `json:"auth_plugin_name,omitempty"`
	CharacterSet int    `json:"character_set,omitempty"`
	Status       int    `json:"status_flags,omitempty"`
	Capabilities int    `json:"capability_flags,omitempty"`
	StartTLS     bool   `json:"starttls"`

	// Only of servers that turn strangers away.
	ErrorCode    int    `json:"error_code,omitempty"`
	ErrorID      string `json:"error_id,omitempty"` // "ER_HOST_NOT_PRIVILEGED"
	ErrorMessage string `json:"error_message,omitempty"`
}

// Probe reads greetings of MySQL. The zero Probe looks at no certificate.
type Probe struct {
	upgrade probe.Upgrade
}

var (
	_ probe.Probe   = Probe{}
	_ probe.Greeter = Probe{}
)

// New makes the probe with a way to speak TLS after the greeting.
func New(upgrade probe.Upgrade) Probe { return Probe{upgrade: upgrade} }

// Name is "mysql".
func (Probe) Name() string { return "mysql" }

// Ports are the server's, its neighbours', and ProxySQL's.
func (Probe) Ports() []uint16 { return []uint16{3306, 3307, 3308, 4000, 6033, 33306} }

// Greets reports whether a greeting is a whole first packet of a server.
func (Probe) Greets(greeting []byte) bool {
	_, err := ReadGreeting(greeting)
	return err == nil
}

// Run reads the greeting and asks for TLS.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result {
		packet, err := readPacket(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("read greeting: %w", err))
		}
		block, err := ReadGreeting(packet)
		if err != nil {
			return probe.Failed(err)
		}
		r := probe.NewResponse(conn, to, "mysql")
		r.Blocks["mysql"], r.Tags = block, block.tags()
		if block.StartTLS && p.upgrade != nil {
			p.describe(ctx, conn, to, &r)
		}
		return probe.Found(r)
	})
}

// describe looks at the certificate. A server that offers TLS and then cannot speak
// it is described without.
func (p Probe) describe(ctx context.Context, conn net.Conn, to engine.Endpoint, r *engine.Response) {
	if _, err := conn.Write(requestTLS()); err != nil {
		return
	}
	session, err := p.upgrade(ctx, conn, to)
	if err != nil {
		return
	}
	session.Describe(r)
}

// requestTLS is Protocol::SSLRequest: what a login begins with, cut off before the user.
func requestTLS() []byte {
	const size, sequence, utf8mb4 = 32, 1, 45
	packet := make([]byte, packetHead+size)
	packet[0], packet[3] = size, sequence
	binary.LittleEndian.PutUint32(packet[4:], clientProtocol41|clientSSL|clientSecureConnection|clientPluginAuth)
	binary.LittleEndian.PutUint32(packet[8:], 1<<24) // largest packet
	packet[12] = utf8mb4
	return packet
}
