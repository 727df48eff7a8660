// Package etcd asks etcd what it is and whether it gives its keys to everybody.
// Begin with [Probe].
//
// It refines what probe/http has found. It reads the version, and of the store one
// key without its value, which changes nothing; it never writes and logs in nowhere.
// It speaks the JSON gateway, not gRPC.
package etcd

import (
	"context"
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Block is the member "etcd" of a response.
type Block struct {
	Banner         string `json:"banner"`
	Version        string `json:"version,omitempty"`
	ClusterVersion string `json:"cluster_version,omitempty"`
	AuthRequired   bool   `json:"auth_required"` // keys are refused for want of a login
	Readable       bool   `json:"readable"`      // keys were given without one
	API            string `json:"api,omitempty"` // by which they were: "v3" or "v2"
}

// firstKey asks for one key and not its value, from the first to the last there is
// (a key and an end of one zero byte, etcd API reference, "key ranges").
const firstKey = `{"key":"AA==","range_end":"AA==","limit":"1","keys_only":true}`

// Probe speaks to etcd.
type Probe struct{ web.Refining }

var _ probe.Refiner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe {
	return Probe{web.Refining{Secure: secure, Asks: ask}}
}

// Name is "etcd".
func (Probe) Name() string { return "etcd" }

// Ports are those of clients.
func (Probe) Ports() []uint16 { return []uint16{2379, 4001} }

// Fits wants the main page of many servers written in Go, as which nothing more can
// be said of etcd.
func (Probe) Fits(answers []engine.Response) bool {
	for _, r := range answers {
		block := web.BlockOf(r)
		if block != nil && r.Path == "/" && block.StatusCode == http.StatusNotFound && block.Body == "404 page not found\n" && len(block.Headers["server"]) == 0 {
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
	version := p.Object()
	if p.Status != http.StatusOK || version.Text("etcdserver") == "" {
		return engine.Response{}, web.ErrNotIt
	}
	block := &Block{Banner: p.Banner(), Version: version.Text("etcdserver"), ClusterVersion: version.Text("etcdcluster")}
	block.readKeys(ctx, v)
	product := probe.Product{Name: "etcd", FullName: "etcd", Category: "Databases", Vendor: "etcd", CPE: "etcd"}
	return v.Document("etcd", block, product.Tag(block.Version)), nil
}

// readKeys tries the API of version 3 and, where there is none, that of version 2.
func (b *Block) readKeys(ctx context.Context, v web.Visit) {
	p, err := v.Post(ctx, "/v3/kv/range", firstKey)
	if err != nil {
		return
	}
	answer := p.Object()
	switch {
	case p.Status == http.StatusOK && answer.Object("header").Has("cluster_id"):
		b.Readable, b.API = true, "v3"
		return
	case answer.Has("error", "code"): // "etcdserver: user name is empty"
		b.AuthRequired = true
		return
	}
	if p, err = v.Get(ctx, "/v2/keys/"); err != nil {
		return
	}
	answer = p.Object()
	switch {
	case p.Status == http.StatusOK && answer.Text("action") == "get" && answer.Has("node"):
		b.Readable, b.API = true, "v2"
	case p.Status == http.StatusUnauthorized && answer.Has("errorCode"):
		b.AuthRequired = true
	}
}
