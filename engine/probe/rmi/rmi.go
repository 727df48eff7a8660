// Package rmi shakes hands in Java's protocol for remote method invocation, and asks what
// may be a registry for the names in it. Begin with [Probe].
//
// It calls the registry's method "list" and no other; objects are neither looked up nor
// made, neither here nor there.
package rmi

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "rmi" of a response.
type Block struct {
	Banner   string   `json:"banner"`   // how the server sees us, or the names
	Registry bool     `json:"registry"` // it lists its names to anybody
	Names    []string `json:"names"`
	Filtered bool     `json:"filtered"` // it is a registry that refuses us
}

// Probe speaks to Java programs.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "rmi".
func (Probe) Name() string { return "rmi" }

// Ports are the registry's and those JMX is given in manuals.
func (Probe) Ports() []uint16 { return []uint16{1099, 1098, 1090, 9010, 9999, 7199} }

// Run shakes hands and asks for the names.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	block := &Block{Names: []string{}}
	err := probe.ConverseTCP(ctx, d, to, block.interview)
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "rmi")
	r.Blocks["rmi"] = block
	r.Tags = []engine.Tag{probe.Product{Name: "java", FullName: "Java virtual machine", Category: "Programming languages"}.Tag("")}
	return probe.Found(r)
}

var errNotRMI = errors.New("not a server of Java RMI")

func (b *Block) interview(conn net.Conn) error {
	if _, err := conn.Write([]byte(hello)); err != nil {
		return fmt.Errorf("shake hands: %w", err)
	}
	seen, err := ReadAck(conn)
	if err != nil {
		return fmt.Errorf("shake hands: %w", err)
	}
	b.Banner = seen
	if _, err := conn.Write(listCall()); err != nil {
		return nil //nolint:nilerr // the handshake is proof enough
	}
	b.learn(readReturn(conn))
	return nil
}
