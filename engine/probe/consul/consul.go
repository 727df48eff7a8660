// Package consul asks HashiCorp Consul what it is and whether it tells its
// configuration to everybody. Begin with [Probe].
//
// It refines what probe/http has found. It reads the agent's description of itself
// and nothing of what is stored; it logs in nowhere.
package consul

import (
	"context"
	"net/http"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Block is the member "consul" of a response.
type Block struct {
	Banner       string `json:"banner"`
	Version      string `json:"version,omitempty"`
	Datacenter   string `json:"datacenter,omitempty"`
	NodeName     string `json:"node_name,omitempty"`
	Server       bool   `json:"server"`        // not an agent of a client only
	AuthRequired bool   `json:"auth_required"` // the agent wants a token
	Readable     bool   `json:"readable"`      // it described itself without one
}

// Probe speaks to Consul agents.
type Probe struct{ web.Refining }

var _ probe.Refiner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe {
	return Probe{web.Refining{Secure: secure, Asks: ask}}
}

// Name is "consul".
func (Probe) Name() string { return "consul" }

// Ports are those of the HTTP API.
func (Probe) Ports() []uint16 { return []uint16{8500, 8501} }

// Fits looks for the way to the user interface, which other programs of HashiCorp have
// as well, and for Consul's name.
func (Probe) Fits(answers []engine.Response) bool {
	return web.Says(answers, "Consul Agent", "Consul by HashiCorp", "location: /ui/", "x_consul_default_acl_policy: ")
}

func ask(ctx context.Context, v web.Visit) (engine.Response, error) {
	p, err := v.Get(ctx, "/v1/agent/self")
	if err != nil {
		return engine.Response{}, err
	}
	block := newBlock(p)
	if block == nil {
		return engine.Response{}, web.ErrNotIt
	}
	product := probe.Product{Name: "consul", FullName: "HashiCorp Consul", Category: "Service discovery", Vendor: "hashicorp", CPE: "consul"}
	return v.Document("consul", block, product.Tag(block.Version)), nil
}

// newBlock reads the agent's description of itself, or its refusal, which carries
// Consul's own headers; nil when it is another's.
func newBlock(p *web.Page) *Block {
	b := &Block{Banner: p.Banner()}
	config := p.Object().Object("Config")
	isRefusal := strings.Contains(string(p.Body), "Permission denied") || strings.Contains(string(p.Body), "ACL not found")
	switch {
	case p.Status == http.StatusOK && config.Has("Datacenter", "NodeName", "Version"):
		b.Readable = true
		b.Version, b.Datacenter, b.NodeName = config.Text("Version"), config.Text("Datacenter"), config.Text("NodeName")
		b.Server = string(config["Server"]) == "true"
		return b
	case p.Status == http.StatusForbidden && isRefusal && p.Header.Get("X-Consul-Default-Acl-Policy") != "":
		b.AuthRequired = true
		return b
	}
	return nil
}
