// Package mqtt asks an MQTT broker to let it in without a name, by version 3.1.1 and
// by version 5, and a broker that does for its version. Begin with [Probe].
//
// It publishes nothing, keeps no session, and subscribes only to the broker's account
// of itself.
package mqtt

import (
	"context"
	"fmt"
	"net"
	"regexp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "mqtt" of a response.
type Block struct {
	Banner           string   `json:"banner"`      // "CONNACK 0 connection accepted"
	ReturnCode       int      `json:"return_code"` // of CONNACK in version 3.1.1
	Versions         []string `json:"versions"`    // "3.1.1", "5.0"
	Anonymous        bool     `json:"anonymous"`   // a client without a name was let in
	AuthRequired     bool     `json:"auth_required"`
	ReasonCode       int      `json:"reason_code"` // of CONNACK in version 5
	AssignedClientID string   `json:"assigned_client_id,omitempty"`
	BrokerVersion    string   `json:"broker_version,omitempty"` // "mosquitto version 2.0.11"
}

// Probe speaks to MQTT brokers. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "mqtt".
func (Probe) Name() string { return "mqtt" }

// Ports are the broker's and what test brokers use.
func (Probe) Ports() []uint16 { return []uint16{1883, 1884, 2883} }

// Run asks to be let in.
func (Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, nil)
}

// RunTLS is Run inside TLS: "mqtts".
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return run(ctx, d, to, p.secure)
}

func run(ctx context.Context, d probe.Dialer, to engine.Endpoint, secure probe.Handshake) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		block, err := connect(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("connect as a client: %w", err))
		}
		probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
			block.tryVersion5(conn)
			return probe.Result{}
		})
		r := probe.NewResponse(conn, to, "mqtt")
		r.Blocks["mqtt"], r.Tags = block, block.tags()
		return probe.Found(r)
	})
}

// connect comes as a client of version 3.1.1.
func connect(conn net.Conn) (*Block, error) {
	if _, err := conn.Write(connectPacket(version311)); err != nil {
		return nil, err
	}
	p, err := ReadPacket(conn)
	if err != nil {
		return nil, err
	}
	block, err := newBlock(p)
	if err == nil && block.Anonymous {
		block.BrokerVersion = askVersion(conn)
	}
	return block, err
}

// newBlock reads CONNACK (MQTT 3.1.1 section 3.2): two bytes, flags and a code.
func newBlock(p Packet) (*Block, error) {
	if p.Kind != connack || p.Flags != 0 || len(p.Body) != 2 || p.Body[0] > 1 || int(p.Body[1]) >= len(codes()) {
		return nil, fmt.Errorf("%w: packet %+v", errNotMQTT, p)
	}
	code := int(p.Body[1])
	block := &Block{Banner: fmt.Sprintf("CONNACK %d %s", code, codes()[code]), ReturnCode: code, Versions: []string{}}
	block.Anonymous, block.AuthRequired = code == codeAccepted, code == codeBadPassword || code == codeNotAuthorized
	if code != codeVersion {
		block.Versions = append(block.Versions, "3.1.1")
	}
	return block, nil
}

// tryVersion5 finds out whether the broker speaks version 5 as well (MQTT 5 section 3.2): flags,
// a reason and properties.
func (b *Block) tryVersion5(conn net.Conn) {
	if _, err := conn.Write(connectPacket(version5)); err != nil {
		return
	}
	p, err := ReadPacket(conn)
	if err != nil || p.Kind != connack || len(p.Body) < 3 || p.Body[1] == reasonVersion {
		return
	}
	b.Versions = append(b.Versions, "5.0")
	b.ReasonCode = int(p.Body[1])
	b.AssignedClientID = assignedClientID(p.Body[2:])
	_, _ = conn.Write(disconnectPacket()) // a broker that hung up first needs no farewell
}

var (
	// Mosquitto's own account of itself.
	mosquittoVersion = regexp.MustCompile(`^mosquitto version (\d+\.\d+(?:\.\d+)?)`)
	// The ids that Mosquitto gives to clients without: auto_id_prefix and a UUID in capitals.
	mosquittoID = regexp.MustCompile(`^auto-[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$`)
)

func (b *Block) tags() []engine.Tag {
	mosquitto := probe.Product{Name: "mosquitto", FullName: "Eclipse Mosquitto", Category: "Message queues", Vendor: "eclipse", CPE: "mosquitto"}
	if match := mosquittoVersion.FindStringSubmatch(b.BrokerVersion); match != nil {
		return []engine.Tag{mosquitto.Tag(match[1])}
	}
	if mosquittoID.MatchString(b.AssignedClientID) {
		return []engine.Tag{mosquitto.Tag("")}
	}
	return nil
}
