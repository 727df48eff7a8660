// Package coap asks devices that speak the Constrained Application Protocol (RFC 7252) for
// the list of their resources (RFC 6690). Begin with [Probe].
//
// It reads the list and no resource.
package coap

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "coap" of a response.
type Block struct {
	Banner    string `json:"banner"` // the list as it came
	Code      string `json:"code"`   // "2.05"
	Resources string `json:"resources,omitempty"`
	Listed    bool   `json:"listable"` // the resources are told to strangers
}

// Probe speaks to devices.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "coap".
func (Probe) Name() string { return "coap" }

// Ports are none: the protocol lives on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts is IANA's.
func (Probe) UDPPorts() []uint16 { return []uint16{5683} }

// Payload is the question itself.
func (Probe) Payload() []byte { return question(0x504f, 0x504f5254) }

// Run asks once.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the question carries none
	id, token := uint16(rand.Uint32()), rand.Uint32()
	var block *Block
	err := probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error {
		_, err := probe.Ask(conn, question(id, token), func(data []byte) bool {
			block = ParseAnswer(data, id, token)
			return block != nil
		})
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "coap")
	r.Blocks["coap"] = block
	return probe.Found(r)
}

const (
	headSize       = 4
	tokenSize      = 4
	acknowledgment = 2
	get            = 1
	payloadMark    = 0xff
)

// question is a confirmable GET of /.well-known/core: version 1, a token of four bytes, two
// options Uri-Path (11), the second as a difference of 0.
func question(id uint16, token uint32) []byte {
	head := binary.BigEndian.AppendUint16([]byte{1<<6 | tokenSize, get}, id)
	head = binary.BigEndian.AppendUint32(head, token)
	return slices.Concat(head, []byte{0xbb}, []byte(".well-known"), []byte{0x04}, []byte("core"))
}

// ParseAnswer reads an answer to our question, in its acknowledgement or on its own (RFC 7252
// section 5.2); nil if it is none.
func ParseAnswer(data []byte, id uint16, token uint32) *Block {
	if len(data) < headSize+tokenSize || data[0]>>6 != 1 || data[0]&0xf != tokenSize || binary.BigEndian.Uint32(data[headSize:]) != token {
		return nil
	}
	kind, class, detail := data[0]>>4&3, data[1]>>5, data[1]&0x1f
	if kind == acknowledgment && binary.BigEndian.Uint16(data[2:]) != id || kind > acknowledgment || class != 2 && class != 4 && class != 5 {
		return nil
	}
	payload, ok := skipOptions(data[headSize+tokenSize:])
	if !ok {
		return nil
	}
	b := &Block{Code: fmt.Sprintf("%d.%02d", class, detail)}
	if class == 2 {
		b.Resources, b.Listed = probe.Text(payload), true
	}
	b.Banner = b.Code + " " + probe.Text(payload)
	return b
}

// skipOptions gives what follows the options (RFC 7252 section 3.1).
func skipOptions(data []byte) (payload []byte, ok bool) {
	for len(data) > 0 {
		if data[0] == payloadMark {
			return data[1:], len(data) > 1
		}
		delta, size := int(data[0]>>4), int(data[0]&0xf)
		data = data[1:]
		if _, data, ok = extended(delta, data); !ok {
			return nil, false
		}
		if size, data, ok = extended(size, data); !ok || size > len(data) {
			return nil, false
		}
		data = data[size:]
	}
	return nil, true
}

// extended reads what 13 and 14 stand for: one byte more 13, two bytes more 269.
func extended(n int, data []byte) (int, []byte, bool) {
	switch {
	case n < 13:
		return n, data, true
	case n == 13 && len(data) >= 1:
		return 13 + int(data[0]), data[1:], true
	case n == 14 && len(data) >= 2:
		return 269 + int(binary.BigEndian.Uint16(data)), data[2:], true
	}
	return 0, nil, false
}
