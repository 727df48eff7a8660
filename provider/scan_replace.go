package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// replaceIfOtherTargets replaces the scan if the set of targets differs, not if
// only its order or spelling does. Targets not known yet may be others.
func replaceIfOtherTargets() planmodifier.List {
	const text = "Other targets scan again; another order or spelling does not."
	return listplanmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.ListRequest, resp *listplanmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = !isWhollyKnown(req.PlanValue) || !sameTargets(targetsOf(req.PlanValue), targetsOf(req.StateValue))
	}, text, text)
}

// replaceIfOtherPorts does the same for ports.
func replaceIfOtherPorts() planmodifier.String {
	const text = "Other ports scan again; another order or spelling does not."
	return stringplanmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
		before, after := engine.Ports(req.StateValue.ValueString()), engine.Ports(req.PlanValue.ValueString())
		resp.RequiresReplace = req.PlanValue.IsUnknown() || !samePorts(before, after)
	}, text, text)
}
