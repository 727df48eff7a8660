// Package opcua says hello to servers of OPC Unified Architecture over TCP (OPC 10000-6
// section 7.1). Begin with [Probe].
//
// It opens no secure channel, so it does not learn which policies a server offers.
package opcua

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "opcua" of a response.
type Block struct {
	Banner         string `json:"banner"`           // "ACK", or the error
	Version        int    `json:"protocol_version"` // of the transport
	ReceiveBuffer  int    `json:"receive_buffer_size,omitempty"`
	SendBuffer     int    `json:"send_buffer_size,omitempty"`
	MaxMessageSize int    `json:"max_message_size,omitempty"`
	MaxChunkCount  int    `json:"max_chunk_count,omitempty"`
	Error          string `json:"error,omitempty"` // status code, hexadecimal
	Reason         string `json:"reason,omitempty"`
}

// Probe speaks to servers.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "opcua".
func (Probe) Name() string { return "opcua" }

// Ports are IANA's and the discovery server's neighbours.
func (Probe) Ports() []uint16 { return []uint16{4840, 4841, 48010, 48020, 62541} }

// Run says hello. An error message is an answer, too.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	var block *Block
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) (err error) {
		if _, err := conn.Write(hello("opc.tcp://" + to.HostPort())); err != nil {
			return fmt.Errorf("say hello: %w", err)
		}
		block, err = ReadAnswer(conn)
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "opcua")
	r.Blocks["opcua"] = block
	return probe.Found(r)
}

const (
	headSize   = 8 // kind 3, "F", length 4
	bufferSize = 65535
	maxMessage = 8 + 8 + 4096 // an error's reason is at most 4,096 bytes (section 7.1.2.5)
)

var errNotOPCUA = errors.New("not a server of OPC UA")

// hello is a Hello message (section 7.1.2.3): version 0, sizes, no limits, the address.
func hello(url string) []byte {
	var body []byte
	for _, n := range []uint32{0, bufferSize, bufferSize, 0, 0, uint32(len(url))} {
		body = binary.LittleEndian.AppendUint32(body, n)
	}
	body = append(body, url...)
	return slices.Concat([]byte("HELF"), binary.LittleEndian.AppendUint32(nil, uint32(headSize+len(body))), body)
}

// ReadAnswer reads an Acknowledge or an Error message (sections 7.1.2.4 and 7.1.2.5).
func ReadAnswer(r io.Reader) (*Block, error) {
	head := make([]byte, headSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	size, kind := binary.LittleEndian.Uint32(head[4:]), string(head[:4])
	if size < headSize+8 || size > maxMessage || kind != "ACKF" && kind != "ERRF" {
		return nil, fmt.Errorf("%w: %q", errNotOPCUA, head)
	}
	body := make([]byte, size-headSize)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	if kind == "ACKF" {
		return acknowledged(body)
	}
	return refused(body)
}

func acknowledged(body []byte) (*Block, error) {
	const size = 20
	if len(body) != size {
		return nil, fmt.Errorf("%w: an acknowledgement of %d bytes", errNotOPCUA, len(body))
	}
	number := func(i int) int { return int(binary.LittleEndian.Uint32(body[4*i:])) }
	return &Block{Banner: "ACK", Version: number(0), ReceiveBuffer: number(1), SendBuffer: number(2), MaxMessageSize: number(3), MaxChunkCount: number(4)}, nil
}

// refused reads a status code, which of an error begins with the bits 10, and a reason.
func refused(body []byte) (*Block, error) {
	code, size := binary.LittleEndian.Uint32(body), binary.LittleEndian.Uint32(body[4:])
	if code>>30 != 2 || size != 0xffffffff && int(size) != len(body)-8 {
		return nil, fmt.Errorf("%w: error %#x", errNotOPCUA, code)
	}
	b := &Block{Error: fmt.Sprintf("%08x", code), Reason: probe.Text(body[8:])}
	b.Banner = "ERR " + b.Error + " " + b.Reason
	return b, nil
}
