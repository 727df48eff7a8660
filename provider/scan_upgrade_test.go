package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// stateV0 is what a version with schema 0 has left; upgradedConfig is the same for today's.
const (
	stateV0        = "state_v0.json"
	upgradedConfig = `
resource "portolan_scan" "fails" {
  targets  = ["127.0.0.1", "LOCALHOST."]
  exclude  = ["127.0.0.2"]
  ports    = "1-3"
  label    = "fails"
  triggers = { release = "1" }
  fail_on  = "high>3"
  expect   = [{ port = "1-1024", owner = "@ops" }]
}

resource "portolan_scan" "warns" {
  targets = ["127.0.0.1"]
  ports   = "1"
  label   = "warns"
  warn_on = "medium"
}

resource "portolan_scan" "plain" {
  targets = ["127.0.0.1"]
  ports   = "1"
  label   = "plain"
}
`
)

func TestUpgradeState0(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", stateV0))
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Name      string
			Instances []struct{ Attributes json.RawMessage }
		}
	}
	if err := json.Unmarshal(data, &state); err != nil || len(state.Resources) != 3 {
		t.Fatalf("%d resources, %v", len(state.Resources), err)
	}
	w := newWire(t)
	for _, r := range state.Resources {
		resp, err := w.server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
			TypeName: scanType, Version: 0, RawState: &tfprotov6.RawState{JSON: r.Instances[0].Attributes},
		})
		w.must(err)
		w.clean(resp)
		got := w.state(w.resourceType(), resp.UpgradedState)
		want := map[string][2]string{"fails": {"high>3", ""}, "warns": {"", "medium"}, "plain": {"", ""}}[r.Name]
		if text(t, got, "fail_on") != want[0] || text(t, got, "warn_on") != want[1] || text(t, got, "on_destroy") != "delete" || text(t, got, "label") != r.Name {
			t.Errorf("%s: upgraded to %s", r.Name, got)
		}
	}
}

func TestUpgradeOfNonsense(t *testing.T) {
	w := newWire(t)
	for _, raw := range []string{"null", "[]", "{"} {
		resp, err := w.server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{TypeName: scanType, Version: 0, RawState: &tfprotov6.RawState{JSON: []byte(raw)}})
		if err == nil && len(diagnosticsOf(resp)) == 0 {
			t.Errorf("%s is a state", raw)
		}
	}
}

// A state of a version with schema 0 is taken over with nothing to do.
func TestAccUpgrade(t *testing.T) {
	w := newWorkspace(t, embeddedBlock(t.TempDir())+upgradedConfig)
	data, err := os.ReadFile(filepath.Join("testdata", stateV0))
	if err != nil {
		t.Fatal(err)
	}
	w.write("terraform.tfstate", string(data))
	if out, code := w.run("plan", "-detailed-exitcode"); code != 0 || !strings.Contains(out, "another engine") {
		t.Errorf("the plan ended with %d:\n%s", code, out)
	}
	w.must("apply", "-auto-approve")
	for _, scan := range w.instances() {
		if scan.Attributes["on_destroy"] != "delete" {
			t.Errorf("kept as %+v", scan.Attributes)
		}
	}
	w.must("destroy", "-auto-approve")
}
