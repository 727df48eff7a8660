// Package neo4j speaks Bolt, the protocol of Neo4j, as far as a server tells who it is
// and whether it wants a password. Begin with [Probe].
//
// It runs no query, and does not try Bolt inside WebSockets.
package neo4j

import (
	"context"
	"fmt"
	"net"
	"regexp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "neo4j" of a response.
type Block struct {
	Banner       string `json:"banner"`               // "Bolt 5.4"
	Bolt         string `json:"bolt_version"`         // version of the protocol: "5.4"
	Server       string `json:"server,omitempty"`     // as the server calls itself: "Neo4j/5.13.0"
	Anonymous    bool   `json:"anonymous"`            // a session began without a password
	AuthRequired bool   `json:"auth_required"`        // none did
	ErrorCode    string `json:"error_code,omitempty"` // "Neo.ClientError.Security.Unauthorized"
	ErrorMessage string `json:"error_message,omitempty"`
}

// Probe speaks to Neo4j. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "neo4j".
func (Probe) Name() string { return "neo4j" }

// Ports are the server's.
func (Probe) Ports() []uint16 { return []uint16{7687} }

// Run agrees on a version and says hello.
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
		block, err := hello(conn)
		if err != nil {
			return probe.Failed(fmt.Errorf("say hello: %w", err))
		}
		r := probe.NewResponse(conn, to, "neo4j")
		r.Blocks["neo4j"], r.Tags = block, block.tags()
		return probe.Found(r)
	})
}

// hello agrees on a version, which takes four bytes that prove little, and says hello,
// to which only a server of Bolt knows an answer. Since 5.1 the login is a message of its own.
func hello(conn net.Conn) (*Block, error) {
	major, minor, err := agree(conn)
	if err != nil {
		return nil, err
	}
	isSeparate := major == 5 && minor >= 1
	block := &Block{Bolt: fmt.Sprintf("%d.%d", major, minor)}
	block.Banner = "Bolt " + block.Bolt
	answer, err := ask(conn, helloMessage(isSeparate))
	if err != nil {
		return nil, err
	}
	block.Server = answer.text("server")
	if isSeparate && answer.ok {
		if answer, err = ask(conn, logonMessage()); err != nil {
			return block, nil //nolint:nilerr // it has said hello; that it hangs up now is no matter
		}
	}
	block.Anonymous = answer.ok
	if !answer.ok {
		block.ErrorCode, block.ErrorMessage = answer.text("code"), answer.text("message")
		block.AuthRequired = unauthorized.MatchString(block.ErrorCode)
	}
	return block, nil
}

var (
	unauthorized   = regexp.MustCompile(`\.Security\.(Unauthorized|AuthenticationRateLimit|CredentialsExpired)$`)
	versionPattern = regexp.MustCompile(`^Neo4j/(\d+(?:\.\d+)+)`)
	memgraph       = regexp.MustCompile(`(?i)memgraph`)
)

// tags names the server by what it calls itself. Memgraph calls itself Neo4j, too, for
// the sake of drivers, and adds who it is.
func (b *Block) tags() []engine.Tag {
	const category = "Databases"
	if memgraph.MatchString(b.Server) {
		return []engine.Tag{probe.Product{Name: "memgraph", FullName: "Memgraph", Category: category}.Tag("")}
	}
	neo4j := probe.Product{Name: "neo4j", FullName: "Neo4j", Category: category, Vendor: "neo4j", CPE: "neo4j"}
	if match := versionPattern.FindStringSubmatch(b.Server); match != nil {
		return []engine.Tag{neo4j.Tag(match[1])}
	}
	if unauthorized.MatchString(b.ErrorCode) && b.ErrorCode[:4] == "Neo." {
		return []engine.Tag{neo4j.Tag("")}
	}
	return nil
}
