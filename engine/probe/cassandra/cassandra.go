// Package cassandra asks Apache Cassandra, ScyllaDB and what else speaks their native
// protocol what they support and whether they want a password. Begin with [Probe].
//
// It answers no request for a password, and where none is asked for reads the row of
// the system tables in which a node says what it is, nothing else.
package cassandra

import (
	"context"
	"fmt"
	"net"
	"regexp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "cassandra" of a response.
type Block struct {
	Banner        string   `json:"banner"` // what is supported, as it came
	CQLVersions   []string `json:"cql_versions,omitempty"`
	Compression   []string `json:"compression,omitempty"`
	Versions      []string `json:"protocol_versions,omitempty"` // "3/v3", "4/v4"
	Anonymous     bool     `json:"anonymous"`                   // a session began without a password
	AuthRequired  bool     `json:"auth_required"`
	Authenticator string   `json:"authenticator,omitempty"` // class of the server
	Version       string   `json:"version,omitempty"`       // told only to whom it lets in
	ClusterName   string   `json:"cluster_name,omitempty"`
	DataCenter    string   `json:"data_center,omitempty"`
	ErrorCode     int      `json:"error_code,omitempty"`
	ErrorMessage  string   `json:"error_message,omitempty"`
}

// Probe speaks to Cassandra. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "cassandra".
func (Probe) Name() string { return "cassandra" }

// Ports are the server's in the clear and, as some set it up, with TLS.
func (Probe) Ports() []uint16 { return []uint16{9042, 9142} }

// Run asks for OPTIONS, then begins a session.
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
		block, err := askOptions(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("ask OPTIONS: %w", err))
		}
		supported := block.supported
		block.begin(conn)
		r := probe.NewResponse(conn, to, "cassandra")
		r.Blocks["cassandra"], r.Tags = block.Block, block.tags(supported)
		return probe.Found(r)
	})
}

// node is what a session learns.
type node struct {
	*Block
	supported map[string][]string
}

func askOptions(conn net.Conn) (*node, error) {
	if _, err := conn.Write(request(opOptions, nil)); err != nil {
		return nil, err
	}
	f, err := ReadFrame(conn)
	if err != nil {
		return nil, err
	}
	supported, ok := readSupported(f)
	if !ok {
		return nil, fmt.Errorf("%w: operation %d", errNotCassandra, f.Operation)
	}
	block := &Block{Banner: probe.Text(f.Body), CQLVersions: supported["CQL_VERSION"], Compression: supported["COMPRESSION"], Versions: supported["PROTOCOL_VERSIONS"]}
	return &node{block, supported}, nil
}

// begin sends STARTUP. A server that wants a password says so.
func (n *node) begin(conn net.Conn) {
	if _, err := conn.Write(request(opStartup, startupBody())); err != nil {
		return
	}
	f, err := ReadFrame(conn)
	if err != nil {
		return
	}
	switch f.Operation {
	case opReady:
		n.Anonymous = true
		n.askVersion(conn)
	case opAuthenticate:
		n.AuthRequired, n.Authenticator = true, f.text()
	case opError:
		n.ErrorCode, n.ErrorMessage = f.fault()
	}
}

// askVersion reads the node's own row, which tells its version.
func (n *node) askVersion(conn net.Conn) {
	if _, err := conn.Write(request(opQuery, queryBody())); err != nil {
		return
	}
	f, err := ReadFrame(conn)
	if err != nil || f.Operation != opResult {
		return
	}
	if row, ok := readRow(f.Body, 3); ok {
		n.Version, n.ClusterName, n.DataCenter = row[0], row[1], row[2]
	}
}

var versionPattern = regexp.MustCompile(`^\d+(\.\d+)+`)

// tags names the server. ScyllaDB has options of its own; the version it tells is that of
// the Cassandra it is like. A server that tells no version may be one of several.
func (n *node) tags(supported map[string][]string) []engine.Tag {
	for name := range supported {
		if len(name) > 7 && name[:7] == "SCYLLA_" {
			scylla := probe.Product{Name: "scylladb", FullName: "ScyllaDB", Category: "Databases"}
			return []engine.Tag{scylla.Tag("")}
		}
	}
	if n.Version == "" && (!cassandraClass.MatchString(n.Authenticator) || n.Versions == nil) {
		return nil
	}
	cassandra := probe.Product{Name: "cassandra", FullName: "Apache Cassandra", Category: "Databases", Vendor: "apache", CPE: "cassandra"}
	return []engine.Tag{cassandra.Tag(versionPattern.FindString(n.Version))}
}

var cassandraClass = regexp.MustCompile(`^org\.apache\.cassandra\.auth\.\w+$`)
