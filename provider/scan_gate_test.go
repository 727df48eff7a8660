package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestGate(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	t.Run("closes", func(t *testing.T) {
		resp := w.apply(noState, scanOf(zoo.Ports(), object{"fail_on": "high"}))
		wantError(t, resp, "fail_on", "the policy counts", "The policy matches: high (", "redis.no-auth", "tainted")
		if state := w.state(w.resourceType(), resp.NewState); text(t, state, "status") != "done" {
			t.Errorf("the state is not saved: %s", state)
		}
	})
	t.Run("warns", func(t *testing.T) {
		resp := w.apply(noState, scanOf(zoo.Ports(), object{"warn_on": "high"}))
		w.clean(resp)
		wantWarning(t, resp, "warn_on", "redis.no-auth")
	})
	t.Run("accepts some", func(t *testing.T) {
		resp := w.apply(noState, scanOf(zoo.Ports(), object{"fail_on": "info>1000"}))
		w.clean(resp)
		if len(resp.Diagnostics) != 0 {
			t.Errorf("says %v", resp.Diagnostics)
		}
	})
}

// A gate that is tightened later closes too, and stays closed: the state keeps
// the old one, so that the next plan tries again.
func TestGateOnUpdate(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	config := scanOf(zoo.Ports(), object{"label": "old"})
	state := w.created(config)
	config["fail_on"], config["label"] = "high", "new"
	resp := w.apply(state, config)
	wantError(t, resp, "fail_on", "redis.no-auth", "apply with -replace") // it is not tainted
	after := w.state(w.resourceType(), resp.NewState)
	if !member(t, after, "fail_on").IsNull() {
		t.Error("the gate that closed is in the state, so the next plan is empty")
	}
	if text(t, after, "label") != "new" {
		t.Error("the label, which was changed, is not in the state")
	}
	wantError(t, w.apply(after, config), "fail_on")
	config["fail_on"] = "high>1000"
	resp = w.apply(after, config)
	w.clean(resp)
	if member(t, w.state(w.resourceType(), resp.NewState), "fail_on").IsNull() {
		t.Error("the gate that is open is not in the state")
	}
}

// The list in an error has ten lines, and says how many there are beside.
func TestGateListsTheWorst(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	resp := w.apply(noState, scanOf(zoo.Ports(), object{"fail_on": "info"}))
	wantError(t, resp, "fail_on", "and ", " more; see the data source")
	for _, d := range resp.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError && len(d.Detail) > 4000 {
			t.Errorf("the error has %d characters", len(d.Detail))
		}
	}
}
