// Package netbios asks a host for its NetBIOS names (RFC 1002 section 4.2.17, NODE STATUS
// REQUEST): its name, its workgroup or domain and its hardware address. Begin with [Probe].
//
// It registers no name and resolves none.
package netbios

import (
	"context"
	"math/rand/v2"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "netbios" of a response.
type Block struct {
	Banner   string `json:"banner"` // the host's name
	Computer string `json:"computer,omitempty"`
	Group    string `json:"workgroup,omitempty"` // or domain
	MAC      string `json:"mac,omitempty"`       // Samba does not tell it
	Names    []Name `json:"names"`
}

// Name is a name the host has registered.
type Name struct {
	Name   string `json:"name"`
	Suffix int    `json:"suffix"` // what it stands for: 0x20 is a file server
	Group  bool   `json:"group"`  // shared with others
}

// Probe speaks to name services.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "netbios".
func (Probe) Name() string { return "netbios" }

// Ports are none: the name service lives on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts is IANA's.
func (Probe) UDPPorts() []uint16 { return []uint16{137} }

// Payload asks for the names.
func (Probe) Payload() []byte { return statusRequest(0x504f) }

// Run asks for the names.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: what it says of names is its own
	id := uint16(rand.Uint32())
	var block *Block
	err := probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error {
		_, err := probe.Ask(conn, statusRequest(id), func(data []byte) bool {
			block = ParseStatus(data, id)
			return block != nil
		})
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "netbios")
	r.Blocks["netbios"] = block
	return probe.Found(r)
}
