// Package nats reads the greeting of a NATS server, looks at its certificate where it
// offers TLS, and finds out whether it lets in whoever comes. Begin with [Probe].
//
// It subscribes to nothing and publishes nothing; a session ends after a PING.
package nats

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "nats" of a response.
type Block struct {
	Banner       string `json:"banner"` // the greeting as it came
	ServerID     string `json:"server_id"`
	ServerName   string `json:"server_name,omitempty"`
	Cluster      string `json:"cluster,omitempty"`
	Version      string `json:"version,omitempty"`
	Go           string `json:"go,omitempty"` // version of the compiler
	Host         string `json:"host,omitempty"`
	AuthRequired bool   `json:"auth_required"`
	TLSRequired  bool   `json:"tls_required"`
	StartTLS     bool   `json:"starttls"`
	JetStream    bool   `json:"jetstream"`
	MaxPayload   int    `json:"max_payload,omitempty"` // bytes
	Anonymous    bool   `json:"anonymous"`             // a client without a name was let in
}

// Probe speaks to NATS. The zero Probe speaks no TLS.
type Probe struct {
	secure  probe.Handshake
	upgrade probe.Upgrade
}

var (
	_ probe.Inner   = Probe{}
	_ probe.Greeter = Probe{}
)

// New makes the probe with ways to speak TLS, at once and after the greeting.
func New(secure probe.Handshake, upgrade probe.Upgrade) Probe {
	return Probe{secure: secure, upgrade: upgrade}
}

// Name is "nats".
func (Probe) Name() string { return "nats" }

// Ports are the server's for clients and for leaf nodes.
func (Probe) Ports() []uint16 { return []uint16{4222, 4223, 7422} }

// Greets reports whether a greeting is NATS's.
func (Probe) Greets(greeting []byte) bool {
	_, err := ReadInfo(strings.NewReader(string(greeting)))
	return err == nil
}

// Run reads the greeting, then asks for TLS or to be let in.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return p.run(ctx, d, to, nil)
}

// RunTLS is Run inside TLS, for servers that want it first ("handshake_first").
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return p.run(ctx, d, to, p.secure)
}

func (p Probe) run(ctx context.Context, d probe.Dialer, to engine.Endpoint, secure probe.Handshake) probe.Result {
	to.Name = "" // addresses are asked, not names: the protocol carries none
	return probe.Visit(ctx, d, to, secure, func(conn net.Conn) probe.Result {
		block, err := ReadInfo(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("read greeting: %w", err))
		}
		r := probe.NewResponse(conn, to, "nats")
		r.Blocks["nats"] = block
		product := probe.Product{Name: "nats", FullName: "NATS Server", Category: "Message queues"}
		r.Tags = []engine.Tag{product.Tag(versionPattern.FindString(block.Version))}
		if block.StartTLS && secure == nil {
			conn = p.describe(ctx, conn, to, &r)
		}
		if conn != nil && !block.AuthRequired {
			block.Anonymous = isLetIn(conn)
		}
		return probe.Found(r)
	})
}

// describe shakes hands, which a client may do at once after the greeting, and gives
// the connection to go on with, nil if there is none.
func (p Probe) describe(ctx context.Context, conn net.Conn, to engine.Endpoint, r *engine.Response) net.Conn {
	if p.upgrade == nil {
		return nil
	}
	session, err := p.upgrade(ctx, conn, to)
	if err != nil {
		return nil
	}
	session.Describe(r)
	return session
}

var versionPattern = regexp.MustCompile(`^\d+\.\d+\.\d+`)

const (
	// maxInfo is room for the greeting: half a kilobyte, and the addresses of a cluster.
	maxInfo = 32 << 10
	// maxLine is more than what is said to a client that is let in.
	maxLine = 4096
)

var errNotNATS = errors.New("not a greeting of NATS")

// ReadInfo reads INFO and an object (NATS documentation, "Client Protocol").
func ReadInfo(r io.Reader) (*Block, error) {
	line, err := readLine(r, maxInfo)
	if err != nil {
		return nil, err
	}
	object, ok := strings.CutPrefix(line, "INFO ")
	if !ok {
		return nil, fmt.Errorf("%w: %.40q", errNotNATS, line)
	}
	info := struct {
		*Block
		Available bool `json:"tls_available"`
	}{Block: &Block{}}
	if err := json.Unmarshal([]byte(object), &info); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotNATS, err)
	}
	if info.ServerID == "" || info.MaxPayload == 0 {
		return nil, fmt.Errorf("%w: %.40q", errNotNATS, line)
	}
	for _, text := range []*string{&info.ServerID, &info.ServerName, &info.Cluster, &info.Version, &info.Go, &info.Host} {
		*text = probe.Text([]byte(*text)) // JSON can write what no store takes
	}
	info.Banner, info.Anonymous = line, false
	info.StartTLS = info.TLSRequired || info.Available
	return info.Block, nil
}

// readLine reads a line byte by byte: what follows may be TLS.
func readLine(r io.Reader, most int) (string, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < most {
		if _, err := io.ReadFull(r, one); err != nil {
			return "", err
		}
		if one[0] == '\n' {
			return strings.TrimRight(probe.Text(line), "\r "), nil
		}
		line = append(line, one[0])
		if len(line) == len("INFO ") && string(line) != "INFO " {
			return "", fmt.Errorf("%w: %q", errNotNATS, line)
		}
	}
	return "", fmt.Errorf("%w: a line of more than %d bytes", errNotNATS, most)
}

// isLetIn comes as a client without a name. Only whom the server lets in gets a PONG.
func isLetIn(conn net.Conn) bool {
	if _, err := io.WriteString(conn, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nPING\r\n"); err != nil {
		return false
	}
	r := bufio.NewReaderSize(io.LimitReader(conn, maxInfo), maxLine)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil || strings.HasPrefix(string(line), "-ERR") {
			return false
		}
		if strings.TrimRight(string(line), "\r\n") == "PONG" {
			return true
		}
	}
}
