package server_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// TestMain lets the test binary be another process: a server, or somebody who scans
// with the embedded engine.
func TestMain(m *testing.M) {
	switch os.Getenv("PORTOLAN_TEST_PROCESS") {
	case "serve":
		server.Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr, os.Getenv, "test")
	case "scan":
		scanAndHang(os.Args[1], os.Args[2])
	default:
		m.Run() // its result is the process's
	}
}

// scanAndHang starts a scan on the embedded engine, says so, and waits for its end.
func scanAndHang(dir, ports string) {
	ctx := context.Background()
	s, err := server.Start(ctx, server.Config{DataDir: dir})
	if err != nil {
		panic(err)
	}
	scan, err := s.Client().CreateScan(ctx, engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(ports)})
	if err != nil {
		panic(err)
	}
	_, _ = s.Client().Wait(ctx, scan.ID, func(scan engine.Scan) {
		if scan.Status() == engine.StatusInProgress {
			_, _ = os.Stdout.WriteString("scanning\n")
		}
	})
}

// process starts the test binary as another process.
func process(t *testing.T, role string, env []string, args ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], args...)
	command.Env = append(append(os.Environ(), "PORTOLAN_TEST_PROCESS="+role), env...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(command) }) // it may have ended
	return command, bufio.NewReader(out)
}

func line(t *testing.T, out *bufio.Reader) string {
	t.Helper()
	text, err := out.ReadString('\n')
	if err != nil {
		t.Fatalf("the process said %q and ended: %v", text, err)
	}
	return strings.TrimSpace(text)
}

func TestServePrintsItsKeyOnce(t *testing.T) {
	dir := t.TempDir()
	command, out := process(t, "serve", nil, "--listen", "127.0.0.1:0", "--data", dir)
	endpoint := regexp.MustCompile(`http://\S+:\d+`).FindString(line(t, out))
	key := regexp.MustCompile(`[A-Za-z0-9]{32}`).FindString(line(t, out))
	c, err := client.New(client.Config{Endpoint: endpoint, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if about, err := c.About(t.Context()); err != nil || about.Mode != engine.ModeServer || about.EngineID == "" {
		t.Fatalf("about %+v, %v", about, err)
	}
	wrong, err := client.New(client.Config{Endpoint: endpoint, Key: strings.Repeat("x", 32)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wrong.Scans(t.Context()); engine.KindOf(err) != engine.Unauthorized {
		t.Errorf("a wrong key: %v", err)
	}
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // ended by the signal: TestMain installs no handler
	_, again := process(t, "serve", nil, "--listen", "127.0.0.1:0", "--data", dir)
	if first := line(t, again); strings.Contains(first, key) {
		t.Errorf("the key is printed again: %s", first)
	}
}

func TestServeRefusesBadFlags(t *testing.T) {
	for name, args := range map[string][]string{
		"argument": {"x"}, "flag": {"--nope"}, "range": {"--allow", "10.0.0.0/99"}, "slots": {"--scans", "0"},
		"address": {"--listen", "256.0.0.1:1", "--data", t.TempDir()},
	} {
		var errs strings.Builder
		if code := server.Main(t.Context(), args, io.Discard, &errs, func(string) string { return "" }, "test"); code != 64 || errs.Len() == 0 {
			t.Errorf("%s: exit %d, %q", name, code, errs.String())
		}
	}
}

// TestServeNamesTheSetting: an error says which of the settings is wrong.
func TestServeNamesTheSetting(t *testing.T) {
	for name, run := range map[string]struct {
		args []string
		key  string
	}{
		"--allow":            {args: []string{"--allow", "10.0.0.0/99"}},
		"--smtp":             {args: []string{"--smtp", "mail.example.com", "--smtp-from", "a@example.com"}},
		"--smtp-from":        {args: []string{"--smtp", "smtp://mail.example.com"}},
		"PORTOLAN_ADMIN_KEY": {args: []string{"--data", t.TempDir(), "--listen", "127.0.0.1:0"}, key: "short"},
	} {
		var errs strings.Builder
		getenv := func(variable string) string { return map[string]string{"PORTOLAN_ADMIN_KEY": run.key}[variable] }
		if code := server.Main(t.Context(), run.args, io.Discard, &errs, getenv, "test"); code != 64 || !strings.Contains(errs.String(), "at: "+name) {
			t.Errorf("%s: exit %d, %q", name, code, errs.String())
		}
	}
}

// TestPortInUseLeavesNothing: the first key is printed once, so it must not be made by
// a start that fails.
func TestPortInUseLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	pit := enginetest.NewTarpit(t)
	var errs strings.Builder
	code := server.Main(t.Context(), []string{"--listen", "127.0.0.1:" + portOf(pit), "--data", dir}, io.Discard, &errs, func(string) string { return "" }, "test")
	if _, err := os.Stat(dir); code != 64 || !os.IsNotExist(err) {
		t.Errorf("exit %d, %q; data folder: %v", code, errs.String(), err)
	}
}

func TestKilledProcessLeavesAnInterruptedScan(t *testing.T) {
	dir := t.TempDir()
	pit := enginetest.NewTarpit(t)
	command, out := process(t, "scan", nil, dir, portOf(pit))
	if said := line(t, out); said != "scanning" {
		t.Fatalf("the process said %q", said)
	}
	<-pit.Met()
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // it was killed
	scans, err := start(t, server.Config{DataDir: dir}).Client().Scans(t.Context())
	if err != nil || len(scans) != 1 {
		t.Fatalf("%d scans, %v", len(scans), err)
	}
	if got := scans[0]; got.Status() != engine.StatusFailed || !strings.HasPrefix(got.LastStep(), "interrupted") {
		t.Errorf("scan is %s: %s", got.Status(), got.LastStep())
	}
}

func TestKilledServersScanIsFinishedByTheNext(t *testing.T) {
	dir := t.TempDir()
	zoo, pit := enginetest.Services(t), enginetest.NewTarpit(t)
	env := []string{"PORTOLAN_ADMIN_KEY=" + enginetest.Key}
	command, out := process(t, "serve", env, "--listen", "127.0.0.1:0", "--data", dir, "--allow", "127.0.0.0/8")
	c, err := client.New(client.Config{Endpoint: regexp.MustCompile(`http://\S+:\d+`).FindString(line(t, out)), Key: enginetest.Key})
	if err != nil {
		t.Fatal(err)
	}
	ports := engine.Ports(zoo.Ports() + "," + portOf(pit))
	scan, err := c.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: ports})
	if err != nil {
		t.Fatal(err)
	}
	<-pit.Met()
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // it was killed
	next := start(t, server.Config{DataDir: dir, Mode: engine.ModeServer, Allow: engine.LoopbackPrefixes()}).Client()
	done, err := next.Wait(t.Context(), scan.ID, nil)
	if err != nil || done.Status() != engine.StatusDone {
		t.Fatalf("scan is %s: %s, %v", done.Status(), done.LastStep(), err)
	}
	if n, err := next.Count(t.Context(), client.SearchRequest{Query: "*", Indices: []engine.ScanID{scan.ID}}); err != nil || n != done.Count {
		t.Errorf("the index has %d documents, the scan says %d, %v", n, done.Count, err)
	}
	if n, err := next.Count(t.Context(), client.SearchRequest{Query: "protocol:redis", Indices: []engine.ScanID{scan.ID}}); err != nil || n != 1 {
		t.Errorf("redis was found %d times, %v", n, err)
	}
}

func portOf(pit *enginetest.Tarpit) string { return strconv.Itoa(pit.Port) }

// TestThePageOfTheAPINamesWhereAServerAnswers unless it is told otherwise.
func TestThePageOfTheAPINamesWhereAServerAnswers(t *testing.T) {
	var help strings.Builder
	server.Main(t.Context(), []string{"--help"}, io.Discard, &help, func(string) string { return "" }, "test")
	usual := regexp.MustCompile(`--listen .*default "([^"]+)"`).FindStringSubmatch(help.String())
	if usual == nil {
		t.Fatalf("the help is %q", help.String())
	}
	page := httptest.NewRecorder()
	api.New(api.Config{Routes: private.Routes(nil)}).ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/api/docs/", nil))
	if !strings.Contains(page.Body.String(), "PORTOLAN_ENDPOINT=http://"+usual[1]+" ") {
		t.Errorf("the page does not name %s", usual[1])
	}
}
