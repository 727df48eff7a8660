package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

var _ resource.ResourceWithUpgradeState = (*scanResource)(nil)

// UpgradeState reads states of older versions. Each form goes straight to the newest.
//
//	0  fail_on was {severity, max_count, mode}; on_destroy and on_interrupt were not
//	1  fail_on and warn_on are policies
func (r *scanResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return map[int64]resource.StateUpgrader{0: {StateUpgrader: upgradeScanState0}}
}

func upgradeScanState0(_ context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse) {
	state, err := readRawState(req.RawState)
	if err != nil {
		resp.Diagnostics.AddError("State cannot be upgraded", "The recorded state of a scan cannot be read: "+clean(err.Error(), lineLength))
		return
	}
	state["on_destroy"], state["on_interrupt"] = destroyDeletes, interruptCancels
	failOn, isSaid := state["fail_on"].(map[string]any)
	state["fail_on"] = nil
	if isSaid {
		name := "fail_on"
		if failOn["mode"] == "warning" {
			name = "warn_on"
		}
		state[name] = policyOfState0(failOn)
	}
	upgraded, err := json.Marshal(state)
	if err != nil {
		resp.Diagnostics.AddError("State cannot be upgraded", clean(err.Error(), lineLength))
		return
	}
	resp.DynamicValue = &tfprotov6.DynamicValue{JSON: upgraded}
}

// readRawState reads a state without its types, numbers as they are written.
func readRawState(raw *tfprotov6.RawState) (state map[string]any, err error) {
	if raw == nil {
		return nil, errors.New("there is none")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw.JSON))
	decoder.UseNumber()
	if err := decoder.Decode(&state); err != nil {
		return nil, err
	}
	if state == nil {
		return nil, errors.New("it is no object")
	}
	return state, nil
}

// policyOfState0 writes {severity, max_count} as a policy.
func policyOfState0(failOn map[string]any) string {
	if n, ok := failOn["max_count"].(json.Number); ok && n != "0" {
		return fmt.Sprintf("%v>%s", failOn["severity"], n)
	}
	return fmt.Sprint(failOn["severity"])
}
