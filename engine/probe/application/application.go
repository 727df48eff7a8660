// Package application asks web applications that are often left open (dashboards,
// stores, consoles) for their version and for one thing that only those with a login
// should read. Begin with [Probe]; what is asked stands in [Applications].
//
// It refines what probe/http has found: what it learns becomes part of the document
// of the main page, as a block under the application's name. Applications whose
// protocol has a name of its own, as Elasticsearch, have a probe of their own. It
// changes nothing and logs in nowhere.
package application

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Block is the member of a response under the name of an application.
type Block struct {
	Banner       string `json:"banner"` // answer that proves the application
	Version      string `json:"version,omitempty"`
	AuthRequired bool   `json:"auth_required"` // data is refused for want of a login
	Readable     bool   `json:"readable"`      // data was given without one
}

// Application is one that can be asked.
type Application struct {
	Product probe.Product
	// Signs are what any of the answers must say, as [web.Says] has it.
	Signs []string
	// Proof is the path of an answer by which the application proves itself.
	Proof  string
	Proves func(p *web.Page) (version string, ok bool)
	// Data is the path of what only those with a login should read; empty if nothing
	// can be asked without harm.
	Data   string
	IsData func(p *web.Page) bool
}

// Probe speaks to web applications.
type Probe struct{ web.Refining }

var _ probe.Refiner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe {
	return Probe{web.Refining{Secure: secure, Asks: ask}}
}

// Name is "application".
func (Probe) Name() string { return "application" }

// Ports are those of the applications that have one of their own.
func (Probe) Ports() []uint16 {
	return []uint16{3000, 4040, 4646, 5000, 5601, 5984, 8080, 8086, 8088, 8123, 8200, 8888, 8983, 9000, 9090, 9870, 11434, 15672, 18080, 50070}
}

// Fits reports whether the answers bear a sign of any application.
func (Probe) Fits(answers []engine.Response) bool {
	return slices.ContainsFunc(Applications(), func(a Application) bool { return web.Says(answers, a.Signs...) })
}

// ask reads the main page and where it redirects to, and asks the applications whose
// signs are there.
func ask(ctx context.Context, v web.Visit) (engine.Response, error) {
	answers, err := entrance(ctx, v)
	if err != nil {
		return engine.Response{}, err
	}
	r := engine.NewResponse(v.Root.To, "http", v.Root.Scheme, "/", time.Now())
	for _, a := range Applications() {
		if !web.Says(answers, a.Signs...) {
			continue
		}
		if block := a.ask(ctx, v); block != nil {
			r.Blocks[a.Product.Name] = block
			r.Tags = append(r.Tags, a.Product.Tag(block.Version))
		}
	}
	if len(r.Blocks) == 0 {
		return engine.Response{}, web.ErrNotIt
	}
	return r, nil
}

// entrance is the main page, and the page at the same server to which it redirects.
func entrance(ctx context.Context, v web.Visit) ([]engine.Response, error) {
	p, err := v.Get(ctx, "/")
	if err != nil {
		return nil, err
	}
	answers := []engine.Response{p.Response(p.Block())}
	if len(p.Redirect()) > 0 && p.Redirect()[0] == '/' {
		if next, err := v.Get(ctx, p.Redirect()); err == nil {
			answers = append(answers, next.Response(next.Block()))
		}
	}
	return answers, nil
}

// ask gives nil when the application does not prove itself.
func (a Application) ask(ctx context.Context, v web.Visit) *Block {
	p, err := v.Get(ctx, a.Proof)
	if err != nil {
		return nil
	}
	version, ok := a.Proves(p)
	if !ok {
		return nil
	}
	b := &Block{Banner: p.Banner(), Version: version}
	if a.Data == "" {
		return b
	}
	if p, err = v.Get(ctx, a.Data); err != nil {
		return b
	}
	b.AuthRequired = p.Status == http.StatusUnauthorized || p.Status == http.StatusForbidden
	b.Readable = p.Status == http.StatusOK && a.IsData(p)
	return b
}
