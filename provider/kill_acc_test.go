//go:build unix

package provider_test

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// killsSetting is how often TestAccKilledAtRandomMoments kills, instead of fewKills;
// seedSetting repeats a run.
const (
	killsSetting = "PORTOLAN_TEST_KILLS"
	seedSetting  = "PORTOLAN_TEST_SEED"
	fewKills     = 4
	longestApply = 900 * time.Millisecond // before it is killed
)

// Terraform is killed again and again while it applies. Each time, nobody is left, no scan
// is stuck, and what Terraform has kept is there: the next plan and apply take it from
// there.
func TestAccKilledAtRandomMoments(t *testing.T) {
	terraformPath(t) // skips without a CLI
	kills := numberOf(t, killsSetting, fewKills)
	seed := uint64(numberOf(t, seedSetting, int(time.Now().UnixNano()&0xffffff)))
	t.Logf("%s=%d %s=%d", killsSetting, kills, seedSetting, seed)
	for name, more := range map[string]string{"embedded": "", "detached": "detached = true"} {
		t.Run(name, func(t *testing.T) {
			testKills(t, more, kills, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

func numberOf(t *testing.T, setting string, usual int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(setting), strconv.Itoa(usual)))
	if err != nil {
		t.Fatalf("%s: %v", setting, err)
	}
	return n
}

func testKills(t *testing.T, more string, kills int, moments *rand.Rand) {
	dir, zoo := t.TempDir(), enginetest.Services(t)
	if more != "" {
		endWorker(t, dir)
	}
	w := newWorkspace(t, fmt.Sprintf("provider \"portolan\" {\n  embedded = {\n    data_dir = %q\n    %s\n  }\n}\n", dir, more)+
		fmt.Sprintf("variable \"round\" {\n  default = 0\n}\n\nresource \"portolan_scan\" \"test\" {\n  count    = 5\n  targets  = [\"127.0.0.1\", \"localhost\"]\n  ports    = %q\n  triggers = { round = var.round }\n}\n", zoo.Ports()))
	for round := range kills {
		w.killAfter(time.Duration(moments.Int64N(int64(longestApply))), round)
		wantNobodyStuck(t, dir, more != "")
		wantKept(t, w, dir, more != "")
	}
	w.must("apply", "-auto-approve", "-input=false", "-var", "round=last")
	for _, scan := range w.instances() {
		if scan.Status != "" || scan.Attributes["status"] != "done" {
			t.Errorf("after the last apply there is %+v", scan)
		}
	}
	if out, code := w.run("plan", "-detailed-exitcode", "-var", "round=last"); code != 0 {
		t.Errorf("the next plan is not empty:\n%s", out)
	}
	w.must("destroy", "-auto-approve", "-var", "round=last")
}

// killAfter applies, kills Terraform after a while, and waits until its providers have
// ended: they hold an end of a pipe.
func (w *workspace) killAfter(moment time.Duration, round int) {
	w.t.Helper()
	left, held, err := os.Pipe()
	if err != nil {
		w.t.Fatal(err)
	}
	defer left.Close()
	apply := w.startWith(held, "apply", "-auto-approve", "-input=false", "-no-color", "-var", fmt.Sprintf("round=%d", round))
	if err := held.Close(); err != nil {
		w.t.Fatal(err)
	}
	timer := time.AfterFunc(moment, func() { _ = apply.Process.Kill() }) // it may have ended
	defer timer.Stop()
	if _, err := io.Copy(io.Discard, left); err != nil {
		w.t.Fatal(err)
	}
	out, code := apply.wait()
	if code > 0 && !strings.Contains(plain(out), "Apply complete!") {
		w.t.Errorf("apply ended with %d:\n%s", code, out)
	}
}

// withEngine asks whoever has the data folder.
func withEngine(t *testing.T, dir string, isDetached bool, ask func(*testing.T, *client.Client)) {
	t.Helper()
	t.Run("look", func(t *testing.T) { // an engine of its own ends with it
		if isDetached && hasServer(dir) {
			ask(t, attached(t, dir))
			return
		}
		ask(t, enginetest.Embedded(t, dir))
	})
}

// wantNobodyStuck wants every scan to have ended, or to end: those of the embedded engine
// with its process, detached ones by themselves.
func wantNobodyStuck(t *testing.T, dir string, isDetached bool) {
	t.Helper()
	withEngine(t, dir, isDetached, func(t *testing.T, c *client.Client) {
		scans, err := c.Scans(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, scan := range scans {
			if isDetached && !scan.Status().Final() {
				if scan, err = c.Wait(t.Context(), scan.ID, nil); err != nil {
					t.Fatal(err)
				}
			}
			if !scan.Status().Final() {
				t.Errorf("scan %d is %s, and nobody runs it", scan.ID, scan.Status())
			}
		}
	})
}

// wantKept wants every scan in the state to be in the engine.
func wantKept(t *testing.T, w *workspace, dir string, isDetached bool) {
	t.Helper()
	if _, err := os.Stat(w.dir + "/terraform.tfstate"); err != nil {
		return // it was killed before there was any
	}
	if info, err := os.Stat(w.dir + "/terraform.tfstate"); err == nil && info.Size() == 0 {
		if err := os.Remove(w.dir + "/terraform.tfstate"); err != nil { // Terraform has kept nothing
			t.Fatal(err)
		}
		return
	}
	ids := map[engine.ScanID]bool{}
	for _, scan := range w.instances() {
		ids[scanIDOf(t, scan)] = true
	}
	withEngine(t, dir, isDetached, func(t *testing.T, c *client.Client) {
		for id := range ids {
			if _, err := c.Scan(t.Context(), id); err != nil {
				t.Errorf("the state has scan %d: %v", id, err)
			}
		}
	})
}
