package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// known gives the engine's error in err, which every error of a client is.
func known(t *testing.T, err error) *engine.Error {
	t.Helper()
	var e *engine.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T %v is no engine.Error", err, err)
	}
	return e
}

func TestErrorsCrossTheWireUnchanged(t *testing.T) {
	for _, sent := range []engine.Error{
		{Kind: engine.Invalid, Title: "Target is not valid", Detail: "target \"x y\": it has space", Hint: "write it without", Field: "targets[3]"},
		{Kind: engine.Invalid, Title: "Request parsing error", Detail: "ids is missing", Field: "ids"},
		{Kind: engine.Limit, Title: "Max number of targets per scan exceeded", Detail: "too many", Hint: "split", Field: "targets[0]", Limit: 512, Current: 513},
		{Kind: engine.Unauthorized, Title: "Wrong API key", Detail: "API key not found", Field: "api_key"},
		{Kind: engine.Forbidden, Title: "Target is out of scope", Detail: "127.0.0.1 is loopback", Hint: "--allow", Field: "targets[0]"},
		{Kind: engine.NotFound, Title: "No such scan", Detail: "there is no scan 7", Field: "id"},
		{Kind: engine.Conflict, Title: "Scan is not pending", Detail: "scan 7 is done"},
		{Kind: engine.Throttled, Title: "Too fast", Detail: "Request was throttled.", RetryAfter: 90 * time.Second},
		{Kind: engine.Internal, Title: "Disk is full", Detail: "no space left", Hint: "make room"},
	} {
		for _, status := range []int{0, 400} { // dialects differ in the status, never in the kind
			c := answers(t, func(w http.ResponseWriter, _ *http.Request) { api.WriteError(w, &sent, status) })
			_, err := c.Scan(t.Context(), 7)
			got := *known(t, err)
			got.Err = nil
			if got != sent {
				t.Errorf("status %d: got %+v, want %+v", status, got, sent)
			}
		}
	}
}

func TestErrorsOfOthers(t *testing.T) {
	for _, test := range []struct {
		status       int
		body         string
		kind         engine.Kind
		title, field string
	}{
		// A proxy's "not found" must not look as if the scan was gone.
		{404, "<html>nginx</html>", engine.Internal, "Endpoint is not an engine", "endpoint"},
		{404, `[]`, engine.Internal, "Endpoint is not an engine", "endpoint"},
		{404, `{"message":"no route"}`, engine.Internal, "Endpoint is not an engine", "endpoint"},
		{502, "<html>bad gateway</html>", engine.Internal, "Endpoint does not answer", "endpoint"},
		{401, "who?", engine.Unauthorized, "Unauthorized", "endpoint"},
		{403, "", engine.Forbidden, "Forbidden", "endpoint"},
		{500, `{"type":7}`, engine.Internal, "Endpoint is not an engine", "endpoint"},
		// Other servers of the same API say no kind.
		{404, `{"type":"not_found","title":"Not found","detail":"no scan"}`, engine.NotFound, "Not found", ""},
		{402, `{"title":"Pricing Plan Limit Exceeded","detail":"x"}`, engine.Limit, "Pricing Plan Limit Exceeded", ""},
		{400, `{"title":"Request parsing error","detail":"x","kind":"odd"}`, engine.Invalid, "Request parsing error", ""},
		{409, `{"title":"Busy"}`, engine.Conflict, "Busy", ""},
		{500, `{"detail":"x"}`, engine.Internal, "", ""},
		{401, `{"detail":"Authentication credentials were not provided."}`, engine.Unauthorized, "", "api_key"},
		{200, `<html>a portal</html>`, engine.Internal, "Endpoint is not an engine", "endpoint"},
	} {
		c := answers(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.body)
		})
		// Renaming is sent once, so that no answer is waited for.
		_, err := c.RenameScan(t.Context(), 7, "x")
		if got := known(t, err); got.Kind != test.kind || got.Title != test.title || got.Field != test.field {
			t.Errorf("%d %s: %+v", test.status, test.body, got)
		}
	}
}

func TestErrorTextsAreFitForATerminal(t *testing.T) {
	c := answers(t, func(w http.ResponseWriter, _ *http.Request) {
		api.WriteError(w, &engine.Error{Kind: engine.Invalid, Title: "a\x1b[31m\nb\u009b", Detail: "d", Hint: "h\x00"}, 0)
	})
	_, err := c.Scans(t.Context())
	if got := known(t, err); got.Title != "a[31m b" || got.Hint != "h" {
		t.Errorf("title %q, hint %q", got.Title, got.Hint)
	}
}

func TestEndpointThatDoesNotAnswer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	c, err := client.New(client.Config{Endpoint: "http://" + address, Key: key, MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.About(t.Context())
	got := known(t, err)
	if got.Kind != engine.Internal || got.Title != "Endpoint does not answer" || got.Field != "endpoint" || !strings.Contains(got.Detail, address) {
		t.Errorf("got %+v", got)
	}
}

func TestWrongCertificateIsNotRetried(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	handshakes := 0
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			handshakes++
		}
	}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	c, err := client.New(client.Config{Endpoint: server.URL, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.About(t.Context())
	if got := known(t, err); got.Title != "Endpoint is not trusted" || got.Field != "endpoint" {
		t.Errorf("got %+v", got)
	}
	server.Close() // so that the count may be read
	if handshakes != 1 {
		t.Errorf("%d connections, want one", handshakes)
	}
}

func TestInterruptedCallsSayWhy(t *testing.T) {
	arrived := make(chan struct{}, 1)
	c := answers(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := c.Scan(ctx, 7)
	if got := known(t, err); !errors.Is(err, context.Canceled) || got.Title != "Request was interrupted" {
		t.Errorf("got %+v", got)
	}
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	_, err = c.Scan(late, 7)
	if got := known(t, err); !errors.Is(err, context.DeadlineExceeded) || got.Title != "Request took too long" {
		t.Errorf("got %+v", got)
	}
}

func TestHugeAnswersAreRefused(t *testing.T) {
	chunk := strings.Repeat(" ", 1<<20)
	c := answers(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, chunk)
		}
	})
	_, err := c.RenameScan(t.Context(), 7, "x")
	if got := known(t, err); got.Title != "Endpoint is not an engine" || !strings.Contains(got.Detail, "MB") {
		t.Errorf("got %+v", got)
	}
}

func TestConfig(t *testing.T) {
	for _, good := range []string{"http://127.0.0.1:8844", "https://portolan.example/", "https://portolan.example/below/a/path/", "http://[::1]:80"} {
		if _, err := client.New(client.Config{Endpoint: good, Key: key}); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "portolan.example", "portolan.example:8844", "ftp://portolan.example", "http://", "http://user:secret@portolan.example", "http://portolan.example/?x=1", "http://portolan.example/#x", "http://a b/", "\x7f"} {
		_, err := client.New(client.Config{Endpoint: bad, Key: key})
		if got := known(t, err); got.Kind != engine.Invalid || got.Field != "endpoint" || got.Hint == "" || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %+v", bad, got)
		}
	}
	for _, bad := range []string{"s3cret\n", "s3 cret", "s3crét", "s3cret\x00"} {
		_, err := client.New(client.Config{Endpoint: endpoint, Key: bad})
		if got := known(t, err); got.Kind != engine.Unauthorized || got.Field != "api_key" || strings.Contains(err.Error(), "s3") {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

// TestKeysStandInNoError looks for the key in every form an error can be printed in.
func TestKeysStandInNoError(t *testing.T) {
	broken := answers(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	refused := answers(t, func(w http.ResponseWriter, _ *http.Request) {
		api.WriteError(w, &engine.Error{Kind: engine.Unauthorized, Title: "Wrong API key"}, 400)
	})
	for _, c := range []*client.Client{broken, refused} {
		_, err := c.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}})
		if text := fmt.Sprintf("%v %+v %#v %v", err, err, err, errors.Unwrap(err)); err == nil || strings.Contains(text, key) {
			t.Errorf("error %s", text)
		}
	}
}
