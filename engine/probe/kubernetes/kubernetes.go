// Package kubernetes asks the API server of Kubernetes and the kubelet of a node
// what they are and what they give to strangers. Begin with [Probe].
//
// It refines what probe/http has found. It reads the version, the first name of a
// namespace or the list of pods, and runs, changes and logs in to nothing. An API
// server that answers anonymous questions about its version is as it should be.
package kubernetes

import (
	"context"
	"net/http"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Block is the member "kubernetes" of a response.
type Block struct {
	Banner       string `json:"banner"`
	Component    string `json:"component"` // "apiserver" or "kubelet"
	Version      string `json:"version,omitempty"`
	Platform     string `json:"platform,omitempty"`
	AuthRequired bool   `json:"auth_required"` // namespaces, or pods, are refused to strangers
	Anonymous    bool   `json:"anonymous"`     // they were given to one
}

// Probe speaks to API servers and kubelets.
type Probe struct{ web.Refining }

var _ probe.Refiner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe {
	return Probe{web.Refining{Secure: secure, Asks: ask}}
}

// Name is "kubernetes".
func (Probe) Name() string { return "kubernetes" }

// Ports are those of API servers, of kubelets, and of kubelets that are read only.
func (Probe) Ports() []uint16 { return []uint16{6443, 8443, 16443, 10250, 10255} }

// Fits looks for the objects an API server answers with, and for the main page of a
// kubelet: that of many servers written in Go, or a refusal.
func (Probe) Fits(answers []engine.Response) bool {
	if web.Says(answers, `"kind":"Status"`, `"kind": "Status"`, `"/apis`, "x_kubernetes_pf_flowschema_uid: ", "Forbidden (user=system:anonymous") {
		return true
	}
	for _, r := range answers {
		if block := web.BlockOf(r); block != nil && (block.Body == "404 page not found\n" || block.Body == "Unauthorized") {
			return true
		}
	}
	return false
}

func ask(ctx context.Context, v web.Visit) (engine.Response, error) {
	p, err := v.Get(ctx, "/version")
	if err != nil {
		return engine.Response{}, err
	}
	var block *Block
	if answer := p.Object(); isAPI(p, answer) {
		block = &Block{Banner: p.Banner(), Component: "apiserver", Version: strings.TrimPrefix(answer.Text("gitVersion"), "v"), Platform: answer.Text("platform")}
		block.readNamespaces(ctx, v)
	} else if block, err = askKubelet(ctx, v); err != nil {
		return engine.Response{}, err
	}
	product := probe.Product{Name: "kubernetes", FullName: "Kubernetes", Category: "Containers", Vendor: "kubernetes", CPE: "kubernetes"}
	return v.Document("kubernetes", block, product.Tag(plain(block.Version))), nil
}

// isAPI wants a version as Kubernetes writes it, or a refusal as an object.
func isAPI(p *web.Page, answer web.Object) bool {
	if p.Status == http.StatusOK {
		return answer.Has("gitVersion", "gitCommit", "major", "minor", "platform")
	}
	return (p.Status == http.StatusUnauthorized || p.Status == http.StatusForbidden) &&
		answer.Text("kind") == "Status" && answer.Text("apiVersion") == "v1" && answer.Has("metadata", "reason", "code")
}

func (b *Block) readNamespaces(ctx context.Context, v web.Visit) {
	p, err := v.Get(ctx, "/api/v1/namespaces?limit=1")
	if err != nil {
		return
	}
	kind := p.Object().Text("kind")
	b.Anonymous = p.Status == http.StatusOK && kind == "NamespaceList"
	b.AuthRequired = (p.Status == http.StatusUnauthorized || p.Status == http.StatusForbidden) && kind == "Status"
}

// askKubelet wants pods, or a refusal in the kubelet's own words.
func askKubelet(ctx context.Context, v web.Visit) (*Block, error) {
	p, err := v.Get(ctx, "/pods")
	if err != nil {
		return nil, err
	}
	b := &Block{Banner: p.Banner(), Component: "kubelet"}
	switch answer := p.Object(); {
	case p.Status == http.StatusOK && answer.Text("kind") == "PodList" && answer.Text("apiVersion") == "v1":
		b.Anonymous, b.Banner = true, `"kind":"PodList"` // pods carry secrets in their environment
		return b, nil
	case p.Status == http.StatusForbidden && strings.HasPrefix(string(p.Body), "Forbidden (user=system:anonymous, verb=get, resource=nodes"):
		b.AuthRequired = true
		return b, nil
	}
	return nil, web.ErrNotIt
}

// plain is a version without what distributions add: "1.27.3-gke.100", "1.28.2+k3s1".
func plain(version string) string {
	if i := strings.IndexAny(version, "-+"); i >= 0 {
		return version[:i]
	}
	return version
}
