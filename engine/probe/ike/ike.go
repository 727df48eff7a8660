// Package ike asks gateways of virtual private networks to begin a key exchange (RFC 7296,
// RFC 2409), to learn which versions they speak and who made them. Begin with [Probe].
//
// It ends after the first message: no key is agreed on, and no aggressive mode, which
// would give away a hash of the shared key, is asked for.
package ike

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "ike" of a response.
type Block struct {
	Banner    string   `json:"banner"`
	Version1  bool     `json:"v1"`
	Version2  bool     `json:"v2"`
	Notify    string   `json:"notify,omitempty"` // why an offer was refused
	VendorIDs []string `json:"vendor_ids"`       // hexadecimal
}

// Probe speaks to gateways.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "ike".
func (Probe) Name() string { return "ike" }

// Ports are none: the protocol lives on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts is IANA's. On 4500 messages have another form.
func (Probe) UDPPorts() []uint16 { return []uint16{500} }

// Payload begins a main mode of version 1, which gateways of version 2 alone answer with
// their version.
func (Probe) Payload() []byte { return mainMode(0x504f5254) }

// Run offers both versions at once.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	cookies := [2]uint64{rand.Uint64() | 1, rand.Uint64() | 1}
	questions := [2][]byte{mainMode(cookies[0]), initiate(cookies[1])}
	var answers [2]*Answer
	var errs [2]error
	var both sync.WaitGroup
	for i := range questions {
		both.Go(func() { answers[i], errs[i] = ask(ctx, d, to, questions[i], cookies[i]) })
	}
	both.Wait()
	block := newBlock(answers[:])
	if block == nil {
		return probe.Failed(errs[0])
	}
	r := probe.NewResponse(nil, to, "ike")
	r.Blocks["ike"] = block
	return probe.Found(r)
}

func ask(ctx context.Context, d probe.Dialer, to engine.Endpoint, question []byte, cookie uint64) (answer *Answer, err error) {
	err = probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error {
		_, err := probe.Ask(conn, question, func(data []byte) bool {
			answer = ParseAnswer(data, cookie)
			return answer != nil
		})
		return err
	})
	return answer, err
}

// newBlock joins the answers; nil if there are none.
func newBlock(answers []*Answer) *Block {
	var block *Block
	for _, a := range answers {
		if a == nil {
			continue
		}
		if block == nil {
			block = &Block{VendorIDs: []string{}}
		}
		block.Version1 = block.Version1 || a.Version == 1
		block.Version2 = block.Version2 || a.Version == 2
		block.VendorIDs = append(block.VendorIDs, a.VendorIDs...)
		if block.Notify == "" {
			block.Notify = a.Notify
		}
	}
	if block == nil {
		return nil
	}
	block.Banner = "IKE"
	if block.Version1 {
		block.Banner += " 1"
	}
	if block.Version2 {
		block.Banner += " 2"
	}
	return block
}
