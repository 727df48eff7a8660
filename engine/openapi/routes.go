package openapi

import (
	"net/http"
	"sync"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// Routes gives the table with two rows more, which serve what is written about all of
// it. That is written when it is first asked for: most processes never are.
func Routes(info Info, table []api.Route) []api.Route {
	d := &documents{}
	whole := append(table[:len(table):len(table)],
		api.Route{
			Method: http.MethodGet, Path: "/api/openapi.json/", Handle: d.document, Success: http.StatusOK,
			ID: "getDocument", Chapter: "Documents", Summary: "Get this description for programs", Own: true,
			Doc: "An OpenAPI 3.1 document.", Answer: map[string]any{}, Open: true, Class: api.Exempt,
		},
		api.Route{
			Method: http.MethodGet, Path: "/api/docs/", Handle: d.page, Success: http.StatusOK,
			ID: "getPage", Chapter: "Documents", Summary: "Get this description for people", Own: true,
			Doc: "One page of HTML that needs nothing else.", Open: true, Class: api.Exempt,
			Formats: []api.Format{{Type: htmlType, Doc: "the page"}},
		},
	)
	d.described = sync.OnceValue(func() *Document { return New(info, whole) })
	d.html = sync.OnceValues(func() ([]byte, error) { return Page(info, whole) })
	return whole
}

const htmlType = "text/html"

// documents serves what is written about a table.
type documents struct {
	described func() *Document
	html      func() ([]byte, error)
}

func (d *documents) document(call *api.Call) error { return call.Answer(d.described()) }

func (d *documents) page(call *api.Call) error {
	html, err := d.html()
	if err != nil {
		return err
	}
	call.Header().Set("Content-Security-Policy", Policy())
	call.Header().Set("Referrer-Policy", "no-referrer")
	return call.AnswerPage(htmlType+"; charset=utf-8", html)
}
