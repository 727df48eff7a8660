// Package bacnet asks controllers of buildings what they are, over BACnet/IP (ASHRAE
// 135, annex J). Begin with [Probe].
//
// It reads properties of the device object, one at a time, which every device has to
// support. Nothing is written and nobody else on the network is called.
package bacnet

import (
	"context"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "bacnet" of a response.
type Block struct {
	Banner      string `json:"banner"` // vendor, model and firmware
	Instance    int    `json:"instance_number"`
	ObjectName  string `json:"object_name,omitempty"`
	VendorID    int    `json:"vendor_id,omitempty"`
	Vendor      string `json:"vendor_name,omitempty"`
	Model       string `json:"model_name,omitempty"`
	Firmware    string `json:"firmware_revision,omitempty"`
	Application string `json:"application_software_revision,omitempty"`
	Description string `json:"description,omitempty"`
	Location    string `json:"location,omitempty"`
	Refused     string `json:"refusal,omitempty"` // it speaks the protocol and does not tell
}

// Probe speaks to controllers.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "bacnet".
func (Probe) Name() string { return "bacnet" }

// Ports are none: BACnet/IP lives on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts is IANA's, 0xBAC0.
func (Probe) UDPPorts() []uint16 { return []uint16{47808} }

// Payload asks for the device's number.
func (Probe) Payload() []byte { return readProperty(1, anyInstance, objectIdentifier) }

// Run asks for the device's number, then for its other properties.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	block := &Block{}
	err := probe.ConverseUDP(ctx, d, to, block.interview)
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "bacnet")
	r.Blocks["bacnet"] = block
	return probe.Found(r)
}

func (b *Block) interview(conn net.Conn) error {
	first, err := read(conn, 1, anyInstance, objectIdentifier)
	if err != nil {
		return fmt.Errorf("ask for the device: %w", err)
	}
	if first.Refusal != "" {
		b.Refused, b.Banner = first.Refusal, first.Refusal
		return nil
	}
	b.Instance = int(first.Number & anyInstance)
	for i, p := range []struct {
		property byte
		text     *string
	}{
		{vendorName, &b.Vendor}, {modelName, &b.Model}, {firmwareRevision, &b.Firmware}, {applicationSoftware, &b.Application},
		{objectName, &b.ObjectName}, {description, &b.Description}, {location, &b.Location}, {vendorIdentifier, nil},
	} {
		value, err := read(conn, byte(i+2), uint32(b.Instance), p.property)
		switch {
		case err != nil:
			return nil //nolint:nilerr // what it has told is enough
		case p.text == nil:
			b.VendorID = int(value.Number)
		default:
			*p.text = value.Text
		}
	}
	b.Banner = join(b.Vendor, b.Model, b.Firmware)
	return nil
}

func read(conn net.Conn, invoke byte, instance uint32, property byte) (value Value, err error) {
	_, err = probe.Ask(conn, readProperty(invoke, instance, property), func(data []byte) bool {
		var fits bool
		value, fits = ParseAnswer(data, invoke, property)
		return fits
	})
	return value, err
}
