package cli_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/cli"
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// run runs a command as a shell does, with a data folder of its own.
type shell struct {
	dir      string
	env      map[string]string
	out, err strings.Builder
}

func newShell(t *testing.T) *shell {
	t.Helper()
	return &shell{dir: t.TempDir(), env: map[string]string{}}
}

func (s *shell) run(ctx context.Context, args ...string) int {
	s.out.Reset()
	s.err.Reset()
	getenv := func(name string) string {
		if name == "PORTOLAN_DATA_DIR" && s.env[name] == "" {
			return s.dir
		}
		return s.env[name]
	}
	return cli.Main(ctx, args, cli.Terminal{Out: &s.out, Err: &s.err, Getenv: getenv}, "test")
}

func (s *shell) want(t *testing.T, code int, args ...string) {
	t.Helper()
	if got := s.run(t.Context(), args...); got != code {
		t.Fatalf("portolan %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, code, s.out.String(), s.err.String())
	}
}

func TestScanFailsOnFindingsAndShowsThem(t *testing.T) {
	zoo := enginetest.Services(t)
	s := newShell(t)
	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports())
	for _, part := range []string{"Redis 6.2.6", "redis.no-auth", "CRITICAL", "OpenSSH 7.2p2", "FAILED"} {
		if !strings.Contains(s.out.String(), part) {
			t.Errorf("the table lacks %q:\n%s", part, s.out.String())
		}
	}
	for _, part := range []string{"waiting", "scan started", "scan finished"} {
		if !strings.Contains(s.err.String(), part) {
			t.Errorf("the progress lacks %q:\n%s", part, s.err.String())
		}
	}
	s.want(t, 0, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "never")
	s.want(t, 0, "report")
	if !strings.Contains(s.out.String(), "Scan 2") || strings.Contains(s.out.String(), "never") {
		t.Errorf("the newest scan is not shown, or judged without a policy:\n%s", s.out.String())
	}
	s.want(t, 0, "search", "tag.name:redis", "--scan", "1")
	if got := strings.Count(s.out.String(), "\n"); got != 1 {
		t.Errorf("%d documents of one scan, want 1:\n%s", got, s.out.String())
	}
}

func TestReportsForPrograms(t *testing.T) {
	zoo := enginetest.Services(t)
	s := newShell(t)
	for _, format := range []string{"json", "sarif"} {
		s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--format", format)
		if !json.Valid([]byte(s.out.String())) {
			t.Errorf("%s on standard output is no JSON:\n%s", format, s.out.String())
		}
	}
	file := filepath.Join(t.TempDir(), "report.html")
	s.want(t, 0, "report", "1", "--format", "html", "--output", file)
	if page, err := os.ReadFile(file); err != nil || !strings.Contains(string(page), "redis.no-auth") {
		t.Errorf("the page lacks the finding, %v", err)
	}
}

func TestScanThatReachesNothingIsIncomplete(t *testing.T) {
	s := newShell(t)
	s.want(t, 11, "scan", "no-such-name.invalid", "--ports", "80")
	if !strings.Contains(s.err.String(), "incomplete") {
		t.Errorf("said only:\n%s", s.err.String())
	}
}

// A host that refuses every connection is there: nothing is open, and that is the result.
func TestHostWithNothingOpenPasses(t *testing.T) {
	port := closedPort(t)
	newShell(t).want(t, 0, "scan", "127.0.0.1", "--ports", port)
}

// closedPort gives a port nobody listens on: one that a tarpit had a moment ago.
func closedPort(t *testing.T) string {
	t.Helper()
	var port int
	t.Run("occupy", func(t *testing.T) { port = enginetest.NewTarpit(t).Port })
	return strconv.Itoa(port)
}

func TestBadInputIsAUsageErrorThatNamesTheField(t *testing.T) {
	for part, args := range map[string][]string{
		"targets[1]":   {"scan", "192.0.2.1", "192.0.2.300"},
		"targets":      {"scan"},
		"ports":        {"scan", "192.0.2.1", "--ports", "70000"},
		"--fail-on":    {"scan", "192.0.2.1", "--fail-on", "hihg"},
		"format":       {"scan", "192.0.2.1", "--format", "xml"},
		"exclude[0]":   {"scan", "192.0.2.1", "--exclude", "x.example"},
		"unknown":      {"scna"},
		"nope":         {"scan", "--nope"},
		"not the numb": {"report", "x"},
		"no scan yet":  {"report"},
		"--timeout":    {"scan", "192.0.2.1", "--timeout", "0s"},
		"redis.noauth": {"scan", "192.0.2.1", "--fail-on", "high,rule:redis.noauth"},
	} {
		s := newShell(t)
		s.want(t, 64, args...)
		if !strings.Contains(strings.ToLower(s.err.String()), part) {
			t.Errorf("%v: the error does not say %q:\n%s", args, part, s.err.String())
		}
	}
}

// TestOutputKeepsWhatIsNoFile: a link, as /dev/stdout is one, and a folder are not
// replaced by a report, and nothing is left beside them.
func TestOutputKeepsWhatIsNoFile(t *testing.T) {
	s, dir := newShell(t), t.TempDir()
	s.want(t, 0, "scan", "127.0.0.1", "--ports", closedPort(t))
	file, link, folder := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "folder")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Repeat("old", 9999)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.want(t, 0, "report", "--format", "json", "--output", link)
	if text, err := os.ReadFile(file); err != nil || !json.Valid(text) {
		t.Errorf("beyond the link is %.80q, %v", text, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
	s.want(t, 64, "report", "--output", folder)
	if left, err := os.ReadDir(dir); err != nil || len(left) != 3 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}

func TestInterruptBeforeTheScanIsInAWord(t *testing.T) {
	s := newShell(t)
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	if code := s.run(ctx, "scan", "127.0.0.1"); code != 130 || s.err.String() != "portolan: interrupted\n" {
		t.Errorf("exit %d, %q", code, s.err.String())
	}
}

func TestLimitsAreRefusals(t *testing.T) {
	s := newShell(t)
	s.want(t, 13, "scan", "2001:db8::/64", "--ports", "80")
	if !strings.Contains(s.err.String(), "4294967296") {
		t.Errorf("the limit is not named:\n%s", s.err.String())
	}
	s.want(t, 13, "scan", "169.254.169.254", "--ports", "80")
}

func TestDataFolderThatCannotBe(t *testing.T) {
	s := newShell(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.want(t, 64, "scan", "127.0.0.1", "--data", file)
	if !strings.Contains(s.err.String(), "data_dir") {
		t.Errorf("the field is not named:\n%s", s.err.String())
	}
}

func TestInterruptCancelsTheScan(t *testing.T) {
	pit := enginetest.NewTarpit(t)
	s := newShell(t)
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		<-pit.Met()
		interrupt()
	}()
	if code := s.run(ctx, "scan", "127.0.0.1", "--ports", strconv.Itoa(pit.Port)); code != 130 {
		t.Fatalf("exit %d, want 130\n%s", code, s.err.String())
	}
	scans, err := enginetest.Embedded(t, s.dir).Scans(t.Context())
	if err != nil || len(scans) != 1 || scans[0].Status() != engine.StatusCancelled {
		t.Errorf("scans %+v, %v", scans, err)
	}
}

func TestRemoteEngine(t *testing.T) {
	zoo, remote := enginetest.Services(t), enginetest.Start(t)
	s := newShell(t)
	s.env = map[string]string{"PORTOLAN_ENDPOINT": remote.Endpoint, "PORTOLAN_API_KEY": remote.Key}
	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports())
	s.env["PORTOLAN_API_KEY"] = "wrongwrongwrongwrong"
	s.want(t, 13, "report")
	s.env["PORTOLAN_API_KEY"] = ""
	s.want(t, 13, "report")
}

// An endpoint that takes connections and never says a word costs no more than the timeout.
func TestTimeoutOfASilentEndpoint(t *testing.T) {
	pit := enginetest.NewTarpit(t)
	s := newShell(t)
	s.env = map[string]string{"PORTOLAN_ENDPOINT": "http://127.0.0.1:" + strconv.Itoa(pit.Port), "PORTOLAN_API_KEY": enginetest.Key}
	s.want(t, 12, "scan", "127.0.0.1", "--timeout", "50ms")
}

func TestHelp(t *testing.T) {
	s := newShell(t)
	for _, args := range [][]string{{}, {"help"}, {"--help"}, {"scan", "--help"}, {"report", "--help"}, {"search", "-h"}, {"version"}, {"--version"}} {
		s.want(t, 0, args...)
	}
}

// A scan without a feed of known vulnerabilities says so in one line, one with a feed in none.
func TestScanWithoutFeedSaysSoOnce(t *testing.T) {
	zoo := enginetest.Services(t)
	s := newShell(t)
	s.want(t, 0, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "rule:software.kev")
	if n := strings.Count(s.err.String()+s.out.String(), engine.NoFeed); n != 1 {
		t.Errorf("%d lines say that there is no feed:\n%s%s", n, s.err.String(), s.out.String())
	}
	lists := filepath.Join("..", "engine", "feed", "testdata")
	arguments := []string{"feed", "import", filepath.Join(lists, "nvd.json"), filepath.Join(lists, "known_exploited_vulnerabilities.json")}
	if exit := server.Feed(t.Context(), arguments, &s.out, &s.err, func(name string) string { return map[string]string{"PORTOLAN_DATA_DIR": s.dir}[name] }); exit != 0 {
		t.Fatalf("import: exit %d\n%s", exit, s.err.String())
	}
	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "rule:software.kev")
	if said := s.err.String() + s.out.String(); strings.Contains(said, engine.NoFeed) || !strings.Contains(said, "software.kev") {
		t.Errorf("with a feed:\n%s", said)
	}
}
