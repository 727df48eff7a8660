package action_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// buildDir is where the program is built.
var buildDir string

// built is the program as users run it, built once.
var built = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(buildDir, "portolan")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.Command("go", "build", "-o", binary, "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, text)
	}
	return binary, nil
})

func program(t *testing.T) string {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "portolan-action-test-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left is in the folder for such
	buildDir = dir
	m.Run()
}

// node runs a script of the action as the runner does.
func (s *stage) node(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	absolute, err := filepath.Abs(script)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, absolute)
	cmd.Dir = s.workspace
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = &s.log, &s.log
	return cmd
}

// exitOf waits for a command, at most as long as GitHub would before it kills.
func exitOf(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	timer := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode()
}

func (s *stage) runNode(t *testing.T, script string) int {
	t.Helper()
	cmd := s.node(t, script)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return exitOf(t, cmd)
}

func TestShimRunsTheProgram(t *testing.T) {
	binary := program(t)
	s := newStage(t).with("targets", service(t), "binary", binary)
	began := time.Now()
	if exit := s.runNode(t, "main.js"); exit != 0 {
		t.Fatalf("exit %d\n%s", exit, s.log.String())
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	if got := s.outputs(t); got["status"] != "passed" {
		t.Errorf("%v", got)
	}
	if got := s.file(t, "GITHUB_STATE")["binary"]; got != binary {
		t.Errorf("the state has %q", got)
	}
	s.env["STATE_binary"] = binary
	if exit := s.runNode(t, "post.js"); exit != 0 || strings.Contains(s.log.String(), "cancelled") {
		t.Errorf("exit %d\n%s", exit, s.log.String())
	}
}

func TestShimPassesExitCodes(t *testing.T) {
	s := newStage(t).with("binary", program(t), "fail-on", "hihg", "targets", "127.0.0.1")
	if exit := s.runNode(t, "main.js"); exit != 64 {
		t.Errorf("exit %d\n%s", exit, s.log.String())
	}
}

// mirror is the action's scripts with a release of their own, and a server that has it.
func mirror(t *testing.T, sum func(string) string) (script string, url string, asked *int) {
	t.Helper()
	binary := program(t)
	text, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	asked = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked++
		switch {
		case *asked == 1:
			http.Error(w, "busy", http.StatusServiceUnavailable)
		case r.URL.Path != "/mirror/portolan_asset":
			http.NotFound(w, r)
		default:
			_, _ = w.Write(text)
		}
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	for _, name := range []string{"main.js", "binary.js", "process.js", "post.js"} {
		script, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), script, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hash := sha256.Sum256(text)
	platform := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if platform == "" {
		platform = runtime.GOARCH
	}
	release, err := json.Marshal(map[string]any{
		"version": "9.9.9", "url": server.URL + "/gone",
		"assets": map[string]any{runtime.GOOS + "-" + platform: map[string]string{"file": "portolan_asset", "sha256": sum(hex.EncodeToString(hash[:]))}},
	})
	if err != nil || os.WriteFile(filepath.Join(dir, "release.json"), release, 0o600) != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "main.js"), server.URL + "/mirror/", asked
}

func TestShimDownloadsThePinnedProgram(t *testing.T) {
	script, url, asked := mirror(t, func(sum string) string { return sum })
	s := newStage(t).with("targets", service(t), "download-url", url, "version", "v9.9.9")
	s.env["RUNNER_TOOL_CACHE"] = t.TempDir()
	if exit := s.runNode(t, script); exit != 0 || *asked != 2 {
		t.Fatalf("exit %d after %d requests\n%s", exit, *asked, s.log.String())
	}
	if exit := s.runNode(t, script); exit != 0 || *asked != 2 {
		t.Errorf("the cache is not used: exit %d, %d requests", exit, *asked)
	}
	cached, err := filepath.Glob(filepath.Join(s.env["RUNNER_TOOL_CACHE"], "portolan", "9.9.9", "*", "portolan*"))
	if err != nil || len(cached) != 1 {
		t.Fatal(cached, err)
	}
	if err := os.WriteFile(cached[0], []byte("#!/bin/sh\nexit 0\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if exit := s.runNode(t, script); exit != 0 || *asked != 3 {
		t.Errorf("a cache that was changed is used: exit %d, %d requests", exit, *asked)
	}
}

func TestShimRunsNothingElse(t *testing.T) {
	wrong := strings.Repeat("0", 64)
	script, url, _ := mirror(t, func(string) string { return wrong })
	tests := map[string]struct {
		with []string
		exit int
		says string
	}{
		"hash":     {[]string{"download-url", url}, 64, "expected is " + wrong},
		"version":  {[]string{"download-url", url, "version", "1.0.0"}, 64, "pinned to 9.9.9"},
		"no file":  {nil, 70, "the server answers 404"},
		"binary":   {[]string{"binary", "gone/portolan"}, 64, "there is no file"},
		"no right": {[]string{"binary", "../workspace"}, 70, "cannot be run"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t).with(append(test.with, "targets", "127.0.0.1")...)
			exit := s.runNode(t, script)
			got := s.file(t, "GITHUB_OUTPUT")
			if exit != test.exit || !strings.Contains(s.log.String(), test.says) || got["status"] != "error" || got["exit-code"] != fmt.Sprint(test.exit) || !strings.Contains(got["reason"], test.says) {
				t.Errorf("exit %d, %v\n%s", exit, got, s.log.String())
			}
		})
	}
}

func TestSetupPutsTheProgramOnPath(t *testing.T) {
	s := newStage(t).with("binary", program(t))
	s.env["GITHUB_PATH"] = filepath.Join(t.TempDir(), "path")
	if exit := s.runNode(t, "setup/main.js"); exit != 0 {
		t.Fatal(s.log.String())
	}
	folder := strings.TrimSpace(s.text(t, "GITHUB_PATH"))
	text, err := exec.Command(filepath.Join(folder, "portolan"), "version").Output()
	if err != nil || !strings.HasPrefix(string(text), "portolan ") {
		t.Errorf("%s: %v", text, err)
	}
}
