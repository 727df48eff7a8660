package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

const goodKey = "GoodKey0123456789"

// authenticate knows one key.
func authenticate(_ context.Context, key string) (engine.User, engine.KeyScope, error) {
	if key != goodKey {
		return engine.User{}, "", &engine.Error{Kind: engine.Unauthorized, Title: "Wrong API key", Detail: "API key not found", Field: "api_key"}
	}
	return engine.User{ID: 7, Email: "a@example.com"}, engine.KeyManage, nil
}

// logged is a log that can be read.
type logged struct {
	lock sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.text.String()
}

// serve runs a table on loopback.
func serve(t *testing.T, config api.Config) (address string, log *logged) {
	t.Helper()
	log = &logged{}
	config.Log = slog.New(slog.NewTextHandler(log, nil))
	if config.Authenticate == nil {
		config.Authenticate = authenticate
	}
	s := httptest.NewUnstartedServer(api.New(config))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.Start()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), log
}

// answer is a response read to its end.
type answer struct {
	*http.Response
	body    string
	cutOff  bool // the connection ended before the answer did
	members map[string]any
}

// send writes a request byte for byte, as clients that are no Go program do. lines are
// the request line and headers.
func send(t *testing.T, address, body string, lines ...string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	head := strings.Join(lines, "\r\n") + "\r\nHost: engine\r\nConnection: close\r\n\r\n"
	if _, err := io.WriteString(conn, head+body); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(lines[0], " ")
	return read(t, conn, method)
}

func read(t *testing.T, conn net.Conn, method string) answer {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	a := answer{Response: response, body: string(body), cutOff: err != nil}
	_ = json.Unmarshal(body, &a.members) // not every answer is an object
	return a
}

// isError checks what every error must be, and its status and kind.
func (a answer) isError(t *testing.T, status int, kind engine.Kind) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("status %d, want %d: %s", a.StatusCode, status, a.body)
	}
	if got := a.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type %q", got)
	}
	for _, name := range []string{"type", "title", "detail"} {
		if text, ok := a.members[name].(string); !ok || text == "" {
			t.Errorf("%s is %v, not a string with something in it", name, a.members[name])
		}
	}
	if a.members["kind"] != string(kind) {
		t.Errorf("kind %v, want %s", a.members["kind"], kind)
	}
}

func (a answer) has(t *testing.T, name string, want any) {
	t.Helper()
	if a.members[name] != want {
		t.Errorf("%s is %#v, want %#v in %s", name, a.members[name], want, a.body)
	}
}

// echo answers with what it was called with.
func echo(call *api.Call) error {
	return call.Answer(map[string]any{"method": call.Request.Method, "id": call.Path("id"), "user": call.Caller.ID})
}

func fails(err error) api.Handler {
	return func(*api.Call) error { return err }
}
