package provider_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// The quickstart shows what a newcomer wants to see, readable in the output of apply.
func TestAccQuickstart(t *testing.T) {
	zoo := enginetest.Services(t)
	w := newWorkspace(t, "")
	w.write("main.tf", readExample(t, "quickstart/main.tf"))
	w.env = append(w.env, "PORTOLAN_DATA_DIR="+t.TempDir(), "TF_VAR_ports="+zoo.Ports())
	out := w.must("apply", "-auto-approve")
	redis := "127.0.0.1:" + strings.Split(zoo.Ports(), ",")[0] + " redis 6.2.6"
	for _, want := range []string{"Apply complete!", "scan 1: done", redis, "findings_by_severity", "critical"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing from:\n%s", want, out)
		}
	}
	if out, code := w.run("plan", "-detailed-exitcode"); code != 0 {
		t.Errorf("the next plan is not empty:\n%s", out)
	}
	w.must("destroy", "-auto-approve")
}

// Every example is a configuration Terraform accepts.
func TestAccExamplesAreValid(t *testing.T) {
	terraformPath(t)
	examples, err := filepath.Glob(filepath.Join("..", "examples", "*", "*", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	examples = append(examples, filepath.Join("..", "examples", "provider", "provider.tf"))
	checked := 0
	for _, e := range examples {
		if strings.HasPrefix(filepath.Base(e), "import") || strings.Contains(e, "workflows") {
			continue // imports need a resource beside them; workflows have tests of their own
		}
		checked++
		t.Run(filepath.Base(filepath.Dir(e)), func(t *testing.T) {
			content, err := os.ReadFile(e)
			if err != nil {
				t.Fatal(err)
			}
			w := newWorkspace(t, "")
			if strings.Contains(e, "actions") {
				w.needs("apply", "-invoke")
			}
			if strings.Contains(string(content), "required_providers") {
				w.write("main.tf", "")
			}
			w.write("example.tf", string(content))
			w.must("validate")
		})
	}
	if checked < 4 {
		t.Errorf("only %d examples were found", checked)
	}
}

func readExample(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "examples", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// testExample runs the tests beside an example, as a user does: terraform test. What the
// example scans is on this machine.
func testExample(t *testing.T, folder string) {
	t.Helper()
	newGround(t).test(folder)
}

// ground is what an example is tested on: services to scan, and an engine inside the
// provider that may hold scans already.
type ground struct {
	*workspace
	t   *testing.T
	dir string // of the engine
	zoo *enginetest.Zoo
}

func newGround(t *testing.T) *ground {
	t.Helper()
	g := &ground{workspace: newWorkspace(t, ""), t: t, dir: t.TempDir(), zoo: enginetest.Services(t)}
	g.env = append(g.env, "PORTOLAN_DATA_DIR="+g.dir, `TF_VAR_targets=["127.0.0.1"]`, "TF_VAR_ports="+g.zoo.Ports())
	return g
}

// scanned puts scans of the services into the engine, one for each label.
func (g *ground) scanned(labels ...string) {
	g.t.Helper()
	g.t.Run("scan before", func(t *testing.T) {
		c := enginetest.Embedded(t, g.dir)
		for _, label := range labels {
			scan, err := c.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(g.zoo.Ports()), Label: label})
			if err == nil {
				_, err = c.Wait(t.Context(), scan.ID, nil)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// test runs the tests beside an example.
func (g *ground) test(folder string) {
	g.t.Helper()
	g.copyExample(folder)
	g.must("get") // modules that tests declare things with
	out := g.must("test")
	if !strings.Contains(out, "Success!") || strings.Contains(out, "Success! 0 passed") {
		g.t.Errorf("nothing was tested:\n%s", out)
	}
}

// copyExample takes over the files of an example, but for those that need something
// beside them.
func (w *workspace) copyExample(folder string) {
	w.t.Helper()
	root := os.DirFS(filepath.Join("..", "examples", filepath.FromSlash(folder)))
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(name, "import") {
			return err
		}
		content, err := fs.ReadFile(root, name)
		if err == nil {
			w.write(name, string(content))
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
