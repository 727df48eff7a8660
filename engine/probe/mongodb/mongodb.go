// Package mongodb asks MongoDB, and what else speaks its wire protocol, who it is and
// whether it lists its databases to strangers. Begin with [Probe].
//
// It never logs in and reads no document: databases are listed by name only.
package mongodb

import (
	"context"
	"fmt"
	"net"
	"regexp"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Block is the member "mongodb" of a response.
type Block struct {
	Banner         string   `json:"banner"` // answer to isMaster as it came
	Version        string   `json:"version,omitempty"`
	MinWireVersion int      `json:"min_wire_version"`
	MaxWireVersion int      `json:"max_wire_version"`
	Primary        bool     `json:"is_master"` // takes writes
	Router         bool     `json:"is_router"` // mongos, in front of shards
	ReplicaSet     string   `json:"replica_set,omitempty"`
	Hosts          []string `json:"hosts,omitempty"` // of the replica set
	GitVersion     string   `json:"git_version,omitempty"`
	Modules        []string `json:"modules,omitempty"` // "enterprise"
	Bits           int      `json:"bits,omitempty"`

	Anonymous    bool     `json:"anonymous"`     // lists its databases to strangers
	AuthRequired bool     `json:"auth_required"` // refuses to
	Databases    []string `json:"databases,omitempty"`
	ErrorCode    int      `json:"error_code,omitempty"`
	ErrorMessage string   `json:"error_message,omitempty"`
}

// Probe speaks to MongoDB. The zero Probe speaks no TLS.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "mongodb".
func (Probe) Name() string { return "mongodb" }

// Ports are the server's, and those of shards and configuration servers.
func (Probe) Ports() []uint16 { return []uint16{27017, 27018, 27019, 27020} }

// Run asks isMaster, buildInfo and listDatabases.
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
		session := &session{conn: conn}
		hello, err := session.ask("isMaster")
		if err != nil {
			return probe.Failed(fmt.Errorf("ask isMaster: %w", err))
		}
		block, err := newBlock(hello)
		if err != nil {
			return probe.Failed(err)
		}
		r := probe.NewResponse(conn, to, "mongodb")
		r.Blocks["mongodb"] = block
		session.modern = block.MaxWireVersion >= wireOpMsg
		build, err := session.ask("buildInfo")
		if err == nil {
			block.learnBuild(build)
		}
		r.Tags = tags(hello, build)
		if list, err := session.ask("listDatabases"); err == nil {
			block.learnDatabases(list)
		}
		return probe.Found(r)
	})
}

// newBlock reads the answer to isMaster, which no other protocol's server gives.
func newBlock(hello Document) (*Block, error) {
	_, told := hello["ismaster"].(bool)
	if !told || hello.number("maxBsonObjectSize") == 0 || hello.number("ok") != 1 {
		return nil, fmt.Errorf("%w: no answer to isMaster", errNotMongoDB)
	}
	return &Block{
		Banner: hello.text(rawMember), Primary: hello["ismaster"] == true, Router: hello.text("msg") == "isdbgrid",
		MinWireVersion: hello.number("minWireVersion"), MaxWireVersion: hello.number("maxWireVersion"),
		ReplicaSet: hello.text("setName"), Hosts: hello.texts("hosts"),
	}, nil
}

func (b *Block) learnBuild(build Document) {
	b.Version, b.GitVersion = build.text("version"), build.text("gitVersion")
	b.Modules, b.Bits = build.texts("modules"), build.number("bits")
}

func (b *Block) learnDatabases(list Document) {
	if list.number("ok") != 1 {
		const unauthorized = 13
		b.ErrorCode, b.ErrorMessage = list.number("code"), list.text("errmsg")
		b.AuthRequired = b.ErrorCode == unauthorized
		return
	}
	databases, ok := list["databases"].([]any)
	if !ok {
		return
	}
	b.Anonymous = true
	for _, database := range databases {
		if d, ok := database.(Document); ok {
			b.Databases = append(b.Databases, d.text("name"))
		}
	}
}

var versionPattern = regexp.MustCompile(`^\d+(\.\d+)+`)

// tags names the server by what it says of its build. Relatives name themselves, and
// give the version of MongoDB they are like.
func tags(hello, build Document) []engine.Tag {
	product := probe.Product{Name: "mongodb", FullName: "MongoDB", Category: "Databases", Vendor: "mongodb", CPE: "mongodb"}
	version := versionPattern.FindString(build.text("version"))
	switch {
	case build.text("psmdbVersion") != "":
		product = probe.Product{Name: "percona-mongodb", FullName: "Percona Server for MongoDB", Category: "Databases"}
		version = build.text("psmdbVersion")
	case build["ferretdb"] != nil || build["ferretdbVersion"] != nil:
		product = probe.Product{Name: "ferretdb", FullName: "FerretDB", Category: "Databases"}
		inner, _ := build["ferretdb"].(Document)
		version = versionPattern.FindString(trimV(build.text("ferretdbVersion") + inner.text("version")))
	case build.text("gitVersion") == "" || hello["localTime"] == nil:
		return nil
	}
	return []engine.Tag{product.Tag(version)}
}

func trimV(version string) string {
	if len(version) > 0 && version[0] == 'v' {
		return version[1:]
	}
	return version
}
