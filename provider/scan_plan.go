package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// ValidateConfig checks what no single attribute shows.
func (r *scanResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config scanModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	checkLimits(&resp.Diagnostics, config.Targets)
	checkExpectations(&resp.Diagnostics, config)
	if !config.FailOn.IsNull() && !config.Wait.IsNull() && !config.Wait.IsUnknown() && !config.Wait.ValueBool() {
		resp.Diagnostics.AddAttributeError(path.Root("fail_on"), "Gate would never close",
			"With wait = false apply ends before there are findings to judge.\n\nRemove wait = false, or remove fail_on.")
	}
}

// checkLimits reports targets no engine of ours takes, before anything is created.
func checkLimits(diags *diag.Diagnostics, list types.List) {
	if !isWhollyKnown(list) {
		return
	}
	targets := targetsOf(list)
	if engine.ValidateTargets(targets) != nil {
		return // reported by the list's own validator, element by element
	}
	if err := engine.ValidateReach(targets); err != nil {
		addError(diags, "plan the scan", err, "targets")
	}
}

// ModifyPlan fills in what follows from the targets and refuses what would fail
// in the middle of apply.
func (r *scanResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // to be destroyed
	}
	var plan scanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	checkLimits(&resp.Diagnostics, plan.Targets)
	r.checkWait(&resp.Diagnostics, plan)
	if req.State.Raw.IsNull() { // Terraform plans a replacement as a new scan too
		r.checkGuard(&resp.Diagnostics, plan)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.planTargets()
	if !req.State.Raw.IsNull() {
		var state scanModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		plan.planWait(state)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

func (r *scanResource) checkWait(diags *diag.Diagnostics, plan scanModel) {
	if r.connection == nil || !r.connection.embedded || plan.Wait.IsUnknown() || plan.Wait.ValueBool() {
		return
	}
	diags.AddAttributeError(path.Root("wait"), "Scan would not outlive apply",
		"Without an endpoint the engine runs inside the provider, and both end with apply. A scan nobody waits for would be cut off.\n\n"+
			"Either start a server (portolan serve) and set endpoint in the provider block, or keep wait = true.")
}

// checkGuard reports targets that the provider block lets nobody scan. What is not known
// yet is judged when it is.
func (r *scanResource) checkGuard(diags *diag.Diagnostics, plan scanModel) {
	if r.connection == nil || plan.Targets.IsUnknown() || !isWhollyKnown(plan.Exclude) {
		return
	}
	exclude := targetsOf(plan.Exclude)
	for i, element := range plan.Targets.Elements() {
		v, ok := element.(targetValue)
		if !ok || v.IsUnknown() {
			continue
		}
		if err := r.connection.guard.permit(v.target(), exclude); err != nil {
			addErrorAt(diags, path.Root("targets").AtListIndex(i), err)
		}
	}
}

func (m *scanModel) planTargets() {
	m.AddressCount, m.TargetsSHA256 = types.Int64Unknown(), types.StringUnknown()
	if isWhollyKnown(m.Targets) {
		targets := targetsOf(m.Targets)
		m.AddressCount = types.Int64Value(engine.AddressCount(targetSet(targets)))
		m.TargetsSHA256 = types.StringValue(targetsDigest(targets))
	}
}

// planWait marks what will change when an update waits for the end of a scan
// that has not ended: everything else of an update leaves the scan as it is.
func (m *scanModel) planWait(state scanModel) {
	if !m.Wait.ValueBool() || engine.Status(state.Status.ValueString()).Final() || m.sameSettings(state) {
		return
	}
	m.Status, m.IndexID, m.QueuePosition, m.ResultCount = types.StringUnknown(), types.Int64Unknown(), types.Int64Unknown(), types.Int64Unknown()
	m.StartedAt, m.EndedAt = timetypes.NewRFC3339Unknown(), timetypes.NewRFC3339Unknown()
	m.Summary = types.ObjectUnknown(summaryTypes())
}

// sameSettings reports a plan without any change of the user's: then Terraform
// must not be told of one.
func (m *scanModel) sameSettings(o scanModel) bool {
	return m.Targets.Equal(o.Targets) && m.Exclude.Equal(o.Exclude) && m.Ports.Equal(o.Ports) && m.Label.Equal(o.Label) &&
		m.Triggers.Equal(o.Triggers) && m.Wait.Equal(o.Wait) && m.FailOn.Equal(o.FailOn) && m.Timeouts.Equal(o.Timeouts)
}
