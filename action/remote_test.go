package action_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// onServer is a stage whose step uses a server.
func onServer(t *testing.T, e *enginetest.Engine, pairs ...string) *stage {
	t.Helper()
	return newStage(t).with("server", e.Endpoint, "token", e.Key).with(pairs...)
}

// status is what the server says of a scan.
func status(t *testing.T, e *enginetest.Engine, id string) engine.Status {
	t.Helper()
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	scan, err := e.Client.Scan(t.Context(), engine.ScanID(n))
	if err != nil {
		t.Fatal(err)
	}
	return scan.Status()
}

func TestServer(t *testing.T) {
	e, zoo := enginetest.Start(t), enginetest.Services(t)
	s := onServer(t, e, "targets", "127.0.0.1", "ports", zoo.Ports())
	got := s.want(t, 10, "failed")
	if got["scan-url"] != e.Endpoint+"/api/scanner/1/" || got["index-id"] != "1" || strings.Contains(strings.ReplaceAll(s.log.String(), "::add-mask::"+e.Key, ""), e.Key) {
		t.Errorf("%v\n%s", got, s.log.String())
	}
	if !strings.HasPrefix(s.log.String(), "::add-mask::") {
		t.Errorf("the masks are not first:\n%s", s.log.String())
	}
	if state := s.file(t, "GITHUB_STATE"); state["scan"] != "1" || state["end"] != "ended" {
		t.Errorf("the state is %v", state)
	}
	// The same step of the same attempt asks for the same scan, however often it is started.
	if again := onServer(t, e, "targets", "127.0.0.1", "ports", zoo.Ports()).want(t, 10, "failed"); again["scan-id"] != "1" {
		t.Errorf("a second scan: %v", again)
	}
	basic := newStage(t).with("server", e.Endpoint, "auth", "basic", "token", "1:"+e.Key, "scan-id", "1", "fail-on", "never")
	if got := basic.want(t, 0, "passed"); got["scan-id"] != "1" || got["total"] == "0" {
		t.Errorf("%v", got)
	}
	reuse := onServer(t, e, "targets", "127.0.0.1", "ports", zoo.Ports(), "reuse", "sha")
	reuse.env["GITHUB_RUN_ID"] = "78"
	if got := reuse.want(t, 10, "failed"); got["scan-id"] != "1" {
		t.Errorf("a complete scan of the same commit is not taken: %v", got)
	}
	for _, baseline := range []string{"scan:1", "branch:main", "auto"} {
		s := onServer(t, e, "targets", "127.0.0.1", "ports", zoo.Ports(), "baseline", baseline, "fail-on", "new:any")
		s.env["GITHUB_RUN_ID"], s.env["GITHUB_REF"] = "79"+baseline, "refs/heads/side"
		if got := s.want(t, 0, "passed"); got["new"] != "0" || got["total"] == "0" {
			t.Errorf("%s: %v", baseline, got)
		}
	}
}

func TestServerRefuses(t *testing.T) {
	e := enginetest.Start(t)
	for _, test := range []struct {
		with []string
		exit int
		says string
	}{
		{[]string{"token", "WrongKey0123456789abcdefghijklmn"}, 13, "key"},
		{[]string{"token", e.Key, "scan-id", "999"}, 64, "999"},
		{[]string{}, 13, "key"},
	} {
		s := newStage(t).with("server", e.Endpoint).with(test.with...)
		if s.env["INPUT_SCAN-ID"] == "" {
			s.with("targets", "127.0.0.1")
		}
		if got := s.want(t, test.exit, "error"); !strings.Contains(got["reason"], test.says) {
			t.Errorf("%v: %s", test.with, got["reason"])
		}
	}
}

func TestStartWithoutWaitingAndAttach(t *testing.T) {
	e := enginetest.Start(t)
	address := service(t)
	s := onServer(t, e, "targets", address, "wait", "false")
	got := s.want(t, 0, "pending")
	if got["total"] != "" || s.file(t, "GITHUB_STATE")["end"] != "detached" {
		t.Errorf("%v", got)
	}
	if got := onServer(t, e, "scan-id", got["scan-id"]).want(t, 0, "passed"); got["total"] != "0" {
		t.Errorf("%v", got)
	}
}

func TestCancelStopsTheScanOnTheServer(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	s := onServer(t, e, "targets", fmt.Sprintf("127.0.0.1:%d", pit.Port))
	ctx, cancel := context.WithCancel(t.Context())
	var at atomic.Pointer[time.Time]
	go func() {
		<-pit.Met()
		now := time.Now()
		at.Store(&now)
		cancel()
	}()
	exit := s.run(ctx)
	took := time.Since(*at.Load())
	if got := s.outputs(t); exit != 130 || got["status"] != "cancelled" || status(t, e, got["scan-id"]) != engine.StatusCancelled || took > 2*time.Second {
		t.Errorf("exit %d after %s: %v\n%s", exit, took, got, s.log.String())
	}
	if state := s.file(t, "GITHUB_STATE"); state["end"] != "cancelled" {
		t.Errorf("the state is %v", state)
	}
}

func TestTimeoutCancelsOrDetaches(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	for word, want := range map[string]engine.Status{"cancel": engine.StatusCancelled, "detach": engine.StatusInProgress} {
		s := onServer(t, e, "targets", fmt.Sprintf("127.0.0.1:%d", pit.Port), "timeout", "900ms", "on-timeout", word)
		s.env["GITHUB_JOB"] = word
		got := s.want(t, 12, "timed-out")
		if now := status(t, e, got["scan-id"]); now != want {
			t.Errorf("%s: the scan is %s", word, now)
		}
	}
}

// What was killed before it could cancel is cancelled by the post step; nothing else is.
func TestPostStep(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	start := func() string {
		scan, err := e.Client.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(fmt.Sprint(pit.Port))})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(scan.ID)
	}
	post := func(id, end string, pairs ...string) *stage {
		s := onServer(t, e, "targets", "127.0.0.1").with(pairs...)
		s.args = []string{"post"}
		s.env["STATE_scan"], s.env["STATE_end"] = id, end
		if exit := s.run(t.Context()); exit != 0 {
			t.Errorf("exit %d\n%s", exit, s.log.String())
		}
		return s
	}
	killed, detached, ours := start(), start(), start()
	post(killed, "")
	post(detached, "detached")
	post(ours, "", "on-cancel", "detach")
	if got := status(t, e, killed); got != engine.StatusCancelled {
		t.Errorf("the scan of a killed step is %s", got)
	}
	for _, id := range []string{detached, ours} {
		if got := status(t, e, id); got.Final() {
			t.Errorf("a scan that should go on is %s", got)
		}
	}
	if s := post("", ""); strings.Contains(s.log.String(), "scan") {
		t.Errorf("something was done:\n%s", s.log.String())
	}
	post(killed, "") // it has ended: nothing happens
	if s := post(killed, "", "token", "WrongKey0123456789abcdefghijklmn"); !strings.Contains(s.log.String(), "::warning title=Portolan%3A scan may still run") {
		t.Errorf("the log is\n%s", s.log.String())
	}
}

// gateway stands in front of an engine and lets a request through unless spoil answers it.
func gateway(t *testing.T, e *enginetest.Engine, spoil func(http.ResponseWriter, *http.Request) bool) string {
	t.Helper()
	base, err := url.Parse(e.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(base)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !spoil(w, r) {
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// An answer that is lost makes no second scan, and an error that passes fails no build.
func TestErrorsThatPass(t *testing.T) {
	e := enginetest.Start(t)
	var n, creates atomic.Int64
	base, err := url.Parse(e.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	endpoint := gateway(t, e, func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.Method == http.MethodPost && r.URL.Path == "/api/scanner/" && creates.Add(1) == 1:
			w.Header().Set("Retry-After", "1")
			http.Error(w, `{"title":"Too fast","kind":"throttled"}`, http.StatusTooManyRequests)
			return true
		case r.Method == http.MethodPost && r.URL.Path == "/api/scanner/" && creates.Load() == 2:
			httputil.NewSingleHostReverseProxy(base).ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler) // the answer is lost
		case r.Method == http.MethodGet && n.Add(1)%3 == 1:
			http.Error(w, "busy", http.StatusBadGateway)
			return true
		}
		return false
	})
	s := newStage(t).with("server", endpoint, "token", e.Key, "targets", service(t), "poll-interval", "50ms")
	got := s.want(t, 0, "passed")
	scans, err := e.Client.Scans(t.Context())
	if err != nil || len(scans) != 1 || got["scan-id"] != "1" {
		t.Errorf("%d scans, %v, %v", len(scans), err, got)
	}
}

func TestServerWithIdentity(t *testing.T) {
	e := enginetest.Start(t)
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"value":"identity for %s"}`, r.URL.Query().Get("audience"))
	}))
	t.Cleanup(issuer.Close)
	var endpoint string
	endpoint = gateway(t, e, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/api/oidc/token/" {
			return false
		}
		var body struct{ Token string }
		if json.NewDecoder(r.Body).Decode(&body) != nil || body.Token != "identity for "+endpoint {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"title":"Token is refused","detail":"the repository is not trusted"}`))
			return true
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"key": e.Key, "expires_at": time.Now().Add(time.Hour)})
		return true
	})
	s := newStage(t).with("server", endpoint, "auth", "oidc", "targets", service(t))
	if got := s.want(t, 13, "error"); !strings.Contains(got["reason"], "id-token: write") {
		t.Errorf("%v", got)
	}
	s.env["ACTIONS_ID_TOKEN_REQUEST_URL"], s.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = issuer.URL+"?v=1", "request"
	s.want(t, 0, "passed")
	if !strings.Contains(s.log.String(), "::add-mask::"+e.Key) || !strings.Contains(s.log.String(), "::add-mask::identity for ") {
		t.Errorf("the log is\n%s", s.log.String())
	}
	s.with("oidc-audience", "other")
	if got := s.want(t, 13, "error"); !strings.Contains(got["reason"], "the repository is not trusted") {
		t.Errorf("%v", got)
	}
}

func TestDebugLogShowsRequestsAndNoSecrets(t *testing.T) {
	e := enginetest.Start(t)
	s := onServer(t, e, "targets", service(t))
	s.env["RUNNER_DEBUG"] = "1"
	s.want(t, 0, "passed")
	text := strings.ReplaceAll(s.log.String(), "::add-mask::"+e.Key, "")
	if !strings.Contains(text, "::debug::POST /api/scanner/: 201") || strings.Contains(text, e.Key) {
		t.Errorf("the log is\n%s", text)
	}
}

func TestServerThatIsAway(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	s := newStage(t).with("server", "http://"+address, "token", "EngineTestKey0123456789abcdefghij", "targets", "127.0.0.1")
	if got := s.want(t, 70, "error"); !strings.Contains(got["reason"], "does not answer") {
		t.Errorf("%v", got)
	}
}
