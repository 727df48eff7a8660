package provider_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// These tests run a real Terraform with the provider in a process of its own,
// as a user does, because they are about what happens between processes.

// Ctrl-C: the scan is cancelled, the state keeps it as tainted, and the exit
// status is not 0.
func TestAccInterrupt(t *testing.T) {
	for name, signal := range map[string]os.Signal{"SIGINT": os.Interrupt, "SIGTERM": syscall.SIGTERM} {
		t.Run("server "+name, func(t *testing.T) {
			e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
			w := newWorkspace(t, serverBlock(e)+scanBlock(strconv.Itoa(pit.Port), ""))
			interrupt(t, w, pit, signal)
			wantStatus(t, e, scanIDOf(t, w.scan()), engine.StatusCancelled)
		})
	}
	t.Run("embedded", func(t *testing.T) {
		dir, pit := t.TempDir(), enginetest.NewTarpit(t)
		w := newWorkspace(t, embeddedBlock(dir)+scanBlock(strconv.Itoa(pit.Port), ""))
		interrupt(t, w, pit, os.Interrupt)
		scan, err := enginetest.Embedded(t, dir).Scan(t.Context(), scanIDOf(t, w.scan()))
		if err != nil {
			t.Fatal(err)
		}
		if got := scan.Status(); got != engine.StatusCancelled {
			t.Errorf("the scan is %s", got)
		}
	})
}

func interrupt(t *testing.T, w *workspace, pit *enginetest.Tarpit, signal os.Signal) {
	t.Helper()
	apply := w.start("apply", "-auto-approve", "-no-color")
	apply.until(pit.Met())
	if err := apply.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	out, code := apply.wait()
	if code != 1 || !strings.Contains(plain(out), "interrupted") || !strings.Contains(plain(out), "It has been cancelled.") {
		t.Errorf("apply ended with %d:\n%s", code, out)
	}
	if got := w.scan(); got.Status != "tainted" || got.Attributes["status"] != "cancelled" {
		t.Errorf("the state has %+v", got)
	}
	if out := w.must("plan", "-refresh=false"); !strings.Contains(out, "is tainted, so") {
		t.Errorf("the next plan is:\n%s", out)
	}
}

func scanIDOf(t *testing.T, i instance) engine.ScanID {
	t.Helper()
	id, ok := i.Attributes["id"].(string)
	if !ok {
		t.Fatalf("the id is %v", i.Attributes["id"])
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return engine.ScanID(n)
}

// kill -9 of Terraform: the provider notices that nobody listens, none of its scans
// goes on, and it ends itself.
func TestAccTerraformKilled(t *testing.T) {
	t.Run("server", func(t *testing.T) {
		e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
		w := newWorkspace(t, serverBlock(e)+scanBlock(strconv.Itoa(pit.Port), "")+strings.Replace(scanBlock(strconv.Itoa(pit.Port), ""), `"test"`, `"other"`, 1))
		killed(t, w, pit)
		wantStopped(t, e.Client, 2)
	})
	t.Run("embedded", func(t *testing.T) {
		dir, pit := t.TempDir(), enginetest.NewTarpit(t)
		w := newWorkspace(t, embeddedBlock(dir)+scanBlock(strconv.Itoa(pit.Port), ""))
		killed(t, w, pit)
		wantStopped(t, enginetest.Embedded(t, dir), 1)
	})
}

// killed applies, kills Terraform in the midst of a scan, and waits until nobody is
// left: the processes hold an end of a pipe, which closes with the last of them.
func killed(t *testing.T, w *workspace, pit *enginetest.Tarpit) {
	t.Helper()
	left, held, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer left.Close()
	apply := w.startWith(held, "apply", "-auto-approve", "-input=false", "-no-color")
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	apply.until(pit.Met())
	if err := apply.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, left); err != nil {
		t.Fatal(err)
	}
	apply.wait()
}

// wantStopped wants at most n scans, at least one, all of them cancelled.
func wantStopped(t *testing.T, c *client.Client, n int) {
	t.Helper()
	scans, err := c.Scans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(scans) == 0 || len(scans) > n {
		t.Errorf("there are %d scans, want up to %d", len(scans), n)
	}
	for _, scan := range scans {
		if got := scan.Status(); got != engine.StatusCancelled {
			t.Errorf("scan %d is %s, want cancelled", scan.ID, got)
		}
	}
}

// Six workspaces with four scans each, on one data folder at once: all succeed,
// and no two scans are the same.
func TestAccParallelWorkspaces(t *testing.T) {
	const workspaces, scans = 6, 4
	dir, zoo := t.TempDir(), enginetest.Services(t)
	config := embeddedBlock(dir) + fmt.Sprintf("resource \"portolan_scan\" \"test\" {\n  count = %d\n  targets = [\"127.0.0.1\"]\n  ports = %q\n}\n", scans, zoo.Ports())
	var all []*workspace
	var applies []*command
	for range workspaces {
		w := newWorkspace(t, config)
		all, applies = append(all, w), append(applies, w.start("apply", "-auto-approve", "-no-color"))
	}
	ids := map[engine.ScanID]bool{}
	for i, apply := range applies {
		if out, code := apply.wait(); code != 0 {
			t.Errorf("workspace %d ended with %d:\n%s", i, code, out)
			continue
		}
		for _, scan := range all[i].instances() {
			ids[scanIDOf(t, scan)] = true
			if scan.Status != "" || scan.Attributes["status"] != "done" {
				t.Errorf("workspace %d has %+v", i, scan)
			}
		}
	}
	if len(ids) != workspaces*scans {
		t.Errorf("%d distinct scans, want %d", len(ids), workspaces*scans)
	}
}

// An endpoint that is wrong is one error at its line, and nothing is created.
func TestAccConnectionErrors(t *testing.T) {
	e := enginetest.Start(t)
	tests := map[string]struct {
		endpoint, key string
		want          []string
	}{
		"does not answer": {"http://" + silentPort(t), e.Key, []string{"Endpoint does not answer", `endpoint = "http`}},
		"wrong key":       {e.Endpoint, "NotTheKey0123456789", []string{"Wrong API key", `api_key = "`, "admin.key"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorkspace(t, fmt.Sprintf("provider \"portolan\" {\n  endpoint = %q\n  api_key = %q\n}\n", test.endpoint, test.key)+scanBlock("80", ""))
			out, code := w.run("apply", "-auto-approve")
			if code != 1 || strings.Count(out, "Error: ") != 1 {
				t.Errorf("ended with %d:\n%s", code, out)
			}
			for _, want := range test.want {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing from:\n%s", want, out)
				}
			}
		})
	}
}

// A data folder that cannot be used is one error that names it and the attribute.
func TestAccDataFolderErrors(t *testing.T) {
	newer := t.TempDir()
	makeNewer(t, newer)
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, "")
	for name, test := range map[string]struct {
		dir  string
		want []string
	}{
		"of a newer version":   {newer, []string{newer, "newer", "data_dir"}},
		"cannot be written to": {filepath.Join(file, "data"), []string{file, "data_dir"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkspace(t, embeddedBlock(test.dir)+scanBlock("80", ""))
			out, code := w.run("apply", "-auto-approve")
			if code != 1 || strings.Count(out, "Error: ") != 1 {
				t.Errorf("ended with %d:\n%s", code, out)
			}
			for _, want := range test.want {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing from:\n%s", want, out)
				}
			}
		})
	}
}

// Same state, empty store, as on a fresh CI runner: the next plan is empty.
func TestAccFreshRunner(t *testing.T) {
	zoo := enginetest.Services(t)
	w := newWorkspace(t, scanBlock(strconv.Itoa(zoo.Get("redis").Port), ""))
	w.env = append(w.env, "PORTOLAN_DATA_DIR="+filepath.Join(t.TempDir(), "one"))
	w.must("apply", "-auto-approve")
	w.env = append(w.env, "PORTOLAN_DATA_DIR="+filepath.Join(t.TempDir(), "two"))
	out, code := w.run("plan", "-detailed-exitcode")
	if code != 0 || !strings.Contains(out, "Scan belongs to another engine") {
		t.Errorf("the plan on another machine ended with %d:\n%s", code, out)
	}
	w.must("destroy", "-auto-approve")
}

// A server that is made in the same run: its address is known after apply, and
// the plan says so instead of failing.
func TestAccUnknownEndpoint(t *testing.T) {
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	w := newWorkspace(t, fmt.Sprintf(`
resource "terraform_data" "server" {
  input = %q
}

provider "portolan" {
  endpoint = terraform_data.server.output
  api_key  = %q
}
`, e.Endpoint, e.Key)+scanBlock(zoo.Ports(), ""))
	if out := w.must("apply", "-auto-approve"); !strings.Contains(out, "Engine is not known yet") {
		t.Errorf("apply does not say that the engine was not known:\n%s", out)
	}
	if got := w.scan(); got.Attributes["status"] != "done" {
		t.Errorf("the state has %+v", got)
	}
}
