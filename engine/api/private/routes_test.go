package private_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
)

// TestEveryRouteAnswers calls every row of the table with a request that it takes, in
// both spellings of its path, and without a key.
func TestEveryRouteAnswers(t *testing.T) {
	bodies := map[string]string{
		"POST /api/scanner/":                 `{"targets":["192.0.2.1"]}`,
		"POST /api/scanner/bulk_delete/":     `{"ids":[%d]}`,
		"POST /api/scanner/change_priority/": `{"id":%d,"shift":1}`,
		"PATCH /api/scanner/{id}/":           `{"label":"x"}`,
		"PUT /api/scanner/{id}/":             `{"label":"x"}`,
		"POST /api/responses/download/":      `{"q":"*"}`,
		"PATCH /api/users/current/":          `{"first_name":"x"}`,
	}
	r := open(t)
	called := 0
	for _, route := range private.Routes(r.control) {
		for _, path := range []string{route.Path, strings.TrimSuffix(route.Path, "/")} {
			id := r.pending("x") // for each call a new one, because some delete it
			line := route.Method + " " + strings.ReplaceAll(path, "{id}", fmt.Sprint(id))
			if route.Path == "/api/responses/" || route.Path == "/api/responses_count/" {
				line += "?q=*"
			}
			body := bodies[route.String()]
			if strings.Contains(body, "%d") {
				body = fmt.Sprintf(body, id)
			}
			r.send(line, body).is(401)
			key := fmt.Sprintf("aKeyForOneCall%06d", called) // for each call a new one, because some replace it
			r.alias(key)
			got := r.send(line, body, "X-API-Key: "+key).is(route.Success)
			if got.header.Get("Content-Type") != "application/json" && route.Success != 204 {
				t.Errorf("%s: Content-Type %q", line, got.header.Get("Content-Type"))
			}
			called++
		}
		if route.Summary == "" || route.Doc == "" || !strings.HasSuffix(route.Path, "/") {
			t.Errorf("%s is not described, or its path does not end in a slash", route)
		}
	}
	if called < 30 {
		t.Errorf("only %d calls; is the table whole?", called)
	}
}

// TestForeignScansAreNotFound: for a stranger every route of a scan says the same as
// for a scan that does not exist.
func TestForeignScansAreNotFound(t *testing.T) {
	r := open(t)
	id := r.done("mine", webs(1), nil)
	for _, route := range private.Routes(r.control) {
		if !strings.Contains(route.Path, "{id}") {
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
