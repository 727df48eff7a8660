// Package redis speaks RESP, the protocol of Redis and its relatives, to learn
// whether it answers commands without a password and what it is. Begin with [Probe].
//
// It sends PING and, where that is answered, INFO; never AUTH, never a command
// that takes a key. Its relatives (Valkey, KeyDB, Dragonfly …) are told apart where
// INFO says which one it is; what they refuse, they refuse in the same words.
package redis

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "redis" of a response.
type Block struct {
	Banner       string `json:"banner"`        // first answer as it came
	PingResponse string `json:"ping_response"` // "PONG", or the error
	AuthRequired bool   `json:"auth_required"`
	Protected    bool   `json:"protected_mode"` // refuses strangers for want of a password
	InfoResponse string `json:"info_response,omitempty"`
	Server       string `json:"server,omitempty"`          // "redis", "valkey", "keydb" …
	Version      string `json:"version,omitempty"`         // of the server itself
	Compatible   string `json:"compatible_with,omitempty"` // version of Redis that a relative claims to be like
	Mode         string `json:"mode,omitempty"`            // "standalone", "cluster", "sentinel"
	OS           string `json:"os,omitempty"`
	Role         string `json:"role,omitempty"`
	ArchBits     int    `json:"arch_bits,omitempty"`
	Uptime       int    `json:"uptime,omitempty"` // seconds
	UsedMemory   int    `json:"used_memory,omitempty"`
	Clients      int    `json:"connected_clients,omitempty"`
	Commands     int    `json:"commands_processed,omitempty"`
	Keys         int    `json:"keys,omitempty"` // over all databases
	Masters      int    `json:"sentinel_masters,omitempty"`

	tags []engine.Tag
}

// Probe speaks to Redis. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "redis".
func (Probe) Name() string { return "redis" }

// Ports are the server's, Sentinel's and what clusters use.
func (Probe) Ports() []uint16 { return []uint16{6379, 26379, 6380, 7000, 7001} }

// Run asks PING, then INFO.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, nil)
}

// RunTLS is Run inside TLS: "rediss".
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, p.secure)
}

func run(ctx context.Context, d probe.Dialer, to engine.Endpoint, secure probe.Handshake) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		block, err := ask(conn)
		if err != nil {
			return probe.Failed(err)
		}
		r := probe.NewResponse(conn, to, "redis")
		r.Blocks["redis"], r.Tags = block, block.tags
		return probe.Found(r)
	})
}

func ask(conn net.Conn) (*Block, error) {
	session := session{conn: conn, r: bufio.NewReader(io.LimitReader(conn, MaxReply))}
	pong, err := session.ask("PING")
	if err != nil {
		return nil, fmt.Errorf("ask PING: %w", err)
	}
	block, err := newBlock(pong)
	if err != nil || block.PingResponse != "PONG" {
		return block, err
	}
	if info, err := session.ask("INFO"); err == nil && info.Kind == Bulk {
		block.learn(info.Text)
	}
	return block, nil
}

type session struct {
	conn net.Conn
	r    *bufio.Reader
}

func (s session) ask(command string) (Reply, error) {
	if _, err := fmt.Fprintf(s.conn, "*1\r\n$%d\r\n%s\r\n", len(command), command); err != nil {
		return Reply{}, err
	}
	return ReadReply(s.r)
}
