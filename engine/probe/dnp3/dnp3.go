// Package dnp3 asks outstations of power and water utilities whether they are there, at
// the link layer of DNP3 (IEEE 1815 clause 9). Begin with [Probe].
//
// It sends nothing above the link layer: no point is read or operated.
package dnp3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "dnp3" of a response.
type Block struct {
	Banner      string `json:"banner"`      // what the frame says, in words
	Source      int    `json:"source"`      // address of the outstation
	Destination int    `json:"destination"` // ours, as it answers
	Function    int    `json:"function"`    // 11 is the status of the link
}

// Probe speaks to outstations.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "dnp3".
func (Probe) Name() string { return "dnp3" }

// Ports is IANA's.
func (Probe) Ports() []uint16 { return []uint16{20000} }

// Run asks a range of addresses in one write; an outstation answers to its own.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries its own
	var block *Block
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) error {
		if _, err := conn.Write(requests()); err != nil {
			return fmt.Errorf("ask for the link: %w", err)
		}
		head := make([]byte, headSize)
		if _, err := io.ReadFull(conn, head); err != nil {
			return fmt.Errorf("read the answer: %w", err)
		}
		block = ParseFrame(head)
		if block == nil {
			return fmt.Errorf("%w: %x", errNotDNP3, head)
		}
		return nil
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "dnp3")
	r.Blocks["dnp3"] = block
	return probe.Found(r)
}

var errNotDNP3 = errors.New("not an outstation of DNP3")
