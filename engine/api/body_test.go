package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// reads answers with how many members the body has.
func reads(call *api.Call) error {
	args, err := call.Body()
	if err != nil {
		return err
	}
	return call.Answer(map[string]int{"members": len(args)})
}

// reader is a route that describes some members of its body.
func reader() api.Route {
	return api.Route{Method: "POST", Path: "/api/x/", Handle: reads, Success: 200, Open: true, Body: []api.Argument{{Name: "a"}, {Name: "b"}, {Name: "c"}}}
}

func TestBodies(t *testing.T) {
	address, _ := serve(t, api.Config{Routes: []api.Route{reader()}})
	post := func(body string, headers ...string) answer {
		lines := append([]string{"POST /api/x/ HTTP/1.1", fmt.Sprintf("Content-Length: %d", len(body))}, headers...)
		return send(t, address, body, lines...)
	}
	for body, contentType := range map[string]string{
		`{"a":1}`: "application/json", `{"b":2,"not described":3}`: "application/x-www-form-urlencoded", ` {"c":null} `: "text/plain",
	} {
		if got := post(body, "Content-Type: "+contentType); got.members["members"] != 1.0 {
			t.Errorf("%s as %s: %d %s", body, contentType, got.StatusCode, got.body)
		}
	}
	for _, body := range []string{"", "{", "[]", "null", `"x"`, "7", "{} {}", `{"a":}`, "\x00", strings.Repeat("[", 20000), strings.Repeat(`{"a":`, 20000)} {
		got := post(body)
		got.isError(t, 400, engine.Invalid)
		got.has(t, "title", "Request parsing error")
	}
}

// limited are the routes of either size, and how much their bodies may be.
func limited() map[string]struct {
	route api.Route
	limit int
} {
	large := reader()
	large.Large = true
	return map[string]struct {
		route api.Route
		limit int
	}{"1 MB": {reader(), api.UsualBody}, "10 MB": {large, api.MaxBody}}
}

func TestBodiesHaveALimit(t *testing.T) {
	for name, test := range limited() {
		address, _ := serve(t, api.Config{Routes: []api.Route{test.route}})
		whole := `{"a":"` + strings.Repeat("x", test.limit-8) + `"}`
		got := send(t, address, whole, "POST /api/x/ HTTP/1.1", fmt.Sprintf("Content-Length: %d", len(whole)))
		if got.StatusCode != 200 {
			t.Errorf("a body of exactly %s: %d %s", name, got.StatusCode, got.body)
		}
		// Refused by its length alone: none of it is sent.
		got = send(t, address, "", "POST /api/x/ HTTP/1.1", fmt.Sprintf("Content-Length: %d", test.limit+5))
		got.isError(t, 413, engine.Invalid)
		got.has(t, "limit", float64(test.limit))
		got.has(t, "current", float64(test.limit+5))
		if !strings.Contains(got.body, "than "+name) {
			t.Error("the error does not say the limit:", got.body)
		}
	}
}

func TestBodiesOfUnknownLengthHaveTheLimitToo(t *testing.T) {
	for name, test := range limited() {
		address, _ := serve(t, api.Config{Routes: []api.Route{test.route}})
		chunk := fmt.Sprintf("%x\r\n%s\r\n", test.limit+1, strings.Repeat("x", test.limit+1))
		got := send(t, address, chunk, "POST /api/x/ HTTP/1.1", "Transfer-Encoding: chunked")
		got.isError(t, 413, engine.Invalid)
		if !strings.Contains(got.body, "than "+name) {
			t.Error("the error does not say the limit:", got.body)
		}
	}
}

// TestWhatIsNotDescribedIsNotThere: a parameter that is missing in the documents cannot
// be used by accident.
func TestWhatIsNotDescribedIsNotThere(t *testing.T) {
	route := api.Route{Method: "GET", Path: "/api/x/", Success: 200, Open: true, Parameters: []api.Argument{{Name: "q"}}, Handle: func(call *api.Call) error {
		return call.Answer(map[string]bool{"q": call.Parameters().Has("q"), "x": call.Parameters().Has("x")})
	}}
	address, _ := serve(t, api.Config{Routes: []api.Route{route}})
	got := send(t, address, "", "GET /api/x/?q=1&x=2 HTTP/1.1")
	got.has(t, "q", true)
	got.has(t, "x", false)
}

func TestLineBreaksOfOtherReadersAreEscaped(t *testing.T) {
	got := string(api.EscapeLineBreaks([]byte("{\"a\":\"x\u2028y\u2029z\u0085ä…\"}")))
	if want := `{"a":"x\u2028y\u2029z\u0085ä…"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
