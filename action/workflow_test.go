package action_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// act is the runner of workflows that the Makefile builds.
func act(t *testing.T) string {
	t.Helper()
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(home, ".cache", "portolan", "tools", "act-v*", "act"))
	if err != nil || len(found) == 0 {
		t.Skip("there is no act; make test builds it")
	}
	return found[len(found)-1]
}

// published is a folder with the action as a release has it: its program is pinned, and
// comes from a server.
func published(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(program(t))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(text) }))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "action"), 0o755); err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(text)
	platform := strings.NewReplacer("amd64", "x64").Replace(runtime.GOOS + "-" + runtime.GOARCH)
	release, err := json.Marshal(map[string]any{
		"version": "0." + hex.EncodeToString(hash[:4]), "url": server.URL,
		"assets": map[string]any{platform: map[string]string{"file": "portolan", "sha256": hex.EncodeToString(hash[:])}},
	})
	if err != nil || os.WriteFile(filepath.Join(dir, "action", "release.json"), release, 0o600) != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"action.yml", "main.js", "post.js", "binary.js", "process.js"} {
		file, err := os.ReadFile(name)
		if err != nil || os.WriteFile(filepath.Join(dir, "action", name), file, 0o600) != nil {
			t.Fatal(name, err)
		}
	}
	return dir
}

// TestExampleWorkflows runs each example under a runner, only on other targets: those of
// this machine. What would be sent to GitHub is tested elsewhere.
func TestExampleWorkflows(t *testing.T) {
	runner, dir, zoo, e := act(t), published(t), enginetest.Services(t), enginetest.Start(t)
	clean, flawed := service(t), fmt.Sprintf("127.0.0.1:%d", zoo.Get("redis").Port)
	endpoint := gateway(t, e, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/api/oidc/token/" {
			return false
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"key": e.Key})
		return true
	})
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"value":"identity"}`)) }))
	t.Cleanup(issuer.Close)
	args := []string{
		"-P", "ubuntu-latest=-self-hosted", "--local-repository", "portolan-io/terraform-provider-portolan@v1=" + dir, "--pull=false", "--action-offline-mode",
		"--var", "PORTOLAN_URL=" + endpoint, "-s", "PORTOLAN_TOKEN=" + e.Key, "--env", "ACTIONS_ID_TOKEN_REQUEST_URL=" + issuer.URL, "--env", "ACTIONS_ID_TOKEN_REQUEST_TOKEN=request",
	}
	for _, test := range []struct {
		file, event, target string
		fails               bool
		says                []string
	}{
		{"gate-push.yml", "push", clean, false, []string{"PASSED nothing matched high"}},
		{"gate-push.yml", "push", flawed, true, []string{"FAILED high matched", "CRITICAL"}},
		{"gate-pull-request.yml", "pull_request", flawed, true, []string{"FAILED critical matched"}},
		{"nightly.yml", "workflow_dispatch", flawed, false, []string{"PASSED nothing matched never"}},
		{"matrix.yml", "push", clean, false, []string{"PASSED nothing matched high", "passed, 0 findings"}},
		{"server-oidc.yml", "push", clean, false, []string{"PASSED nothing matched high", "engine: " + endpoint}},
	} {
		t.Run(test.file, func(t *testing.T) {
			log, err := runWorkflow(t, runner, test.file, test.event, test.target, args)
			if (err != nil) != test.fails {
				t.Errorf("it ends with %v\n%s", err, log)
			}
			for _, part := range test.says {
				if !strings.Contains(log, part) {
					t.Errorf("the log lacks %q:\n%s", part, log)
				}
			}
		})
	}
}

// TestTerraformWorkflow runs the example that applies a configuration. Terraform and the
// provider are those at hand, so nothing is installed.
func TestTerraformWorkflow(t *testing.T) {
	terraform := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if terraform == "" {
		t.Skip("there is no TF_ACC_TERRAFORM_PATH; make test sets it")
	}
	runner, zoo, bin := act(t), enginetest.Services(t), t.TempDir()
	rc := filepath.Join(bin, "dev.tfrc")
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"portolan-io/portolan\" = %q\n  }\n  direct {}\n}\n", bin)
	if os.Symlink(terraform, filepath.Join(bin, "terraform")) != nil || os.Symlink(program(t), filepath.Join(bin, "terraform-provider-portolan")) != nil ||
		os.WriteFile(rc, []byte(overrides), 0o600) != nil {
		t.Fatal("no folder for programs")
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	args := []string{"-P", "ubuntu-latest=-self-hosted", "--pull=false", "--action-offline-mode", "--env", "TF_CLI_CONFIG_FILE=" + rc, "--env", "CHECKPOINT_DISABLE=1"}
	for target, says := range map[string]string{service(t): "verdict = \"passed\"", fmt.Sprintf("127.0.0.1:%d", zoo.Get("redis").Port): "redis.no-auth"} {
		address, port, _ := strings.Cut(target, ":")
		log, err := runWorkflow(t, runner, "terraform.yml", "push", fmt.Sprintf("%s\"]\n  ports = \"%s\"\n  exclude = [\"192.0.2.1", address, port), args)
		if (err != nil) != (says == "redis.no-auth") || !strings.Contains(log, says) {
			t.Errorf("it ends with %v, and lacks %q:\n%s", err, says, log)
		}
	}
}

// workspace puts a workflow, and what configurations lie beside the examples, into a
// folder of its own, for other targets.
func workspace(t *testing.T, file, target string) string {
	t.Helper()
	dir, here := t.TempDir(), strings.NewReplacer(
		"www.example.com", target, "api.example.com", target, "upload-sarif: true", "upload-sarif: false",
		"  ports    = \"common\"\n", "", "      - uses: hashicorp/setup-terraform@v3\n      - run: terraform init\n", "",
	)
	for from, to := range map[string]string{file: ".github/workflows/" + file, "exposure/main.tf": "exposure/main.tf"} {
		text, err := os.ReadFile(filepath.Join("..", "examples", "workflows", from))
		if err != nil {
			t.Fatal(err)
		}
		to = filepath.Join(dir, to)
		if os.MkdirAll(filepath.Dir(to), 0o755) != nil || os.WriteFile(to, []byte(here.Replace(string(text))), 0o600) != nil {
			t.Fatal("no workspace")
		}
	}
	return dir
}

func runWorkflow(t *testing.T, runner, file, event, target string, args []string) (string, error) {
	t.Helper()
	workspace := workspace(t, file, target)
	for _, words := range [][]string{
		{"init", "-q", "-b", "main"}, {"remote", "add", "origin", "https://github.com/acme/shop.git"},
		{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "add", "."},
		{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "a"},
	} {
		git := exec.Command("git", words...)
		git.Dir = workspace
		if text, err := git.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", words, text)
		}
	}
	cmd := exec.CommandContext(t.Context(), runner, append([]string{event}, args...)...)
	cmd.Dir = workspace
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, "cache"), "XDG_CONFIG_HOME="+filepath.Join(home, "config"))
	log, err := cmd.CombinedOutput()
	return string(log), err
}
