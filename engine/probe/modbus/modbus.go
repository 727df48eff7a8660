// Package modbus asks controllers that speak Modbus/TCP for their identification (MODBUS
// Application Protocol V1.1b3 section 6.21). Begin with [Probe].
//
// It reads no register and no coil, and above all writes none.
package modbus

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// unitWait is how long a unit may take to answer before another is asked: a gateway
// passes the question on over a serial line.
const unitWait = 1500 * time.Millisecond

// Block is the member "modbus" of a response.
type Block struct {
	Banner        string `json:"banner"` // vendor, product and revision, or the exception
	UnitID        int    `json:"unit_id"`
	Vendor        string `json:"vendor_name,omitempty"`
	ProductCode   string `json:"product_code,omitempty"`
	Revision      string `json:"revision,omitempty"`
	VendorURL     string `json:"vendor_url,omitempty"`
	ProductName   string `json:"product_name,omitempty"`
	ModelName     string `json:"model_name,omitempty"`
	Conformity    int    `json:"conformity_level,omitempty"`
	ExceptionCode int    `json:"exception_code,omitempty"` // it does not tell
	Exception     string `json:"exception,omitempty"`
}

// Probe speaks to controllers.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "modbus".
func (Probe) Name() string { return "modbus" }

// Ports are IANA's and what simulators use.
func (Probe) Ports() []uint16 { return []uint16{502, 503, 5020, 1502} }

// Run asks units until one answers. An exception is an answer, too.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	var block *Block
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) (err error) {
		block, err = interview(conn)
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "modbus")
	r.Blocks["modbus"] = block
	return probe.Found(r)
}

// interview asks the units that devices answer as: 1 by habit, 255 for the device itself
// (MODBUS Messaging on TCP/IP V1.0b section 4.4.2.1), 0 for all.
func interview(conn net.Conn) (block *Block, err error) {
	for i, unit := range []byte{1, 0xff, 0} {
		var answer *Block
		answer, err = ask(conn, uint16(firstID+i), unit)
		switch {
		case err == nil && !answer.isElsewhere():
			return answer, nil
		case err == nil:
			block = answer
		case probe.OutcomeOf(err) != engine.Timeout:
			return block, ignoreWhen(block != nil, err)
		}
	}
	return block, ignoreWhen(block != nil, err)
}

func ignoreWhen(answered bool, err error) error {
	if answered {
		return nil
	}
	return err
}

func ask(conn net.Conn, id uint16, unit byte) (*Block, error) {
	if err := conn.SetDeadline(time.Now().Add(unitWait)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(request(id, unit)); err != nil {
		return nil, fmt.Errorf("ask unit %d: %w", unit, err)
	}
	block, err := ReadAnswer(conn, id, unit)
	if err != nil {
		return nil, fmt.Errorf("ask unit %d: %w", unit, err)
	}
	return block, nil
}

var errNotModbus = errors.New("not a Modbus device")
