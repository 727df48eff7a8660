// Package memcached asks a cache for its version and statistics, to learn whether
// it serves strangers, over TCP and by single datagrams over UDP. Begin with [Probe].
//
// It speaks the text protocol and, where that is not understood, the binary one. It
// never asks for a key, and authenticates nowhere.
package memcached

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "memcached" of a response.
type Block struct {
	Banner       string `json:"banner"` // first answer as it came
	Version      string `json:"version,omitempty"`
	AuthRequired bool   `json:"auth_required"`   // statistics are not for strangers
	Binary       bool   `json:"binary_protocol"` // speaks no other, as with SASL
	Uptime       int    `json:"uptime,omitempty"`
	Connections  int    `json:"curr_connections,omitempty"`
	Items        int    `json:"curr_items,omitempty"`
	UsedMemory   int    `json:"bytes,omitempty"`
	MaxMemory    int    `json:"limit_maxbytes,omitempty"`
	PointerSize  int    `json:"pointer_size,omitempty"` // bits
	Libevent     string `json:"libevent,omitempty"`

	// over UDP only
	Amplification float64 `json:"amplification,omitempty"` // bytes answered for one asked
}

// Probe speaks to memcached. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var (
	_ probe.Inner    = Probe{}
	_ probe.Datagram = Probe{}
)

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "memcached".
func (Probe) Name() string { return "memcached" }

// Ports are the server's and that of its first neighbour on the same host.
func (Probe) Ports() []uint16 { return []uint16{11211, 11212} }

// UDPPorts are the server's.
func (Probe) UDPPorts() []uint16 { return []uint16{11211} }

// Payload asks for the version.
func (Probe) Payload() []byte { return datagram() }

// Run asks for the version, then for statistics.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	if to.Transport == engine.UDP {
		return runUDP(ctx, d, to)
	}
	return run(ctx, d, to, nil)
}

// RunTLS is Run inside TLS, which memcached has had since 1.5.13.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	to.Name = ""
	return run(ctx, d, to, p.secure)
}

// run tries the text protocol. A server that speaks only the binary one hangs up
// without a word; it is called once more.
func run(ctx context.Context, d probe.Dialer, to engine.Endpoint, secure probe.Handshake) probe.Result {
	result := probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		return found(conn, to, askText)
	})
	if result.Outcome != engine.Closed {
		return result
	}
	return probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		return found(conn, to, askBinary)
	})
}

func found(conn net.Conn, to engine.Endpoint, ask func(net.Conn) (*Block, error)) probe.Result {
	block, err := ask(conn)
	if err != nil {
		return probe.Failed(fmt.Errorf("ask version: %w", err))
	}
	r := probe.NewResponse(conn, to, "memcached")
	r.Blocks["memcached"], r.Tags = block, block.tags()
	return probe.Found(r)
}

func runUDP(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return probe.Visit(ctx, d, to, nil, func(conn net.Conn) probe.Result {
		block, err := askDatagram(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("ask version: %w", err))
		}
		r := engine.NewResponse(to, "memcached", "memcached_udp", "", time.Now())
		r.Blocks["memcached"], r.Tags = block, block.tags()
		return probe.Found(r)
	})
}

var versionPattern = regexp.MustCompile(`^\d+\.\d+(\.\d+)?`)

// tags names memcached, of which every release is 1.x. Couchbase answers the binary
// protocol with a version of its own.
func (b *Block) tags() []engine.Tag {
	if b.Version != "" && !strings.HasPrefix(b.Version, "1.") {
		return nil
	}
	product := probe.Product{Name: "memcached", FullName: "Memcached", Category: "Databases", Vendor: "memcached", CPE: "memcached"}
	return []engine.Tag{product.Tag(versionPattern.FindString(b.Version))}
}

// learn takes one line of the statistics.
func (b *Block) learn(name, value string) {
	numbers := map[string]*int{
		"uptime": &b.Uptime, "curr_connections": &b.Connections, "curr_items": &b.Items,
		"bytes": &b.UsedMemory, "limit_maxbytes": &b.MaxMemory, "pointer_size": &b.PointerSize,
	}
	if number, ok := numbers[name]; ok {
		*number, _ = strconv.Atoi(value) // 0 is what is not told
	}
	if name == "libevent" {
		b.Libevent = value
	}
}
