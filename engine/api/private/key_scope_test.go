package private_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
)

// TestKeysAreForSomething walks the table: every route lets a key in that is for it, and
// no other. Here a key is called what it is for.
func TestKeysAreForSomething(t *testing.T) {
	routes := private.Routes(nil)
	for i := range routes {
		routes[i].Handle = func(call *api.Call) error { return call.AnswerNothing() }
	}
	handler := api.New(api.Config{Routes: routes, Authenticate: func(_ context.Context, key string) (engine.User, engine.KeyScope, error) {
		return engine.User{ID: 1}, engine.KeyScope(key), nil
	}})
	for _, route := range routes {
		if route.Open {
			continue
		}
		for _, scope := range append(engine.KeyScopes(), "nothing") {
			got := asked(t, handler, route, string(scope))
			if want := scope.Includes(needed(route)); want != (got.Code < 300) {
				t.Errorf("%s lets a key for %s in: %d %s", route, scope, got.Code, got.Body)
			}
		}
	}
}

// needed is what a key has to be for, by other means than the table says it.
func needed(route api.Route) engine.KeyScope {
	switch {
	case strings.HasPrefix(route.Path, "/api/api_keys/"), strings.HasPrefix(route.Path, "/api/keys/"):
		return engine.KeyManage
	case route.Method == http.MethodGet, strings.HasSuffix(route.Path, "/download/"):
		return engine.KeyRead
	case strings.HasPrefix(route.Path, "/api/scanner/"):
		return engine.KeyScan
	}
	return engine.KeyManage
}

func asked(t *testing.T, handler http.Handler, route api.Route, key string) *httptest.ResponseRecorder {
	t.Helper()
	path := strings.NewReplacer("{id}", "1", "{", "", "}", "").Replace(route.Path)
	r := httptest.NewRequestWithContext(t.Context(), route.Method, path, http.NoBody)
	r.Header.Set("X-Api-Key", key)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// TestOwnKeys: a user makes a key, which opens for what it is for and until it ends, and
// revokes it.
func TestOwnKeys(t *testing.T) {
	r := open(t)
	later := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	made := r.own("POST /api/keys/", `{"name":"ci","scopes":["scan"],"expires_at":"`+later+`"}`).is(201).object()
	secret := fmt.Sprint(made["key"])
	if len(secret) != engine.KeyLength || !strings.HasPrefix(secret, fmt.Sprint(made["prefix"])) || made["expires_at"] != later {
		t.Fatalf("made %v", made)
	}
	with := "X-API-Key: " + secret
	r.send("GET /api/scanner/", "", with).is(200)
	r.send("POST /api/scanner/", `{"targets":["192.0.2.1"],"label":"x"}`, with).is(201)
	refused := r.send("POST /api/keys/", `{"name":"more","scopes":["manage"]}`, with).fails(403, engine.Forbidden, "api_key")
	if detail := fmt.Sprint(refused["detail"]); !strings.Contains(detail, "scope manage") || !strings.Contains(detail, "this one has scan") {
		t.Errorf("refused with %q", detail)
	}
	list := r.own("GET /api/keys/", "").is(200).body
	if !strings.Contains(list, `"name":"ci"`) || strings.Contains(list, secret) || strings.Contains(list, engine.HashKey(secret)) {
		t.Errorf("the keys are %s", list)
	}
	path := fmt.Sprintf("/api/keys/%v/", made["id"])
	r.own("DELETE "+path, "").is(204)
	r.send("GET /api/scanner/", "", with).fails(400, engine.Unauthorized, "api_key")
	r.own("GET "+path, "").fails(404, engine.NotFound, "id")
	r.own("DELETE "+path, "").fails(404, engine.NotFound, "id")
}

// TestKeysDoNotOutliveTheirMaker: a key for a while makes no key for good, and does not
// prolong itself.
func TestKeysDoNotOutliveTheirMaker(t *testing.T) {
	r := open(t)
	soon, later := time.Now().Add(time.Hour).UTC().Format(time.RFC3339), time.Now().Add(2*time.Hour).UTC().Format(time.RFC3339)
	made := r.own("POST /api/keys/", `{"name":"job","scopes":["manage"],"expires_at":"`+soon+`"}`).is(201).object()
	with := "X-API-Key: " + fmt.Sprint(made["key"])
	path := fmt.Sprintf("/api/keys/%v/", made["id"])
	for line, body := range map[string]string{
		"POST /api/keys/?1": `{"name":"x","scopes":["read"]}`,
		"POST /api/keys/?2": `{"name":"x","scopes":["read"],"expires_at":"` + later + `"}`,
		"PATCH " + path:     `{"expires_at":"` + later + `"}`,
	} {
		r.send(line, body, with).fails(403, engine.Forbidden, "expires_at")
	}
	r.send("POST /api/keys/", `{"name":"x","scopes":["read"],"expires_at":"`+soon+`"}`, with).is(201)
	if got := r.own("PATCH "+path, `{"expires_at":"`+later+`"}`).is(200).object(); got["expires_at"] != later {
		t.Errorf("moved to %v", got["expires_at"])
	}
	r.own("PATCH "+path, `{"expires_at":null}`).fails(400, engine.Invalid, "expires_at")
	const chosen = "ChosenBySomebodyElse0123456789ab"
	own := `{"name":"mine","scopes":["read"],"key":"` + chosen + `"}`
	r.own("POST /api/keys/", own).is(201)
	r.own("POST /api/keys/", own).fails(409, engine.Conflict, "api_key")
	r.send("GET /api/scanner/", "", "X-API-Key: "+chosen).is(200)
	for body, field := range map[string]string{
		`{"name":"x","scopes":["read"],"key":"0123456789abcdef"}`:                     "key",
		`{"name":"","scopes":["read"]}`:                                               "name",
		`{"name":"x","scopes":["root"]}`:                                              "scopes",
		`{"name":"x","scopes":["read"],"expires_at":"tomorrow"}`:                      "expires_at",
		`{"name":"x","scopes":["read"],"expires_at":"2001-01-01T00:00:00Z"}`:          "expires_at",
		`{"name":"x","scopes":["read"],"expires":"2099-01-01T00:00:00Z","prefix":""}`: "expires",
	} {
		r.own("POST /api/keys/", body).fails(400, engine.Invalid, field)
	}
}
