// Package tftp asks a server of the Trivial File Transfer Protocol (RFC 1350) for a file
// that nobody has. Begin with [Probe].
//
// It reads and writes no file: a transfer that a server begins nevertheless is ended.
package tftp

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// The packets (RFC 1350 section 5, RFC 2347 section 3).
const (
	opRead  = 1
	opData  = 3
	opError = 5
	opACK   = 6 // of options
)

// Block is the member "tftp" of a response.
type Block struct {
	Banner       string `json:"banner"`                  // what the server said, in a line
	ErrorCode    int    `json:"error_code"`              // 1 is "file not found"; 0 too if it gave data
	ErrorMessage string `json:"error_message,omitempty"` //
	Serves       bool   `json:"serves"`                  // it began to send something under a name that nobody has
}

// Probe speaks to TFTP servers.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "tftp".
func (Probe) Name() string { return "tftp" }

// Ports are none: the protocol lives on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts is IANA's.
func (Probe) UDPPorts() []uint16 { return []uint16{69} }

// Payload asks for a file that nobody has.
func (Probe) Payload() []byte {
	request := append(binary.BigEndian.AppendUint16(nil, opRead), "portolan.invalid"...)
	return append(append(append(request, 0), "octet"...), 0)
}

// Run asks for the file. The answer comes from a port that the server has chosen for it
// (section 4), which a dialer lets through.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	var block *Block
	err := probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error {
		_, err := probe.Ask(conn, p.Payload(), func(data []byte) bool {
			block = ParseAnswer(data)
			return block != nil
		})
		if err == nil && block.Serves {
			_, _ = conn.Write(farewell()) // else it sends the same again for a while
		}
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "tftp")
	r.Blocks["tftp"] = block
	return probe.Found(r)
}

// farewell ends a transfer (section 7).
func farewell() []byte {
	return append(binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, opError), 0), 0)
}

// maxErrorCode is the highest that is defined (RFC 2347 section 3).
const maxErrorCode = 8

// ParseAnswer reads an error, or the beginning of a file; nil if it is neither.
func ParseAnswer(data []byte) *Block {
	const head = 4 // opcode, and a code or the number of a block
	if len(data) < 2 {
		return nil
	}
	switch op := binary.BigEndian.Uint16(data); {
	case op == opACK && bytes.HasSuffix(data, []byte{0}):
		return &Block{Banner: "options are acknowledged", Serves: true}
	case op == opData && len(data) >= head && binary.BigEndian.Uint16(data[2:]) == 1 && len(data) <= head+512:
		return &Block{Banner: fmt.Sprintf("%d bytes of data", len(data)-head), Serves: true}
	case op == opError && len(data) > head && data[len(data)-1] == 0:
		code := int(binary.BigEndian.Uint16(data[2:]))
		message := data[head : len(data)-1]
		if code > maxErrorCode || bytes.IndexByte(message, 0) >= 0 {
			return nil
		}
		b := &Block{ErrorCode: code, ErrorMessage: probe.Text(message)}
		b.Banner = fmt.Sprintf("error %d %s", code, b.ErrorMessage)
		return b
	}
	return nil
}
