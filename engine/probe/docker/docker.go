// Package docker asks the API of Docker Engine and Podman what it is and whether
// everybody may use it. Begin with [Probe].
//
// It refines what probe/http has found. It reads the version and the list of running
// containers, and starts, stops and changes nothing. A registry of images is another
// product.
package docker

import (
	"context"
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Block is the member "docker" of a response.
type Block struct {
	Banner       string `json:"banner"`
	Engine       string `json:"engine"` // "docker" or "podman"
	Version      string `json:"version,omitempty"`
	APIVersion   string `json:"api_version,omitempty"`
	OS           string `json:"os,omitempty"`
	Arch         string `json:"arch,omitempty"`
	Kernel       string `json:"kernel_version,omitempty"`
	AuthRequired bool   `json:"auth_required"`
	Readable     bool   `json:"readable"`   // containers were listed without a login
	Containers   int    `json:"containers"` // how many are in the list, at most ten are asked for
}

// Probe speaks to container engines.
type Probe struct{ web.Refining }

var _ probe.Refiner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe {
	return Probe{web.Refining{Secure: secure, Asks: ask}}
}

// Name is "docker".
func (Probe) Name() string { return "docker" }

// Ports are those of the API without and with TLS, and of Swarm managers.
func (Probe) Ports() []uint16 { return []uint16{2375, 2376, 2377, 4243} }

// Fits looks for the headers of every answer and for the main page that is not there.
func (Probe) Fits(answers []engine.Response) bool {
	return web.Says(answers, "server: Docker/", "server: Libpod/", `{"message":"page not found"}`)
}

func ask(ctx context.Context, v web.Visit) (engine.Response, error) {
	p, err := v.Get(ctx, "/version")
	if err != nil {
		return engine.Response{}, err
	}
	version := p.Object()
	if p.Status != http.StatusOK || !version.Has("ApiVersion", "Version", "Os", "Arch") {
		return engine.Response{}, web.ErrNotIt
	}
	block := &Block{
		Banner: p.Banner(), Engine: "docker", Version: version.Text("Version"), APIVersion: version.Text("ApiVersion"),
		OS: version.Text("Os"), Arch: version.Text("Arch"), Kernel: version.Text("KernelVersion"),
	}
	if p.Header.Get("Libpod-Api-Version") != "" {
		block.Engine = "podman"
	}
	block.list(ctx, v)
	return v.Document("docker", block, product(block.Engine).Tag(block.Version)), nil
}

// list reads the running containers: whoever may do that may do everything.
func (b *Block) list(ctx context.Context, v web.Visit) {
	p, err := v.Get(ctx, "/containers/json?limit=10")
	if err != nil {
		return
	}
	b.AuthRequired = p.Status == http.StatusUnauthorized || p.Status == http.StatusForbidden
	list, ok := p.List()
	for _, container := range list {
		ok = ok && container.Has("Id", "Image")
	}
	if b.Readable = ok && p.Status == http.StatusOK; b.Readable {
		b.Containers = len(list)
	}
}

func product(engine string) probe.Product {
	if engine == "podman" {
		return probe.Product{Name: "podman", FullName: "Podman", Category: "Containers", Vendor: "podman_project", CPE: "podman"}
	}
	return probe.Product{Name: "docker", FullName: "Docker", Category: "Containers", Vendor: "docker", CPE: "docker"}
}
