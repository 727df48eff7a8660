package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
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
	if _, err := suppressionsOf(config.Suppressions, time.Now()); err != nil {
		addError(&resp.Diagnostics, "read the suppressions", err, inlineSuppressions)
	}
	waits := config.Wait.IsNull() || config.Wait.IsUnknown() || config.Wait.ValueBool()
	for _, gate := range config.policies() {
		if !gate.text.IsNull() && !waits {
			resp.Diagnostics.AddAttributeError(path.Root(gate.attribute), "Gate would never close",
				"With wait = false apply ends before there are findings to judge.\n\nRemove wait = false, or remove "+gate.attribute+".")
		}
	}
}

// policyText is a policy of a configuration.
type policyText struct {
	attribute string
	text      types.String
}

func (m *scanModel) policies() []policyText {
	return []policyText{{"fail_on", m.FailOn}, {"warn_on", m.WarnOn}}
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

// ModifyPlan fills in what follows from the configuration, decides what scans again, and
// refuses what would fail in the middle of apply.
func (r *scanResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // to be destroyed
	}
	var plan scanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.checkPlan(&resp.Diagnostics, &plan, req.State.Raw.IsNull())
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.State.Raw.IsNull() {
		var state scanModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.RequiresReplace.Append(plan.planAgain(state, time.Now(), &resp.Diagnostics)...)
		plan.planInPlace(state)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// checkPlan fills in what follows from the files and targets of a plan. What only a scan
// that is made has to keep is not held against those there are: Terraform plans a
// replacement as a new scan too.
func (r *scanResource) checkPlan(diags *diag.Diagnostics, plan *scanModel, isNew bool) {
	checkLimits(diags, plan.Targets)
	r.checkStay(diags, *plan)
	r.checkRules(diags, *plan)
	targets, known := plan.plannedTargets(diags)
	plan.planTargets(targets, known)
	plan.planSuppressions(diags, time.Now())
	if isNew {
		r.checkGuard(diags, *plan, targets)
		warnMany(diags, *plan)
	}
}

// checkStay refuses what needs an engine that stays where there is none.
func (r *scanResource) checkStay(diags *diag.Diagnostics, plan scanModel) {
	waits := plan.Wait.IsUnknown() || plan.Wait.ValueBool()
	if r.connection == nil || waits && plan.OnInterrupt.ValueString() != interruptDetaches || r.connection.stays() {
		return
	}
	const remedy = "Without an endpoint the engine runs inside the provider, and both end with apply.\n\n" +
		"Start a server (portolan serve) on this machine, or set endpoint in the provider block; or let the engine go on by itself with detached = true in the block embedded of the provider; or "
	if !waits {
		diags.AddAttributeError(path.Root("wait"), "Scan would not outlive apply", "A scan nobody waits for would be cut off. "+remedy+"keep wait = true.")
	}
	if plan.OnInterrupt.ValueString() == interruptDetaches {
		diags.AddAttributeError(path.Root("on_interrupt"), "Scan would not outlive apply", "A scan that is to go on would be cut off. "+remedy+"leave on_interrupt at cancel.")
	}
}

// checkRules reports policies that name checks which nobody knows: they would pass. The
// checks of a server may be others than those of this version.
func (r *scanResource) checkRules(diags *diag.Diagnostics, plan scanModel) {
	for _, gate := range plan.policies() {
		p, err := policy.Parse(gate.text.ValueString())
		if gate.text.IsNull() || gate.text.IsUnknown() || err != nil || !p.NamesRules() {
			continue
		}
		rules, err := server.Rules()
		if err == nil {
			err = p.CheckRules(rules)
		}
		switch {
		case err == nil:
		case r.connection != nil && r.connection.embedded != nil:
			addErrorAt(diags, path.Root(gate.attribute), err)
		default:
			diags.AddAttributeWarning(path.Root(gate.attribute), "Check is not known to this version", clean(err.Error(), textLength))
		}
	}
}

// manyAddresses is from how many addresses on a plan asks to think twice.
const manyAddresses = 1 << 16

func warnMany(diags *diag.Diagnostics, plan scanModel) {
	n := plan.AddressCount.ValueInt64()
	if n <= manyAddresses {
		return
	}
	name := "targets"
	if !plan.TargetsFile.IsNull() {
		name = "targets_file"
	}
	diags.AddAttributeWarning(path.Root(name), "Scan is large",
		fmt.Sprintf("The targets stand for %d addresses. Such a scan takes long and is noticed; timeouts.create has to be long enough.\n\nIs the prefix length of every CIDR right?", n))
}

// checkGuard reports targets that the provider block lets nobody scan. What is not known
// yet is judged when it is.
func (r *scanResource) checkGuard(diags *diag.Diagnostics, plan scanModel, ofFile []engine.Target) {
	if r.connection == nil {
		return
	}
	r.connection.guard.checkLists(diags, plan.Targets, plan.Exclude)
	if plan.TargetsFile.IsNull() || !isWhollyKnown(plan.Exclude) {
		return
	}
	if err := r.connection.guard.check(ofFile, targetsOf(plan.Exclude)); err != nil {
		addErrorAt(diags, path.Root("targets_file"), err)
	}
}

func (m *scanModel) planTargets(targets []engine.Target, known bool) {
	m.AddressCount, m.TargetsSHA256 = types.Int64Unknown(), types.StringUnknown()
	if known {
		m.AddressCount = types.Int64Value(engine.AddressCount(targetSet(targets)))
		m.TargetsSHA256 = types.StringValue(targetsDigest(targets))
	}
}
