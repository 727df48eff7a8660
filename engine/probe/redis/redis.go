// Package redis speaks RESP, the protocol of Redis and its relatives, to learn
// whether it answers commands without a password and what it is. Begin with [Probe].
//
// It sends PING and, where that is answered, INFO; never AUTH, never a command
// that takes a key. It does not tell Redis from forks that call themselves Redis.
package redis

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"regexp"
	"time"

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
	Version      string `json:"version,omitempty"`
	Mode         string `json:"mode,omitempty"`
	OS           string `json:"os,omitempty"`
	Role         string `json:"role,omitempty"`
	ArchBits     int    `json:"arch_bits,omitempty"`
	Uptime       int    `json:"uptime,omitempty"` // seconds
	UsedMemory   int    `json:"used_memory,omitempty"`
	Clients      int    `json:"connected_clients,omitempty"`
	Commands     int    `json:"commands_processed,omitempty"`
	Keys         int    `json:"keys,omitempty"` // over all databases
}

// Probe speaks to Redis.
type Probe struct{}

var _ probe.Probe = Probe{}

// Name is "redis".
func (Probe) Name() string { return "redis" }

// Ports are the server's, Sentinel's and what clusters use.
func (Probe) Ports() []uint16 { return []uint16{6379, 26379, 6380, 7000, 7001} }

// Run asks PING, then INFO.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	conn, err := d.Dial(ctx, to)
	if err != nil {
		return probe.Failed(fmt.Errorf("connect: %w", err))
	}
	defer func() { _ = conn.Close() }()
	session := session{conn: conn, r: bufio.NewReader(io.LimitReader(conn, MaxReply))}
	pong, err := session.ask("PING")
	if err != nil {
		return probe.Failed(fmt.Errorf("ask PING: %w", err))
	}
	block, err := newBlock(pong)
	if err != nil {
		return probe.Failed(err)
	}
	if block.PingResponse == "PONG" {
		if info, err := session.ask("INFO"); err == nil && info.Kind == Bulk {
			block.learn(info.Text)
		}
	}
	return probe.Found(p.response(to, block))
}

func (Probe) response(to engine.Endpoint, block *Block) engine.Response {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	r := engine.NewResponse(to, "redis", "redis", "", time.Now())
	r.Blocks["redis"] = block
	redis := probe.Product{Name: "redis", FullName: "Redis", Category: "Databases", Vendor: "redis", CPE: "redis"}
	r.Tags = []engine.Tag{redis.Tag(versionPattern.FindString(block.Version))}
	return r
}

var versionPattern = regexp.MustCompile(`^\d+(\.\d+)*`)

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
