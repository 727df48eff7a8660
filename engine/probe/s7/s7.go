// Package s7 asks Siemens controllers of the S7 family for their identification, over ISO
// transport on TCP (RFC 1006). Begin with [Probe].
//
// It reads two system status lists. No memory is read, nothing is written, started or
// stopped.
package s7

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "s7" of a response.
type Block struct {
	Banner       string `json:"banner"`             // module and firmware
	Slot         int    `json:"slot"`               // that answered, in rack 0
	Module       string `json:"module,omitempty"`   // order number: "6ES7 315-2EH14-0AB0"
	Hardware     string `json:"hardware,omitempty"` // order number of the basic hardware
	Firmware     string `json:"firmware,omitempty"` // "3.2.6"
	SystemName   string `json:"system_name,omitempty"`
	ModuleName   string `json:"module_name,omitempty"`
	PlantID      string `json:"plant_id,omitempty"`
	Copyright    string `json:"copyright,omitempty"`
	SerialNumber string `json:"serial_number,omitempty"`
	ModuleType   string `json:"module_type,omitempty"`
	Identified   bool   `json:"identified"` // it tells who it is without a password
}

// Probe speaks to controllers.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "s7".
func (Probe) Name() string { return "s7" }

// Ports is IANA's of ISO transport.
func (Probe) Ports() []uint16 { return []uint16{102} }

// Run connects to the processor in slot 2 (S7-300, S7-400), 0 (S7-1200) and 1 (S7-1500), each
// on a connection of its own, until one answers.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	var block *Block
	var err error
	for _, slot := range []byte{2, 0, 1} {
		block = &Block{Slot: int(slot)}
		err = probe.ConverseTCP(ctx, d, to, func(conn net.Conn) error { return block.interview(conn, slot) })
		if err == nil || !errors.Is(err, errRefused) {
			break
		}
	}
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "s7")
	r.Blocks["s7"] = block
	simatic := probe.Product{Name: "simatic-s7", FullName: "Siemens SIMATIC S7", Category: "Industrial control"}
	r.Tags = []engine.Tag{simatic.Tag(block.Firmware)}
	return probe.Found(r)
}

// interview connects, agrees on S7 communication, which is proof, and asks for the lists.
func (b *Block) interview(conn net.Conn, slot byte) error {
	if err := connect(conn, slot); err != nil {
		return fmt.Errorf("connect to slot %d: %w", slot, err)
	}
	if err := setup(conn); err != nil {
		return fmt.Errorf("set up communication: %w", err)
	}
	for _, list := range []uint16{moduleID, componentID} {
		answer, err := readList(conn, list)
		if err != nil {
			return nil //nolint:nilerr // what it has told is enough
		}
		b.learn(list, answer)
	}
	return nil
}
