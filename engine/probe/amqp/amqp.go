// Package amqp begins a conversation in AMQP 0-9-1, in which a broker says what it is
// and how it authenticates, and in AMQP 1.0 with brokers that speak only that. Begin
// with [Probe].
//
// It never answers the broker's wish for a login.
package amqp

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "amqp" of a response.
type Block struct {
	Banner       string   `json:"banner"`            // the answer as it came
	Protocol     string   `json:"protocol_version"`  // "0-9-1", "1.0"
	Product      string   `json:"product,omitempty"` // "RabbitMQ"
	Version      string   `json:"version,omitempty"` // of the product
	Platform     string   `json:"platform,omitempty"`
	Information  string   `json:"information,omitempty"`
	ClusterName  string   `json:"cluster_name,omitempty"`
	Mechanisms   []string `json:"mechanisms,omitempty"` // "PLAIN", "ANONYMOUS"
	Locales      []string `json:"locales,omitempty"`
	Anonymous    bool     `json:"anonymous"`     // the broker offers to do without a login
	AuthRequired bool     `json:"auth_required"` // it does not
}

// Probe speaks to AMQP brokers. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "amqp".
func (Probe) Name() string { return "amqp" }

// Ports are the broker's and what its neighbours use.
func (Probe) Ports() []uint16 { return []uint16{5672, 5673} }

// Run sends the header of a protocol.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, nil)
}

// RunTLS is Run inside TLS: "amqps".
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, p.secure)
}

func run(ctx context.Context, d probe.Dialer, to engine.Endpoint, secure probe.Handshake) probe.Result {
	to.Name = "" // addresses are asked, not names: we open no connection in AMQP's sense
	return probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		if _, err := conn.Write(header091()); err != nil {
			return probe.Failed(fmt.Errorf("send header: %w", err))
		}
		block, err := ReadStart(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("read start: %w", err))
		}
		if block.Protocol == version10 {
			probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
				block.askMechanisms(conn)
				return probe.Result{}
			})
		}
		block.Anonymous = slices.Contains(block.Mechanisms, "ANONYMOUS")
		block.AuthRequired = len(block.Mechanisms) > 0 && !block.Anonymous
		r := probe.NewResponse(conn, to, "amqp")
		r.Blocks["amqp"], r.Tags = block, block.tags()
		return probe.Found(r)
	})
}

var versionPattern = regexp.MustCompile(`^\d+(\.\d+)+`)

// tags names the broker by what it calls itself.
func (b *Block) tags() []engine.Tag {
	const category = "Message queues"
	for _, p := range []probe.Product{
		{Name: "rabbitmq", FullName: "RabbitMQ", Category: category, Vendor: "vmware", CPE: "rabbitmq"},
		{Name: "lavinmq", FullName: "LavinMQ", Category: category},
		{Name: "qpid", FullName: "qpid", Category: category, Vendor: "apache", CPE: "qpid"},
	} {
		if strings.EqualFold(b.Product, p.FullName) {
			return []engine.Tag{p.Tag(versionPattern.FindString(b.Version))}
		}
	}
	return nil
}
