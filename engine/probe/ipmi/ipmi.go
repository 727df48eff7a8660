// Package ipmi asks a machine's management controller which ways to log in it has (IPMI
// v2.0 section 22.13, Get Channel Authentication Capabilities). Begin with [Probe].
//
// A controller of version 2 gives anybody a hash of a user's password (CVE-2013-4786);
// this probe does not ask for one, and opens no session.
package ipmi

import (
	"context"
	"math/rand/v2"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "ipmi" of a response.
type Block struct {
	Banner         string   `json:"banner"`  // "IPMI 2.0"
	Version        string   `json:"version"` // "1.5" or "2.0"
	Version15      bool     `json:"v1_5"`
	Version20      bool     `json:"v2_0"`                 // logs in by RAKP
	Authentication []string `json:"authentication_types"` // of version 1.5: "none", "md5" …
	NoAuth         bool     `json:"no_auth"`              // the type "none" is offered
	Anonymous      bool     `json:"anonymous_login"`      // a user without name and password
	NullUser       bool     `json:"null_user"`            // users without a name
	NamedUser      bool     `json:"named_user"`           // users with a name
	UserLevelAuth  bool     `json:"user_level_auth"`      // commands of users are authenticated
	PerMessage     bool     `json:"per_message_auth"`     // every packet is authenticated
	DefaultKey     bool     `json:"default_kg"`           // the key of the controller is all zero
	OEM            int      `json:"oem_id,omitempty"`     // IANA's number of the maker
}

// Probe speaks to management controllers.
type Probe struct{}

var _ probe.Datagram = Probe{}

// Name is "ipmi".
func (Probe) Name() string { return "ipmi" }

// Ports are none: RMCP lives on UDP.
func (Probe) Ports() []uint16 { return nil }

// UDPPorts is IANA's of RMCP.
func (Probe) UDPPorts() []uint16 { return []uint16{623} }

// Payload is the question itself.
func (Probe) Payload() []byte { return request(1) }

// Run asks once.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	sequence := byte(rand.Uint32()) & 0x3f
	var block *Block
	err := probe.ConverseUDP(ctx, d, to, func(conn net.Conn) error {
		_, err := probe.Ask(conn, request(sequence), func(data []byte) bool {
			block = ParseAnswer(data, sequence)
			return block != nil
		})
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "ipmi")
	r.Blocks["ipmi"] = block
	return probe.Found(r)
}
