package private_test

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
)

// huge is a body that no client sends, and the status it is refused with.
type huge struct {
	body   string
	status int
}

// hugeBodies must be refused by the route.
func hugeBodies(route api.Route) map[string]huge {
	nested := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	text := strings.Repeat("x", 1_000_000)
	words := func(n int) string { return `["a` + strings.Repeat(`","a`, n) + `"]` }
	numbers := func(n int) string { return "[1" + strings.Repeat(",1", n) + "]" }
	all := func(value string) string {
		return reads(route, map[string]string{"targets": value, "ids": value, "id": value, "label": value, "q": value, "first_name": value})
	}
	return map[string]huge{
		"text that is no object":   {`"` + text[:10_000] + `"`, 400},
		"text that is never whole": {`{"targets":["` + text[:10_000], 400},
		"nested 10,000 deep":       {all(nested), 400},
		"nested without end":       {strings.Repeat(`{"a":`, 20_000), 400},
		"1 MB of text": {reads(route, map[string]string{
			"targets": `["` + text + `"]`, "ids": `"` + text + `"`, "id": `"` + text + `"`, "label": `["` + text + `"]`, "q": `"` + text + `"`, "first_name": `["` + text + `"]`,
		}), 400},
		"a query nested 10,000 deep": {reads(route, map[string]string{
			"targets": `["` + strings.Repeat("(", 10_000) + `"]`, "ids": `"("`, "id": `"("`, "label": "[]", "q": `"` + strings.Repeat("(", 10_000) + `"`, "first_name": "[]",
		}), 400},
		"100,001 words":   {all(words(100_000)), 400},
		"300,000 numbers": {all(numbers(300_000)), 400},
		"10,000 members":  {`{"x":1` + strings.Repeat(`,"x":1`, 10_000) + `}`, 400},
		"10,000 fields":   {reads(route, map[string]string{"q": `"*"`, "fields": words(10_000)}), 400},
		"20,000 indices":  {reads(route, map[string]string{"q": `"*"`, "indices": numbers(20_000)}), 400},
	}
}

// reads is a body of those members that the route asks for.
func reads(route api.Route, members map[string]string) string {
	var parts []string
	for _, argument := range route.Body {
		if value, ok := members[argument.Name]; ok {
			parts = append(parts, fmt.Sprintf("%q:%s", argument.Name, value))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// most is how many bytes a body of the route may have: as many targets as a request may
// name have to fit, and nothing else is as long.
func most(route api.Route) int {
	if route.ID == "createScan" {
		return api.MaxBody
	}
	return api.UsualBody
}

// largestBodies are refused by how many bytes they are, or after the last of them. That
// is the same for every route, and takes its time.
func largestBodies() map[string]huge {
	return map[string]huge{
		"11 MB":                     {`{"x":"` + strings.Repeat("x", 11<<20) + `"}`, 413},
		"10 MB that is no object":   {`"` + strings.Repeat("x", api.MaxBody-2) + `"`, 400},
		"10 MB that is never whole": {`{"targets":["` + strings.Repeat("x", api.MaxBody-20), 400},
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

func TestTheLargestBodiesAreRefused(t *testing.T) {
	r := open(t)
	for name, huge := range largestBodies() {
		got := r.own("POST /api/scanner/", huge.body)
		got.asked = name
		got.fails(huge.status, engine.Invalid, "")
	}
}

// TestHugeBodiesAreRefusedByEveryRoute also when the table grows. The scan and the target
// they are about exist, so that nothing else is wrong with the request.
func TestHugeBodiesAreRefusedByEveryRoute(t *testing.T) {
	r := open(t)
	id := r.pending("x")
	if target := r.own("POST /api/targets/", `{"address":"192.0.2.0/24"}`).is(201).object(); fmt.Sprint(target["id"]) != fmt.Sprint(id) {
		t.Fatalf("the first target is %v, the first scan %v", target["id"], id)
	}
	for _, route := range bodied() {
		line := route.Method + " " + strings.ReplaceAll(route.Path, "{id}", fmt.Sprint(id))
		// Refused by its length alone: none of it is sent.
		r.own(line, "", fmt.Sprintf("Content-Length: %d", most(route)+1)).fails(413, engine.Invalid, "")
		for name, huge := range hugeBodies(route) {
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
	for _, route := range bodied() {
		bodies := hugeBodies(route)
		if route.Large {
			maps.Copy(bodies, largestBodies())
		}
		for name, huge := range bodies {
			b.Run(route.ID+"/"+strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
				for b.Loop() {
					w := httptest.NewRecorder()
					handler.ServeHTTP(w, httptest.NewRequest(route.Method, strings.ReplaceAll(route.Path, "{id}", "7"), strings.NewReader(huge.body)))
					if w.Code != huge.status {
						b.Fatalf("status %d: %s", w.Code, w.Body)
					}
				}
			})
		}
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
