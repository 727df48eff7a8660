// Package enip asks industrial devices for their identity over EtherNet/IP (CIP volume 2,
// section 2-4.2, ListIdentity). Begin with [Probe].
//
// It registers no session and reads no tag.
package enip

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "enip" of a response.
type Block struct {
	Banner      string `json:"banner"` // product and revision
	Vendor      int    `json:"vendor_id"`
	VendorName  string `json:"vendor_name,omitempty"`
	DeviceType  int    `json:"device_type"`
	ProductCode int    `json:"product_code"`
	Revision    string `json:"revision"`
	Status      int    `json:"status"`
	Serial      string `json:"serial_number"` // hexadecimal
	Product     string `json:"product_name"`
	Address     string `json:"address"` // its own, as it knows it
	State       int    `json:"state"`
}

// Probe speaks to devices.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "enip".
func (Probe) Name() string { return "enip" }

// Ports is IANA's.
func (Probe) Ports() []uint16 { return []uint16{44818} }

// UDPPorts is IANA's.
func (Probe) UDPPorts() []uint16 { return []uint16{44818} }

// Payload is the question itself.
func (Probe) Payload() []byte { return listIdentity(0x504f) }

// Run asks once.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	token := rand.Uint64()
	var block *Block
	err := probe.Converse(ctx, d, to, func(conn net.Conn) (err error) {
		if to.Transport == engine.UDP {
			_, err = probe.Ask(conn, listIdentity(token), func(data []byte) bool {
				block = parse(data, token)
				return block != nil
			})
			return err
		}
		block, err = overTCP(conn, token)
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "enip")
	r.Blocks["enip"] = block
	return probe.Found(r)
}

func overTCP(conn net.Conn, token uint64) (*Block, error) {
	if _, err := conn.Write(listIdentity(token)); err != nil {
		return nil, fmt.Errorf("ask for the identity: %w", err)
	}
	message, err := ReadMessage(conn)
	if err != nil {
		return nil, fmt.Errorf("read the identity: %w", err)
	}
	block := parse(message, token)
	if block == nil {
		return nil, fmt.Errorf("%w: it answers something else", errNotENIP)
	}
	return block, nil
}
