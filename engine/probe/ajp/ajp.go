// Package ajp finds the door of Java servers that only proxies should reach: the Apache
// JServ Protocol version 1.3, by its ping. Begin with [Probe].
//
// It forwards no request.
package ajp

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Packets of Apache Tomcat's documentation of the protocol: to the server they begin with
// 0x1234, to the proxy with "AB"; a length and a kind follow.
const (
	ping = "\x12\x34\x00\x01\x0a"
	pong = "AB\x00\x01\x09"
)

var errNotAJP = errors.New("not a server of AJP")

// Block is the member "ajp" of a response.
type Block struct {
	Banner string `json:"banner"`
	Pong   bool   `json:"pong"` // it answers a ping
}

// Probe speaks to servers of Java.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "ajp".
func (Probe) Name() string { return "ajp" }

// Ports are Tomcat's and WildFly's.
func (Probe) Ports() []uint16 { return []uint16{8009} }

// Run pings.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the ping carries none
	err := probe.ConverseTCP(ctx, d, to, func(conn net.Conn) error {
		answer, err := probe.Tell(conn, []byte(ping), len(pong))
		if err == nil && string(answer) != pong {
			err = fmt.Errorf("%w: it answers %x", errNotAJP, answer)
		}
		return err
	})
	if err != nil {
		return probe.Failed(err)
	}
	r := probe.NewResponse(nil, to, "ajp")
	r.Blocks["ajp"] = &Block{Banner: "AJP 1.3", Pong: true}
	return probe.Found(r)
}
