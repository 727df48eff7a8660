package private_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
)

// hugeBodies are bodies that no client sends and every route that takes a body must
// refuse, with the status of each.
func hugeBodies() map[string]struct {
	body   string
	status int
} {
	nested := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	text := strings.Repeat("x", 1<<20)
	return map[string]struct {
		body   string
		status int
	}{
		"11 MB":                     {`{"x":"` + strings.Repeat("x", 11<<20) + `"}`, 413},
		"10 MB that is no object":   {`"` + strings.Repeat("x", api.MaxBody-2) + `"`, 400},
		"10 MB that is never whole": {`{"targets":["` + strings.Repeat("x", api.MaxBody-20), 400},
		"nested 10,000 deep": {`{"targets":` + nested + `,"ids":` + nested + `,"id":` + nested + `,"label":` + nested + `,"q":` + nested +
			`,"first_name":` + nested + `}`, 400},
		"nested without end": {strings.Repeat(`{"a":`, 20_000), 400},
		"1 MB of text": {`{"targets":["` + text + `"],"ids":"` + text + `","id":"` + text + `","label":["` + text + `"],"q":"` + text +
			`","first_name":["` + text + `"]}`, 400},
		"a query nested 10,000 deep": {`{"targets":["` + strings.Repeat("(", 10_000) + `"],"ids":"(","id":"(","label":[],"q":"` + strings.Repeat("(", 10_000) +
			`","first_name":[]}`, 400},
		"100,001 of everything": {strings.NewReplacer("LIST", `["a`+strings.Repeat(`","a`, 100_000)+`"]`).Replace(
			`{"targets":LIST,"ids":LIST,"id":LIST,"label":LIST,"q":LIST,"first_name":LIST}`), 400},
		"300,000 numbers": {strings.NewReplacer("LIST", `[1`+strings.Repeat(`,1`, 300_000)+`]`).Replace(
			`{"targets":LIST,"ids":LIST,"id":LIST,"label":LIST,"q":"*","fields":LIST,"first_name":LIST}`), 400},
		"100,000 members": {`{"x":1` + strings.Repeat(`,"x":1`, 100_000) + `}`, 400},
		"100,000 fields":  {strings.NewReplacer("LIST", `["a`+strings.Repeat(`","a`, 100_000)+`"]`).Replace(`{"id":"x","q":"*","fields":LIST}`), 400},
		"100,000 indices": {strings.NewReplacer("LIST", `[1`+strings.Repeat(`,1`, 100_000)+`]`).Replace(`{"id":"x","q":"*","indices":LIST}`), 400},
	}
}

// bodied are the routes that take a body.
func bodied() (routes []api.Route) {
	for _, route := range private.Routes(nil) {
		if route.Body != nil {
			routes = append(routes, route)
		}
	}
	return routes
}

// TestHugeBodiesAreRefusedByEveryRoute also when the table grows. The scan they are
// about exists, so that nothing else is wrong with the request.
func TestHugeBodiesAreRefusedByEveryRoute(t *testing.T) {
	r := open(t)
	id := r.pending("x")
	for name, huge := range hugeBodies() {
		for _, route := range bodied() {
			line := route.Method + " " + strings.ReplaceAll(route.Path, "{id}", fmt.Sprint(id))
			got := r.own(line, huge.body)
			got.asked = line + " with " + name
			object := got.is(huge.status).object()
			if object["kind"] != string(engine.Invalid) || len(got.body) > 5000 {
				t.Errorf("%s: kind %v in an answer of %d bytes", got.asked, object["kind"], len(got.body))
			}
		}
	}
}

func TestHugeParametersAreRefusedByEveryRoute(t *testing.T) {
	r := open(t)
	for _, route := range private.Routes(nil) {
		if route.Method != "GET" || !strings.Contains(fmt.Sprint(route.Parameters), "{q ") {
			continue
		}
		for _, q := range []string{strings.Repeat("x", 100_000), strings.Repeat("(", 10_000), strings.Repeat("NOT+", 20_000)} {
			r.own("GET "+route.Path+"?q="+q, "").is(400)
		}
	}
	// What is longer than a header may be the server refuses before the table is asked.
	r.loose = true
	r.own("GET /api/responses/?q="+strings.Repeat("x", 2<<20), "").is(431)
}

// BenchmarkHugeBodies tells how long a refusal takes.
func BenchmarkHugeBodies(b *testing.B) {
	handler := api.New(api.Config{Routes: openRoutes()})
	for name, huge := range hugeBodies() {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest("POST", "/api/scanner/", strings.NewReader(huge.body)))
				if w.Code != huge.status {
					b.Fatalf("status %d: %s", w.Code, w.Body)
				}
			}
		})
	}
}

// openRoutes is the table for everybody, for requests that are refused before anybody
// would be asked who may.
func openRoutes() []api.Route {
	routes := private.Routes(nil)
	for i := range routes {
		routes[i].Open = true
	}
	return routes
}

// FuzzBodies sends a body to every route that takes one: it is refused as an invalid
// request, or taken until control is asked, which is not there.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{
		`{"targets":["a","b,c"],"name":"X"}`, `{"targets":["192.0.2.1"],"label":"Y","ports":80,"profile":{"rate":"5"}}`, `{"ids":["7","8"]}`, `{"id":"7","shift":"-2"}`,
		`{"q":"Q","size":3,"indices":null,"raw":true,"fields":"*","source_type":"include"}`, `{"q":"*","size":"3","indices":"5","fields":["f","g"],"type":"csv"}`,
		`{"first_name":"A"}`, `{"name":["x"]}`, `[]`, `{"q":"\ud800"}`, `{"targets":[null]}`,
	} {
		f.Add(seed)
	}
	handler, routes := api.New(api.Config{Routes: openRoutes()}), bodied()
	f.Fuzz(func(t *testing.T, body string) {
		for _, route := range routes {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(route.Method, strings.ReplaceAll(route.Path, "{id}", "7"), strings.NewReader(body)))
			// Control is nil: a request that gets as far as asking it panics, which is a 500.
			if w.Code != 400 && w.Code != 500 {
				t.Errorf("%s: status %d: %s", route, w.Code, w.Body)
			}
			if w.Code == 500 && !strings.Contains(w.Body.String(), "Internal error") {
				t.Errorf("%s: %s", route, w.Body)
			}
		}
	})
}
