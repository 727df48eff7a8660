package web

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// ErrNotIt says that a server is not the application it was asked for.
var ErrNotIt = errors.New("another application")

// maxBanner is how much of a page is kept as the banner of an application.
const maxBanner = 2048

// Visit is what a probe of an application works with: a visitor and the main page's
// address.
type Visit struct {
	*Visitor
	Root Location
}

// Get fetches a page of the application.
func (v Visit) Get(ctx context.Context, path string) (*Page, error) {
	return v.Fetch(ctx, v.Root.With(path))
}

// Post asks a question in JSON, which must change nothing.
func (v Visit) Post(ctx context.Context, path, question string) (*Page, error) {
	at := v.Root.With(path)
	at.Question = question
	return v.Fetch(ctx, at)
}

// Application is how the probe of an application asks: the document it gives, or why
// there is none.
type Application func(ctx context.Context, v Visit) (engine.Response, error)

// Ask visits a server and asks it. scheme is "http" or "https".
func (ask Application) Ask(ctx context.Context, d probe.Dialer, secure probe.Handshake, scheme string, to engine.Endpoint) probe.Result {
	v := Visit{Visitor: NewVisitor(d, secure), Root: Location{Scheme: scheme, To: to, Path: "/"}}
	defer v.Close()
	r, err := ask(ctx, v)
	if err != nil {
		return probe.Failed(err)
	}
	return probe.Found(r)
}

// Refining is what the probes have in common that refine what probe/http has found. A
// probe embeds it.
type Refining struct {
	Secure probe.Handshake
	Asks   Application
}

// Refines is "http".
func (Refining) Refines() string { return "http" }

// Run asks without TLS.
func (f Refining) Run(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return f.Asks.Ask(ctx, d, f.Secure, "http", to)
}

// RunTLS asks inside TLS.
func (f Refining) RunTLS(ctx context.Context, d probe.Dialer, to engine.Endpoint) probe.Result {
	return f.Asks.Ask(ctx, d, f.Secure, "https", to)
}

// Document is that of an application with a protocol of its own: prot7 is "http",
// and its block stands under the protocol's name.
func (v Visit) Document(protocol string, block any, tags ...engine.Tag) engine.Response {
	r := engine.NewResponse(v.Root.To, "http", protocol, "", time.Now())
	r.Blocks[protocol], r.Tags = block, tags
	return r
}

// Banner is the beginning of a page, as a probe keeps it.
func (p *Page) Banner() string { return Clip(string(p.Text()), maxBanner) }

// Says reports whether any answer holds any of the texts: in its title, its body, or
// in a header written as "server: nginx", or "content_length: 0$" where that is the
// whole value. Letters count as they are written, names of headers in lower case with
// underscores.
func Says(answers []engine.Response, texts ...string) bool {
	for _, r := range answers {
		block := BlockOf(r)
		if block == nil {
			continue
		}
		for _, text := range texts {
			if strings.Contains(block.Body, text) || block.hasHeader(text) {
				return true
			}
		}
	}
	return false
}

func (b *Block) hasHeader(text string) bool {
	name, value, ok := strings.Cut(text, ": ")
	if !ok {
		return false
	}
	whole, isWhole := strings.CutSuffix(value, "$")
	for _, said := range b.Headers[name] {
		if isWhole && said == whole || !isWhole && strings.Contains(said, value) {
			return true
		}
	}
	return false
}
