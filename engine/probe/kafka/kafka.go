// Package kafka asks Apache Kafka, and what else speaks its protocol, which requests it
// knows, and for the brokers of its cluster, to learn whether it serves strangers. Begin
// with [Probe].
//
// It names no topic and reads no record, so that none is made by asking for it.
package kafka

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "kafka" of a response.
type Block struct {
	Banner       string   `json:"banner"`    // "ApiVersions: 60 requests"
	Requests     int      `json:"api_count"` // kinds of requests the broker knows
	Anonymous    bool     `json:"anonymous"` // tells strangers about its cluster
	ClusterID    string   `json:"cluster_id,omitempty"`
	ControllerID int      `json:"controller_id,omitempty"`
	Brokers      []Broker `json:"brokers,omitempty"`
}

// Broker is one server of a cluster, as it wants to be reached.
type Broker struct {
	ID   int    `json:"id"`
	Host string `json:"host"`
	Port int    `json:"port"`
	Rack string `json:"rack,omitempty"`
}

// Probe speaks to Kafka. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "kafka".
func (Probe) Name() string { return "kafka" }

// Ports are the broker's and those of its other listeners.
func (Probe) Ports() []uint16 { return []uint16{9092, 9093, 9094, 19092, 29092} }

// Run asks ApiVersions, then Metadata.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, nil)
}

// RunTLS is Run inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, p.secure)
}

func run(ctx context.Context, d probe.Dialer, to engine.Endpoint, secure probe.Handshake) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		versions, err := askVersions(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("ask ApiVersions: %w", err))
		}
		block := &Block{Banner: fmt.Sprintf("ApiVersions: %d requests", len(versions)), Requests: len(versions)}
		// A listener that wants a login hangs up on any other request.
		if cluster, err := askMetadata(conn, versions[apiMetadata]); err == nil {
			block.Anonymous = true
			block.ClusterID, block.ControllerID, block.Brokers = cluster.ID, cluster.Controller, cluster.Brokers
		}
		r := probe.NewResponse(conn, to, "kafka")
		r.Blocks["kafka"], r.Tags = block, block.tags()
		return probe.Found(r)
	})
}

// A cluster of Kafka is named by a UUID in base64 (22 digits).
var kafkaID = regexp.MustCompile(`^[-\w]{22}$`)

// tags names the broker by how it names its cluster: the protocol tells nothing else.
func (b *Block) tags() []engine.Tag {
	const category = "Message queues"
	switch {
	case strings.HasPrefix(b.ClusterID, "redpanda."):
		return []engine.Tag{probe.Product{Name: "redpanda", FullName: "Redpanda", Category: category}.Tag("")}
	case kafkaID.MatchString(b.ClusterID):
		return []engine.Tag{probe.Product{Name: "kafka", FullName: "Apache Kafka", Category: category, Vendor: "apache", CPE: "kafka"}.Tag("")}
	}
	return nil
}
