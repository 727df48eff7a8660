package private_test

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
)

// TestEveryRouteIsDescribed: what the documents need of a row.
func TestEveryRouteIsDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, route := range private.Routes(nil) {
		for _, missing := range undescribed(route) {
			t.Errorf("%s has no %s", route, missing)
		}
		if seen[route.ID] {
			t.Errorf("%s: another route is called %s too", route, route.ID)
		}
		seen[route.ID] = true
	}
}

func undescribed(route api.Route) (missing []string) {
	parts := map[string]bool{
		"id": route.ID != "", "chapter": route.Chapter != "", "summary": route.Summary != "", "doc": route.Doc != "", "success": route.Success != 0,
		"answer": route.Answer != nil || route.Formats != nil || route.Success == 204, "slash at the end of its path": strings.HasSuffix(route.Path, "/"),
	}
	for _, argument := range slices.Concat(route.Parameters, route.Headers, route.Body) {
		parts["doc of "+argument.Name] = argument.Doc != ""
		parts["kind of "+argument.Name] = argument.Kind != ""
		parts["example of "+argument.Name] = argument.Example != nil || !argument.Required
	}
	for _, segment := range strings.Split(route.Path, "/") {
		if name, isVariable := strings.CutPrefix(segment, "{"); isVariable {
			name = strings.TrimSuffix(name, "}")
			parts["parameter "+name] = slices.ContainsFunc(route.Parameters, func(a api.Argument) bool { return a.Name == name })
		}
	}
	for part, there := range parts {
		if !there {
			missing = append(missing, part)
		}
	}
	return missing
}

// TestARouteWithoutADescriptionIsFound shows the test above what it is there for.
func TestARouteWithoutADescriptionIsFound(t *testing.T) {
	whole := api.Route{
		Method: "GET", Path: "/api/x/{id}/", ID: "getX", Chapter: "X", Summary: "s", Doc: "d", Success: 200, Answer: 1,
		Parameters: []api.Argument{{Name: "id", Kind: api.Number, Doc: "d", Required: true, Example: 1}},
	}
	if missing := undescribed(whole); missing != nil {
		t.Errorf("a whole row lacks %q", missing)
	}
	for name, spoil := range map[string]func(*api.Route){
		"doc": func(r *api.Route) { r.Doc = "" }, "id": func(r *api.Route) { r.ID = "" }, "answer": func(r *api.Route) { r.Answer = nil },
		"parameter id": func(r *api.Route) { r.Parameters = nil }, "slash at the end of its path": func(r *api.Route) { r.Path = "/api/x/{id}" },
		"example of id": func(r *api.Route) {
			r.Parameters = []api.Argument{{Name: "id", Kind: api.Number, Doc: "d", Required: true}}
		},
	} {
		spoilt := whole
		spoil(&spoilt)
		if missing := undescribed(spoilt); !slices.Contains(missing, name) {
			t.Errorf("without %s nothing but %q is missing", name, missing)
		}
	}
}

// scene makes what the examples of the documents are about: scans up to 7, the last of
// which has ended, with results, and its issue. For some operations it is in another state.
func (r *room) scene(operation string) {
	r.t.Helper()
	r.declare(operation)
	for id := range 6 {
		if operation == "compareScans" {
			r.done(fmt.Sprintf("scan %d", id+1), nil, nil, engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 80, Transport: engine.TCP, Target: "192.0.2.1"})
			continue
		}
		r.pending(fmt.Sprintf("scan %d", id+1))
	}
	if operation == "shiftScan" {
		r.pending("scan 7")
		return
	}
	r.done("scan 7", webs(3), []engine.Finding{finding("redis.no-auth", engine.High, 6379)})
	r.merge()
	if operation == "restoreScan" {
		if err := r.control.DeleteScan(r.t.Context(), r.user, 7); err != nil {
			r.t.Fatal(err)
		}
	}
}

// declare puts the example of each noun on file, but for the one that an operation is to
// create.
func (r *room) declare(operation string) {
	r.t.Helper()
	d, err := documented()
	if err != nil {
		r.t.Fatal(err)
	}
	for _, route := range private.Routes(nil) {
		if route.Method != "POST" || !isNoun(route.Path) || route.ID == operation {
			continue
		}
		line, body := exampleRequest(route.Method, route.Path, d.Paths[route.Path]["post"])
		r.own(line, body).is(201)
	}
}

// stage gives operations rooms in which what their examples are about is there. Those
// that only read share one.
type stage struct{ shared *room }

func (s *stage) room(t *testing.T, method, operation string) *room {
	t.Helper()
	alone := method != "GET" || operation == "compareScans" || operation == "resetKeyAsBefore"
	if s.shared == nil || alone {
		r := open(t)
		r.scene(operation)
		return r
	}
	r := *s.shared
	r.t = t
	return &r
}

// newStage opens the room that is shared. It is there until t ends.
func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{}
	s.shared = s.room(t, "", "")
	return s
}

// TestEveryOperationOfTheDocumentWorks calls each operation as a program would that
// knows nothing but the document: by its examples, with and without the slash, and
// without a key.
func TestEveryOperationOfTheDocumentWorks(t *testing.T) {
	d, err := documented()
	if err != nil {
		t.Fatal(err)
	}
	called, stage := map[string]bool{}, newStage(t)
	for path, methods := range d.Paths {
		for method, operation := range methods {
			called[operation.ID] = true
			t.Run(operation.ID, func(t *testing.T) {
				for _, path := range []string{path, strings.TrimSuffix(path, "/")} {
					callByDocument(stage.room(t, strings.ToUpper(method), operation.ID), strings.ToUpper(method), path, operation)
				}
			})
		}
	}
	for _, route := range private.Routes(nil) {
		if !called[route.ID] {
			t.Errorf("%s is not in the document", route)
		}
	}
}

func callByDocument(r *room, method, path string, operation operation) {
	r.t.Helper()
	line, body := exampleRequest(method, path, operation)
	if operation.Security == nil {
		r.send(line, body).is(401)
	}
	got := r.own(line, body)
	if _, known := operation.Responses[fmt.Sprint(got.status)]; got.status > 299 || !known {
		r.t.Errorf("%s %s: status %d: %s", line, body, got.status, got.body)
	}
}

// exampleRequest makes a request of the examples of what is required.
func exampleRequest(method, path string, operation operation) (line, body string) {
	query := url.Values{}
	for _, p := range operation.Parameters {
		example := fmt.Sprint(p.Example)
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(example))
		case p.In == "query" && p.Required:
			query.Set(p.Name, example)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if operation.Body != nil {
		body = string(operation.Body.Content["application/json"].Example)
	}
	return method + " " + path, body
}

// TestForeignScansAreNotFound: for a stranger every route of a scan says the same as
// for a scan that does not exist.
func TestForeignScansAreNotFound(t *testing.T) {
	r := open(t)
	id := r.done("mine", webs(1), nil)
	for _, route := range private.Routes(r.control) {
		if !strings.Contains(route.Path, "/scanner/{id}/") {
			continue
		}
		line := route.Method + " " + strings.ReplaceAll(route.Path, "{id}", fmt.Sprint(id))
		r.send(line, `{"label":"x"}`, "X-API-Key: "+foreignKey).fails(404, "not_found", "id")
		missing := route.Method + " " + strings.ReplaceAll(route.Path, "{id}", "999999")
		r.own(missing, `{"label":"x"}`).fails(404, "not_found", "id")
		noNumber := route.Method + " " + strings.ReplaceAll(route.Path, "{id}", "first")
		r.own(noNumber, `{"label":"x"}`).fails(404, "not_found", "id")
	}
	r.own(fmt.Sprintf("GET /api/scanner/%d/", id), "").is(200)
}
