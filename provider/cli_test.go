package provider_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/portolan-io/terraform-provider-portolan/provider"
)

// inProcess hands the provider to terraform-plugin-testing. Each Terraform
// command gets one of its own, as it does when Terraform starts a process.
func inProcess(t *testing.T) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"portolan": func() (tfprotov6.ProviderServer, error) {
			p := provider.New("test")()
			if c, ok := p.(io.Closer); ok {
				t.Cleanup(func() {
					if err := c.Close(); err != nil {
						t.Error(err)
					}
				})
			}
			return providerserver.NewProtocol6(p)(), nil
		},
	}
}

// workspace is a folder in which a real Terraform runs a real provider process:
// this test binary, see TestMain.
type workspace struct {
	t      testing.TB
	dir    string
	binary string
	env    []string
}

// newWorkspace writes config as the only configuration of a new folder.
func newWorkspace(t testing.TB, config string) *workspace {
	t.Helper()
	w := &workspace{t: t, dir: t.TempDir(), binary: terraformPath(t)}
	w.write("main.tf", "terraform {\n  required_providers {\n    portolan = {\n      source = \"portolan-io/portolan\"\n    }\n  }\n}\n"+config)
	w.env = cliEnvironment(t)
	return w
}

func (w *workspace) write(name, content string) {
	w.t.Helper()
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	writeFile(w.t, path, content)
}

// terraformPath skips the test as terraform-plugin-testing does without TF_ACC.
func terraformPath(t testing.TB) string {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run when TF_ACC is set, as make test does")
	}
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// cliEnvironment is the environment of a command: a configuration of its own,
// in which this binary is the provider, and no setting of the machine's.
func cliEnvironment(t testing.TB) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "terraform-provider-portolan")); err != nil {
		t.Fatal(err)
	}
	rc := filepath.Join(bin, "dev.tfrc")
	writeFile(t, rc, fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"portolan-io/portolan\" = %q\n  }\n  direct {}\n}\n", bin))
	env := []string{"TF_CLI_CONFIG_FILE=" + rc, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"GORACE=atexit_sleep_ms=0"} // a process with the race detector lingers for a second otherwise
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TF_") && !strings.HasPrefix(v, "PORTOLAN_") {
			env = append(env, v)
		}
	}
	return env
}

// command is a Terraform command that runs.
type command struct {
	*exec.Cmd
	t     testing.TB
	out   lockedBuffer
	ended chan struct{}
	code  int
}

// lockedBuffer is read while a process still writes.
type lockedBuffer struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.text.String()
}

// start runs a command beside the test.
func (w *workspace) start(args ...string) *command {
	w.t.Helper()
	return w.startWith(nil, args...)
}

// startWith is start with a standard input, which the provider inherits.
func (w *workspace) startWith(in *os.File, args ...string) *command {
	w.t.Helper()
	c := &command{Cmd: exec.CommandContext(w.t.Context(), w.binary, args...), t: w.t, ended: make(chan struct{})}
	c.Dir, c.Env, c.Stdout, c.Stderr = w.dir, w.env, &c.out, &c.out
	if in != nil {
		c.Stdin = in
	}
	if err := c.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		defer close(c.ended)
		err := c.Wait()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			c.t.Error(err)
		}
		c.code = c.ProcessState.ExitCode()
	}()
	return c
}

// wait gives the output and the exit code.
func (c *command) wait() (string, int) {
	c.t.Helper()
	<-c.ended
	return c.out.String(), c.code
}

// until waits for something to happen while the command runs.
func (c *command) until(happened <-chan struct{}) {
	c.t.Helper()
	select {
	case <-happened:
	case <-c.ended:
		c.t.Fatalf("the command ended with %d before it came so far:\n%s", c.code, c.out.String())
	}
}

// run runs a command and gives its output, boxes and line breaks removed, and its exit code.
func (w *workspace) run(args ...string) (string, int) {
	w.t.Helper()
	out, code := w.start(append(args, "-no-color")...).wait()
	return plain(out), code
}

// must runs a command that has to succeed.
func (w *workspace) must(args ...string) string {
	w.t.Helper()
	out, code := w.run(args...)
	if code != 0 {
		w.t.Fatalf("terraform %s ended with %d:\n%s", strings.Join(args, " "), code, out)
	}
	return out
}

// plain joins the lines Terraform has broken and boxed.
func plain(out string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(out)), " ")
}

// instance is a resource instance in the state file.
type instance struct {
	Status     string         `json:"status"` // "tainted" or empty
	Attributes map[string]any `json:"attributes"`
}

// instances reads the scans from the state file.
func (w *workspace) instances() []instance {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if err != nil {
		w.t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Type      string     `json:"type"`
			Instances []instance `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(data, &state); err != nil {
		w.t.Fatal(err)
	}
	var all []instance
	for _, r := range state.Resources {
		if r.Type == scanType {
			all = append(all, r.Instances...)
		}
	}
	return all
}

// scan gives the only scan in the state.
func (w *workspace) scan() instance {
	w.t.Helper()
	scans := w.instances()
	if len(scans) != 1 {
		w.t.Fatalf("%d scans are in the state", len(scans))
	}
	return scans[0]
}

// needs skips the test where the help of a command does not name what the test uses,
// and says what could not be tested.
func (w *workspace) needs(command, word string) {
	w.t.Helper()
	if help, _ := w.run(command, "-help"); strings.Contains(help, word) {
		return
	}
	w.t.Skipf("%s has no %s; the tests without a CLI cover it", strings.TrimSpace(w.must("version")), word)
}
