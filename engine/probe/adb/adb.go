// Package adb greets the debugger of Android devices, to learn whether it serves anybody
// who connects. Begin with [Probe].
//
// It opens no stream: no command is run, no file is read, no key is shown to the user.
package adb

import (
	"context"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "adb" of a response.
type Block struct {
	Banner       string   `json:"banner"`        // "device::ro.product.name=…"
	AuthRequired bool     `json:"auth_required"` // it wants a key its user has agreed to
	TLS          bool     `json:"starttls"`      // it wants to go on in TLS, with such a key
	NoAuth       bool     `json:"no_auth"`       // it serves anybody
	State        string   `json:"state,omitempty"`
	Product      string   `json:"product_name,omitempty"`
	Model        string   `json:"model,omitempty"`
	Device       string   `json:"device,omitempty"`
	Features     []string `json:"features"`
}

// Probe speaks to devices.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "adb".
func (Probe) Name() string { return "adb" }

// Ports is what the device's manual says.
func (Probe) Ports() []uint16 { return []uint16{5555} }

// Run greets.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	var block *Block
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) (err error) {
		if _, err := conn.Write(connect()); err != nil {
			return err
		}
		block, err = ReadAnswer(conn)
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "adb")
	r.Blocks["adb"] = block
	r.Tags = []engine.Tag{probe.Product{Name: "android", FullName: "Android", Category: "Operating systems"}.Tag("")}
	return probe.Found(r)
}
