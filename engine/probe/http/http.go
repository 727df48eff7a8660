// Package http speaks HTTP/1.1 to web servers: the main page and where it
// redirects to, each a document, the icon, and a few paths that should not be
// there for all to read. Begin with [Probe].
//
// It does not crawl, sends no parameters and no body, keeps no cookies and
// decodes no compression, because it asks for none.
package http

import (
	"context"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// MaxRedirects is how many redirects are followed (contract part 4, referer).
const MaxRedirects = 5

// Probe speaks to web servers. The zero Probe speaks no TLS and leaves redirects
// to it alone.
type Probe struct {
	secure probe.Handshake
}

var _ probe.Inner = Probe{}

// New makes the probe with a way to speak TLS.
func New(secure probe.Handshake) Probe { return Probe{secure: secure} }

// Name is "http".
func (Probe) Name() string { return "http" }

// Ports are those web servers usually have without TLS.
func (Probe) Ports() []uint16 {
	return []uint16{80, 81, 591, 631, 3000, 5000, 5357, 5601, 5984, 7001, 7547, 8000, 8001, 8008, 8080, 8081, 8088, 8090, 8123, 8500, 8888, 9000, 9090, 9200, 10000}
}

// Run visits the server without TLS.
func (p Probe) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return visit(ctx, visitor{dialer: d, secure: p.secure}, rootOf("http", to))
}

// RunTLS visits the server inside TLS.
func (p Probe) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return visit(ctx, visitor{dialer: d, secure: p.secure}, rootOf("https", to))
}

// visit fetches the main page, follows it, and looks for the rest at the
// endpoint itself, all at the same time.
func visit(ctx context.Context, v visitor, root location) probe.Result {
	first, err := v.fetch(ctx, root)
	if err != nil {
		return probe.Failed(err)
	}
	var trail []*page
	var exposed []engine.Response
	var both sync.WaitGroup
	both.Go(func() { trail = v.follow(ctx, first) })
	if first.status != 400 {
		both.Go(func() { exposed = v.exposures(ctx, root) })
	}
	both.Wait()
	result := probe.Found(append(documents(ctx, v, trail), exposed...)...)
	// Servers of many protocols have an HTTP 400 for what they do not
	// understand; among them every web server that expects TLS.
	result.Weak = first.status == 400
	return result
}

// documents turns the pages of a trail into responses, each with the URIs that
// led to it. The icon belongs to where the trail ends.
func documents(ctx context.Context, v visitor, trail []*page) []engine.Response {
	responses := make([]engine.Response, 0, len(trail))
	var referer []string
	for i, p := range trail {
		block := newBlock(p)
		if i == len(trail)-1 {
			block.Favicon = v.favicon(ctx, p)
		}
		r := newResponse(p, block)
		r.Referer = referer
		responses = append(responses, r)
		referer = append(referer[:len(referer):len(referer)], r.URI)
	}
	return responses
}

func newResponse(p *page, block *Block) engine.Response {
	r := engine.NewResponse(p.at.to, "http", p.at.scheme, p.at.path, time.Now())
	r.Blocks["http"] = block
	r.Tags = tagsOf(p, block)
	if p.session != nil {
		p.session.Describe(&r)
	}
	return r
}
