// Package elasticsearch asks Elasticsearch, OpenSearch and their relatives what they
// are and whether they list their indices for everybody. Begin with [Probe].
//
// It refines what probe/http has found: it reads the main page and the list of
// indices, never a document, and logs in nowhere.
package elasticsearch

import (
	"context"
	"net/http"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Block is the member "elasticsearch" of a response.
type Block struct {
	Banner       string `json:"banner"`
	Distribution string `json:"distribution"` // "elasticsearch" or "opensearch"
	Version      string `json:"version,omitempty"`
	Flavor       string `json:"build_flavor,omitempty"`
	Lucene       string `json:"lucene_version,omitempty"`
	NodeName     string `json:"node_name,omitempty"`
	ClusterName  string `json:"cluster_name,omitempty"`
	ClusterUUID  string `json:"cluster_uuid,omitempty"`
	AuthRequired bool   `json:"auth_required"` // the main page wants a login
	Readable     bool   `json:"readable"`      // the list of indices was given without one
	Indices      int    `json:"indices"`       // how many are in the list, at least
}

// Probe speaks to search servers.
type Probe struct{ web.Refining }

var _ probe.Refiner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe {
	return Probe{web.Refining{Secure: secure, Asks: ask}}
}

// Name is "elasticsearch".
func (Probe) Name() string { return "elasticsearch" }

// Ports are those of the REST interface.
func (Probe) Ports() []uint16 { return []uint16{9200, 9201} }

// Fits looks for the tagline of the main page and for what stands in its place where
// a login is wanted.
func (Probe) Fits(answers []engine.Response) bool {
	return web.Says(answers, "You Know, for Search", "opensearch.org", "security_exception", "x_elastic_product: Elasticsearch") ||
		web.Says(answers, guards()...)
}

// guards are what the security plugins say who want a login.
func guards() []string {
	return []string{
		`www_authenticate: Basic realm="OpenSearch Security"`, `www_authenticate: Basic realm="Open Distro Security"`,
		`www_authenticate: Basic realm="Search Guard"`,
	}
}

func ask(ctx context.Context, v web.Visit) (engine.Response, error) {
	root, err := v.Get(ctx, "/")
	if err != nil {
		return engine.Response{}, err
	}
	block := newBlock(root)
	if block == nil {
		return engine.Response{}, web.ErrNotIt
	}
	if !block.AuthRequired {
		block.Indices, block.Readable = listIndices(ctx, v)
	}
	return v.Document("elasticsearch", block, product(block.Distribution).Tag(block.Version)), nil
}

// newBlock reads the main page; nil when it is another's.
func newBlock(root *web.Page) *Block {
	b := &Block{Banner: root.Banner(), Distribution: "elasticsearch"}
	page := root.Object()
	switch version := page.Object("version"); {
	case root.Status == http.StatusOK && page.Has("tagline", "cluster_name") && version.Has("number", "lucene_version"):
		b.Version, b.Lucene, b.Flavor = version.Text("number"), version.Text("lucene_version"), version.Text("build_flavor")
		b.NodeName, b.ClusterName, b.ClusterUUID = page.Text("name"), page.Text("cluster_name"), page.Text("cluster_uuid")
		if version.Text("distribution") == "opensearch" || strings.Contains(page.Text("tagline"), "OpenSearch") {
			b.Distribution = "opensearch"
		}
		return b
	case root.Status == http.StatusUnauthorized && page.Object("error").Text("type") == "security_exception":
		b.AuthRequired = true
		return b
	case root.Status == http.StatusUnauthorized && isGuarded(root):
		b.AuthRequired = true
		if strings.Contains(root.Header.Get("WWW-Authenticate"), "OpenSearch") {
			b.Distribution = "opensearch"
		}
		return b
	}
	return nil
}

func isGuarded(root *web.Page) bool {
	for _, guard := range guards() {
		if _, realm, _ := strings.Cut(guard, ": "); strings.HasPrefix(root.Header.Get("WWW-Authenticate"), realm) {
			return true
		}
	}
	return false
}

// listIndices reads the names and states of indices: that is the proof that data is
// readable, for the main page may be left open on purpose.
func listIndices(ctx context.Context, v web.Visit) (n int, isReadable bool) {
	p, err := v.Get(ctx, "/_cat/indices?format=json")
	if err != nil || p.Status != http.StatusOK {
		return 0, false
	}
	list, ok := p.List()
	for _, index := range list {
		if !index.Has("health", "index") {
			return 0, false
		}
	}
	return len(list), ok
}

func product(distribution string) probe.Product {
	if distribution == "opensearch" {
		return probe.Product{Name: "opensearch", FullName: "OpenSearch", Category: "Search engines", Vendor: "amazon", CPE: "opensearch"}
	}
	return probe.Product{Name: "elasticsearch", FullName: "Elasticsearch", Category: "Search engines", Vendor: "elastic", CPE: "elasticsearch"}
}
