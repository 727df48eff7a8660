package web

import (
	"net/http"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
)

// Page is one answer of a server.
type Page struct {
	At      Location
	Status  int
	Line    string // "403 Forbidden"
	Major   int
	Minor   int
	Header  http.Header
	Length  int64         // Content-Length, -1 if unknown
	Coding  []string      // of the transfer: "chunked"
	Body    []byte        // at most MaxBody, its coding undone
	Session probe.Session // nil without TLS
}

// Redirect is where the page sends its reader; "" if nowhere.
func (p *Page) Redirect() string {
	switch p.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return p.Header.Get("Location")
	}
	return ""
}

// Response is the document of the page, with its block.
func (p *Page) Response(block *Block) engine.Response {
	r := engine.NewResponse(p.At.To, "http", p.At.Scheme, p.At.Path, time.Now())
	r.Blocks["http"] = block
	if p.Session != nil {
		p.Session.Describe(&r)
	}
	return r
}

// BlockOf gives the member "http" of a response; nil if it has none.
func BlockOf(r engine.Response) *Block {
	block, _ := r.Blocks["http"].(*Block)
	return block
}
