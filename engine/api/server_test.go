package api_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func table() []api.Route {
	return []api.Route{
		{Method: "GET", Path: "/api/things/", Handle: echo, Success: 200, Open: true},
		{Method: "POST", Path: "/api/things/", Handle: echo, Success: 201, Open: true},
		{Method: "POST", Path: "/api/things/bulk/", Handle: echo, Success: 200, Open: true},
		{Method: "GET", Path: "/api/things/{id}/", Handle: echo, Success: 200, Open: true},
		{Method: "DELETE", Path: "/api/things/{id}/", Handle: func(call *api.Call) error { return call.AnswerNothing() }, Success: 204, Open: true},
		{Method: "GET", Path: "/api/private/", Handle: echo, Success: 200},
	}
}

func TestEverySpellingOfAPathIsServedDirectly(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: table()})
	for path, id := range map[string]string{
		"/api/things/7/": "7", "/api/things/7": "7", "//api/things/7/": "7", "/api//things///7": "7", "/api/./things/x/../7/": "7",
		"/api/things/a%2Fb/": "a/b", "/api/things/7?x=1": "7", "/api/things/%2e%2e": "..",
	} {
		got := send(t, address, "", "GET "+path+" HTTP/1.1")
		if got.StatusCode != 200 || got.members["id"] != id {
			t.Errorf("GET %s: %d, id %v, want 200, %q", path, got.StatusCode, got.members["id"], id)
		}
	}
	for _, path := range []string{"/api/things", "//api/things/", "/api/things/"} {
		if got := send(t, address, "{}", "POST "+path+" HTTP/1.1", "Content-Length: 2"); got.StatusCode != 201 {
			t.Errorf("POST %s: %d, want 201", path, got.StatusCode)
		}
	}
}

func TestUnknownPathsAreJSON(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: table()})
	for _, line := range []string{"GET / HTTP/1.1", "GET /api/nothing HTTP/1.1", "POST /api/things/7/8/9/ HTTP/1.1", "GET /api/things/7/.. HTTP/1.1", "CONNECT engine:80 HTTP/1.1"} {
		got := send(t, address, "", line)
		if line == "GET /api/things/7/.. HTTP/1.1" {
			if got.StatusCode != 200 { // the list
				t.Errorf("%s: %d", line, got.StatusCode)
			}
			continue
		}
		// Not engine.NotFound: a program must not take a wrong address for a deleted thing.
		got.isError(t, 404, engine.Invalid)
	}
}

func TestWrongMethodNamesTheRightOnes(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: table()})
	for line, allow := range map[string]string{
		"PUT /api/things/ HTTP/1.1":      "GET, HEAD, POST",
		"POST /api/things/7 HTTP/1.1":    "DELETE, GET, HEAD",
		"GET /api/things/bulk HTTP/1.1":  "POST",
		"HEAD /api/things/bulk HTTP/1.1": "POST",
	} {
		got := send(t, address, "", line)
		if got.StatusCode != 405 || got.Header.Get("Allow") != allow {
			t.Errorf("%s: %d, Allow %q, want 405, %q", line, got.StatusCode, got.Header.Get("Allow"), allow)
		}
		if !strings.HasPrefix(line, "HEAD") {
			got.isError(t, 405, engine.Invalid)
		}
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: table()})
	got := send(t, address, "", "HEAD /api/things/7 HTTP/1.1")
	if got.StatusCode != 200 || got.body != "" || got.ContentLength <= 0 {
		t.Errorf("%d, body %q, length %d", got.StatusCode, got.body, got.ContentLength)
	}
}

func TestSuccessIsTheRoutes(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: table()})
	got := send(t, address, "", "DELETE /api/things/7 HTTP/1.1")
	if got.StatusCode != 204 || got.body != "" {
		t.Errorf("%d %q, want an empty 204", got.StatusCode, got.body)
	}
}

func TestKeys(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: table(), WrongKey: 400})
	for header, want := range map[string]int{
		"X-API-Key: " + goodKey: 200, "x-api-key: " + goodKey: 200, "X-Api-Key: " + goodKey + " ": 200,
		"Authorization: Bearer " + goodKey: 200, "authorization: bearer " + goodKey: 200,
		"Authorization: " + basic("7", goodKey): 200, "Authorization: " + basic("", goodKey): 200,
		"X-API-Key: wrong": 400, "Authorization: Bearer wrong": 400, "Authorization: " + basic("7", "wrong"): 400, "Authorization: " + basic("8", goodKey): 400,
		"X-API-Key:": 401, "Authorization: Bearer": 401, "Authorization: Basic " + goodKey: 401, "Accept: */*": 401,
	} {
		got := send(t, address, "", "GET /api/private/ HTTP/1.1", header)
		if got.StatusCode != want {
			t.Errorf("%q: %d, want %d", header, got.StatusCode, want)
			continue
		}
		if want != 200 {
			got.isError(t, want, engine.Unauthorized)
			got.has(t, "field", "api_key")
		}
	}
}

func basic(user, key string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+key))
}

func TestWrongKeyIsUnauthorizedByDefault(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: table()})
	send(t, address, "", "GET /api/private/ HTTP/1.1", "X-API-Key: wrong").isError(t, 401, engine.Unauthorized)
}

func TestThrottled(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: table(), Throttle: func(_ context.Context, caller engine.User, class api.Class) error {
		if caller.ID != 7 || class != api.Ordinary {
			return errors.New("asked about somebody else")
		}
		return &engine.Error{Kind: engine.Throttled, Title: "Too fast", Detail: "60 requests a minute", RetryAfter: 1200 * time.Millisecond}
	}})
	got := send(t, address, "", "GET /api/private/ HTTP/1.1", "X-API-Key: "+goodKey)
	got.isError(t, 429, engine.Throttled)
	got.has(t, "type", "request_was_throttled")
	got.has(t, "detail", "Request was throttled.")
	if after := got.Header.Get("Retry-After"); after != "2" {
		t.Errorf("Retry-After %q, want whole seconds, rounded up", after)
	}
}

func TestErrorsHaveTheStatusOfTheirKind(t *testing.T) {
	status := map[engine.Kind]int{
		engine.Invalid: 400, engine.Limit: 400, engine.Unauthorized: 401, engine.Forbidden: 403,
		engine.NotFound: 404, engine.Conflict: 409, engine.Throttled: 429, engine.Internal: 500,
	}
	for kind, want := range status {
		err := &engine.Error{Kind: kind, Title: "A title", Detail: "a detail", Hint: "a hint", Field: "a.field"}
		route := api.Route{Method: "GET", Path: "/api/x/", Handle: fails(fmt.Errorf("wrapped: %w", err)), Success: 200, Open: true}
		address, _ := serve(t, api.Config{Routes: []api.Route{route}})
		got := send(t, address, "", "GET /api/x/ HTTP/1.1")
		got.isError(t, want, kind)
		got.has(t, "hint", "a hint")
		got.has(t, "field", "a.field")
	}
}

func TestConflictMayBeABadRequest(t *testing.T) {
	route := api.Route{Method: "GET", Path: "/api/x/", Handle: fails(&engine.Error{Kind: engine.Conflict, Title: "Scan is not pending"}), Open: true, Conflict: 400}
	address, _ := serve(t, api.Config{Routes: []api.Route{route}})
	got := send(t, address, "", "GET /api/x/ HTTP/1.1")
	got.isError(t, 400, engine.Conflict)
	got.has(t, "title", "Scan is not pending")
}

func TestInvalidHasTheKnownTitleAndKeepsItsOwn(t *testing.T) {
	route := api.Route{Method: "GET", Path: "/api/x/", Handle: fails(&engine.Error{Kind: engine.Invalid, Title: "Target is not valid", Detail: "it is a URL"}), Open: true}
	address, _ := serve(t, api.Config{Routes: []api.Route{route}})
	got := send(t, address, "", "GET /api/x/ HTTP/1.1")
	got.has(t, "title", "Request parsing error")
	got.has(t, "type", "request_parsing_error")
	got.has(t, "reason", "Target is not valid")
}

func TestLimitsCarryTheirNumbers(t *testing.T) {
	route := api.Route{Method: "GET", Path: "/api/x/", Handle: fails(&engine.Error{Kind: engine.Limit, Title: "Max number of stored scans exceeded", Limit: 5}), Open: true}
	address, _ := serve(t, api.Config{Routes: []api.Route{route}})
	got := send(t, address, "", "GET /api/x/ HTTP/1.1")
	got.has(t, "limit", 5.0)
	got.has(t, "current", 0.0)
	got.has(t, "title", "Max number of stored scans exceeded")
}

func TestForeignErrorsStayInside(t *testing.T) {
	route := api.Route{Method: "GET", Path: "/api/x/", Handle: fails(errors.New("open /srv/secret: no")), Open: true}
	address, log := serve(t, api.Config{Routes: []api.Route{route}})
	got := send(t, address, "", "GET /api/x/ HTTP/1.1", "X-Request-Id: my-request.1")
	got.isError(t, 500, engine.Internal)
	got.has(t, "request_id", "my-request.1")
	if strings.Contains(got.body, "secret") {
		t.Error("the answer tells what only the log should:", got.body)
	}
	if !strings.Contains(log.String(), "secret") || !strings.Contains(log.String(), "my-request.1") {
		t.Error("the log has no cause:", log)
	}
}

func TestPanicIsAnAnswer(t *testing.T) {
	route := api.Route{Method: "GET", Path: "/api/x/", Handle: func(*api.Call) error { panic("boom") }, Open: true}
	address, log := serve(t, api.Config{Routes: []api.Route{route}})
	send(t, address, "", "GET /api/x/ HTTP/1.1").isError(t, 500, engine.Internal)
	if !strings.Contains(log.String(), "boom") {
		t.Error("the log does not know of the panic:", log)
	}
}

func TestRequestIDsOfOthersMustBeHarmless(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: table()})
	for id, kept := range map[string]bool{"abc-1.2_3": true, "": false, "a b": false, strings.Repeat("a", 65): false, "a\"b": false} {
		got := send(t, address, "", "GET /api/things/ HTTP/1.1", "X-Request-Id: "+id).Header.Get("X-Request-Id")
		if (got == id) != kept || got == "" {
			t.Errorf("%q became %q", id, got)
		}
	}
}

func TestStreamsAreSentAsTheyComeIntoBeing(t *testing.T) {
	more := make(chan struct{})
	route := api.Route{Method: "GET", Path: "/api/x/", Success: 200, Open: true, Handle: func(call *api.Call) error {
		stream := call.Stream("application/json")
		_, _ = io.WriteString(stream, "first\n")
		<-more // nothing more is written until the client has read this
		_, _ = io.WriteString(stream, "second\n")
		return stream.Close()
	}}
	address, _ := serve(t, api.Config{Routes: []api.Route{route}})
	response, err := http.Get("http://" + address + "/api/x/")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	first := make([]byte, 6)
	if _, err := io.ReadFull(response.Body, first); err != nil || string(first) != "first\n" {
		t.Fatalf("%q, %v", first, err)
	}
	close(more)
	rest, err := io.ReadAll(response.Body)
	if err != nil || string(rest) != "second\n" {
		t.Errorf("%q, %v", rest, err)
	}
}

func TestBrokenStreamsAreCutOff(t *testing.T) {
	for name, end := range map[string]func() error{
		"error": func() error { return errors.New("disk gone") },
		"panic": func() error { panic("disk gone") },
	} {
		t.Run(name, func(t *testing.T) {
			route := api.Route{Method: "GET", Path: "/api/x/", Success: 200, Open: true, Handle: func(call *api.Call) error {
				stream := call.Stream("application/json")
				defer stream.Close()
				_, _ = io.WriteString(stream, "[1,\n")
				return end()
			}}
			address, log := serve(t, api.Config{Routes: []api.Route{route}})
			got := send(t, address, "", "GET /api/x/ HTTP/1.1")
			if !got.cutOff || got.body != "[1,\n" {
				t.Errorf("got %q, cut off: %v", got.body, got.cutOff)
			}
			if !strings.Contains(log.String(), "disk gone") {
				t.Error("nothing in the log")
			}
		})
	}
}

func TestSlowWritersOutliveTheServersTimeout(t *testing.T) {
	route := api.Route{Method: "GET", Path: "/api/x/", Success: 200, Open: true, Handle: func(call *api.Call) error {
		call.Patience(time.Hour)
		return call.Answer("patient")
	}}
	handler := api.New(api.Config{Routes: []api.Route{route}})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	// A deadline that is over before the handler runs: only a handler that moves it can answer.
	server := &http.Server{Handler: handler, WriteTimeout: time.Nanosecond}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	if got := send(t, listener.Addr().String(), "", "GET /api/x/ HTTP/1.1"); got.body != "\"patient\"\n" {
		t.Errorf("got %q", got.body)
	}
}

// TestStoppingEngineSaysSo: a request that ends because the engine does is to be sent
// again, and must never look as if it had succeeded.
func TestStoppingEngineSaysSo(t *testing.T) {
	base, stop := context.WithCancel(t.Context())
	route := api.Route{Method: "DELETE", Path: "/api/x/", Success: 204, Open: true, Handle: func(call *api.Call) error {
		stop()
		<-call.Context().Done()
		return fmt.Errorf("delete: %w", call.Context().Err())
	}}
	server := httptest.NewUnstartedServer(api.New(api.Config{Routes: []api.Route{route}}))
	server.Config.BaseContext = func(net.Listener) context.Context { return base }
	server.Start()
	t.Cleanup(server.Close)
	send(t, server.Listener.Addr().String(), "", "DELETE /api/x/ HTTP/1.1").isError(t, 503, engine.Internal)
}

func TestTwoRoutesForOneMethodAreRefused(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a table that contradicts itself was taken")
		}
	}()
	api.New(api.Config{Routes: append(table(), api.Route{Method: "GET", Path: "/api/things/", Handle: echo})})
}
