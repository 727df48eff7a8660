// Package http speaks HTTP to web servers: the main page and where it redirects
// to, each a document, the icon, the technologies they are made with, and a few
// paths that should not be there for all to read. Begin with [Probe].
//
// It does not crawl, sends no parameters and no body, and keeps no cookies. How one
// page is fetched is the business of engine/web.
package http

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// MaxRedirects is how many redirects are followed (contract part 4, referer).
const MaxRedirects = 5

// Probe speaks to web servers. The zero Probe speaks no TLS and leaves redirects
// to it alone.
type Probe struct {
	secure []probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with ways to speak TLS, as [web.NewVisitor] takes them.
func New(secure ...probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "http".
func (Probe) Name() string { return "http" }

// Ports are those web servers usually have without TLS.
func (Probe) Ports() []uint16 {
	return []uint16{
		80, 81, 591, 631, 2375, 2379, 3000, 3128, 4646, 5000, 5357, 5601, 5984, 7001, 7547, 8000, 8001, 8008, 8080, 8081, 8086, 8088,
		8090, 8118, 8123, 8200, 8500, 8888, 8983, 9000, 9090, 9200, 10000, 10255, 11434, 15672,
	}
}

// Run visits the server without TLS.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return p.visit(ctx, d, web.Location{Scheme: "http", To: to, Path: "/"})
}

// RunTLS visits the server inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return p.visit(ctx, d, web.Location{Scheme: "https", To: to, Path: "/"})
}

// visit fetches the main page, then follows it and looks for what should not be
// there at the same time.
func (p Probe) visit(ctx context.Context, d probe.Dialer, root web.Location) probe.Result {
	v := visit{Visitor: web.NewVisitor(d, p.secure...), dialer: d}
	defer v.Close()
	first, err := v.Fetch(ctx, root)
	if err != nil {
		return probe.Failed(err)
	}
	opening := newResponse(first)
	var trail []engine.Response
	var f findings
	var both sync.WaitGroup
	both.Go(func() { trail = v.documents(ctx, opening, v.follow(ctx, first)) })
	if products := productsOf(opening.Tags); first.Status != http.StatusBadRequest {
		both.Go(func() { f = v.look(ctx, root, products) })
	}
	both.Wait()
	trail[0].Tags = probe.JoinTags(trail[0].Tags, f.tags) // many a server whose pages do not name it names itself where one is not there
	if f.website != nil {
		trail[0].Blocks["website"] = f.website
	}
	result := probe.Found(append(trail, f.exposed...)...)
	// Servers of many protocols have an HTTP 400 for what they do not
	// understand; among them every web server that expects TLS. A proxy has it for
	// everybody who wants a page of its own.
	result.Weak = first.Status == http.StatusBadRequest && !isProxy(trail[0].Tags)
	return result
}

func productsOf(tags []engine.Tag) map[string]bool {
	names := map[string]bool{}
	for _, t := range tags {
		names[t.Name] = true
	}
	return names
}

func isProxy(tags []engine.Tag) bool {
	return slices.ContainsFunc(tags, func(t engine.Tag) bool { return slices.Contains(t.Category, "Proxies") })
}

// visit is one visit to one server.
type visit struct {
	*web.Visitor
	dialer probe.Dialer
}

// follow gives the page and those its redirects lead to, in order. It ends at a
// page seen before and where the scope or the network ends.
func (v visit) follow(ctx context.Context, p *web.Page) []*web.Page {
	trail := []*web.Page{p}
	seen := map[string]bool{p.At.URI(): true}
	for range MaxRedirects {
		reference := p.Redirect()
		if reference == "" {
			break
		}
		next, err := p.At.Resolve(ctx, v.dialer, reference)
		if err != nil || seen[next.URI()] {
			break
		}
		if p, err = v.Fetch(ctx, next); err != nil {
			break
		}
		seen[next.URI()] = true
		trail = append(trail, p)
	}
	return trail
}

// documents turns the pages of a trail into responses, each with the URIs that
// led to it; opening is that of the first. The icon belongs to where the trail ends.
func (v visit) documents(ctx context.Context, opening engine.Response, trail []*web.Page) []engine.Response {
	responses := make([]engine.Response, 0, len(trail))
	var referer []string
	for i, p := range trail {
		r := opening
		if i > 0 {
			r = newResponse(p)
		}
		if block := web.BlockOf(r); i == len(trail)-1 {
			block.Favicon = v.favicon(ctx, p)
		}
		r.Referer = referer
		responses = append(responses, r)
		referer = append(referer[:len(referer):len(referer)], r.URI)
	}
	return responses
}

func newResponse(p *web.Page) engine.Response {
	block := p.Block()
	r := p.Response(block)
	r.Tags = tagsOf(p, block)
	if resources := resourcesOf(p); resources != nil {
		r.Blocks["resources"] = resources
	}
	return r
}
