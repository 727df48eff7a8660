// Package x11 asks an X server for a connection, to learn whether it lets strangers
// see its screen and keyboard. Begin with [Probe].
//
// It sets up a connection without any authorisation and hangs up: no window is
// looked at, no request is made.
package x11

import (
	"context"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "x11" of a response.
type Block struct {
	Banner       string `json:"banner"`        // the vendor, or why we were refused
	Accepted     bool   `json:"accepted"`      // without authorisation
	AuthRequired bool   `json:"auth_required"` // refused, or asked to authenticate
	Reason       string `json:"reason,omitempty"`
	Major        int    `json:"major"`
	Minor        int    `json:"minor"`
	Vendor       string `json:"vendor,omitempty"`
	Release      int    `json:"release,omitempty"` // as the vendor counts: 12101007 is X.Org 21.1.7
	Screens      int    `json:"screens,omitempty"`
}

// Probe speaks to X servers.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "x11".
func (Probe) Name() string { return "x11" }

// Ports are 6000 plus the number of the display; ssh forwards from display 10 on.
func (Probe) Ports() []uint16 {
	return []uint16{6000, 6001, 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009, 6010}
}

// Run asks for a connection.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	var block *Block
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) (err error) {
		if _, err := conn.Write(setup()); err != nil {
			return err
		}
		block, err = ReadAnswer(conn)
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "x11")
	r.Blocks["x11"] = block
	r.Tags = tags(block)
	return probe.Found(r)
}

// setup is the client's first message (X protocol, "Connection Setup"): little-endian,
// version 11.0, neither name nor data of an authorisation.
func setup() []byte { return []byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0} }
