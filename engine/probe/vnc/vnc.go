// Package vnc speaks the Remote Framebuffer protocol of VNC (RFC 6143) up to the
// list of security types, to learn whether a desktop is shown to anybody. Begin
// with [Probe].
//
// It never chooses a security type, so that it neither logs in nor counts as a
// failed try.
package vnc

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "vnc" of a response.
type Block struct {
	Banner        string   `json:"banner"`         // "RFB 003.008"
	Version       string   `json:"version"`        // of the protocol: "3.8"
	SecurityTypes []string `json:"security_types"` // as offered
	AuthRequired  bool     `json:"auth_required"`  // the type "none" is not offered; false also when nothing was offered
	NoAuth        bool     `json:"no_auth"`        // the type "none" is offered
	Reason        string   `json:"reason,omitempty"`
}

// Probe speaks to VNC servers.
type Probe struct{}

var (
	_ probe.Probe   = Probe{}
	_ probe.Greeter = Probe{}
)

// Name is "vnc".
func (Probe) Name() string { return "vnc" }

// Ports are 5900 plus the number of the display.
func (Probe) Ports() []uint16 {
	return []uint16{5900, 5901, 5902, 5903, 5904, 5905, 5800, 5999}
}

var greetingPattern = regexp.MustCompile(`^RFB (\d{3})\.(\d{3})\n`)

// Greets knows ProtocolVersion (RFC 6143 section 7.1.1).
func (Probe) Greets(greeting []byte) bool { return greetingPattern.Match(greeting) }

// Run shakes hands up to the security types. The greeting alone is proof.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	block := &Block{SecurityTypes: []string{}}
	err := probe.ConverseTCP(ctx, d, to, block.interview)
	if block.Banner == "" {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "vnc")
	r.Blocks["vnc"] = block
	result := probe.Found(r)
	result.Err = err
	return result
}

func (b *Block) interview(conn net.Conn) error {
	reply, err := b.greet(conn)
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte(reply)); err != nil {
		return fmt.Errorf("say the version: %w", err)
	}
	types, reason, err := ReadSecurity(conn, reply == version33)
	if err != nil {
		return fmt.Errorf("read the security types: %w", err)
	}
	b.Reason = reason
	for _, t := range types {
		b.SecurityTypes = append(b.SecurityTypes, nameOf(t))
	}
	b.NoAuth = slices.Contains(types, typeNone)
	b.AuthRequired = len(types) > 0 && !b.NoAuth
	return nil
}
