package provider_test

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const scanType = "portolan_scan"

func (w *wire) validate(config object) *tfprotov6.ValidateResourceConfigResponse {
	w.t.Helper()
	resp, err := w.server.ValidateResourceConfig(w.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
		TypeName:           w.resource, Config: w.dynamic(w.resourceType(), config),
	})
	w.must(err)
	return resp
}

// plan proposes config on top of prior, the zero Value for a new resource, as
// Terraform does: what is computed and not configured stays.
func (w *wire) plan(prior tftypes.Value, config object) *tfprotov6.PlanResourceChangeResponse {
	w.t.Helper()
	typ := w.resourceType()
	configured := valueOf(w.t, typ, config)
	if prior.Type() == nil {
		prior = tftypes.NewValue(typ, nil)
	}
	resp, err := w.server.PlanResourceChange(w.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: w.resource, PriorState: w.dynamic(typ, prior), Config: w.dynamic(typ, configured),
		ProposedNewState: w.dynamic(typ, w.proposed(prior, configured)),
	})
	w.must(err)
	return resp
}

func (w *wire) proposed(prior, config tftypes.Value) tftypes.Value {
	w.t.Helper()
	if config.IsNull() {
		return config
	}
	members := map[string]tftypes.Value{}
	w.must(config.As(&members))
	for _, a := range w.schema.ResourceSchemas[w.resource].Block.Attributes {
		if a.WriteOnly {
			members[a.Name] = tftypes.NewValue(a.Type, nil)
		}
		if !prior.IsNull() && a.Computed && members[a.Name].IsNull() {
			members[a.Name] = member(w.t, prior, a.Name)
		}
	}
	return tftypes.NewValue(w.resourceType(), members)
}

// planned is the state a plan leads to.
func (w *wire) planned(resp *tfprotov6.PlanResourceChangeResponse) tftypes.Value {
	w.t.Helper()
	w.clean(resp)
	return w.state(w.resourceType(), resp.PlannedState)
}

// replaced lists the attributes because of which a plan scans again.
func replaced(resp *tfprotov6.PlanResourceChangeResponse) []string {
	var names []string
	for _, p := range resp.RequiresReplace {
		names = append(names, pathOf(&tfprotov6.Diagnostic{Attribute: p}))
	}
	return names
}

// apply carries out what plan proposes. A zero prior creates, nil config destroys.
func (w *wire) apply(prior tftypes.Value, config object) *tfprotov6.ApplyResourceChangeResponse {
	w.t.Helper()
	typ := w.resourceType()
	req := &tfprotov6.ApplyResourceChangeRequest{TypeName: w.resource, Config: w.dynamic(typ, nil), PlannedState: w.dynamic(typ, nil)}
	if config != nil {
		plan := w.plan(prior, config)
		w.clean(plan)
		req.Config, req.PlannedState = w.dynamic(typ, config), plan.PlannedState
	}
	if prior.Type() == nil {
		prior = tftypes.NewValue(typ, nil)
	}
	req.PriorState = w.dynamic(typ, prior)
	resp, err := w.server.ApplyResourceChange(w.t.Context(), req)
	w.must(err)
	return resp
}

// applyPlan carries out a plan as the caller has it.
func (w *wire) applyPlan(prior tftypes.Value, config object, planned tftypes.Value) *tfprotov6.ApplyResourceChangeResponse {
	w.t.Helper()
	typ := w.resourceType()
	if prior.Type() == nil {
		prior = tftypes.NewValue(typ, nil)
	}
	resp, err := w.server.ApplyResourceChange(w.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: w.resource, PriorState: w.dynamic(typ, prior), Config: w.dynamic(typ, config), PlannedState: w.dynamic(typ, planned),
	})
	w.must(err)
	return resp
}

// created creates a scan and gives its state.
func (w *wire) created(config object) tftypes.Value {
	w.t.Helper()
	resp := w.apply(tftypes.Value{}, config)
	w.clean(resp)
	return w.state(w.resourceType(), resp.NewState)
}

func (w *wire) read(state tftypes.Value) *tfprotov6.ReadResourceResponse {
	w.t.Helper()
	resp, err := w.server.ReadResource(w.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: w.resource, CurrentState: w.dynamic(w.resourceType(), state),
	})
	w.must(err)
	return resp
}

// identityID is the id in an identity, "" if there is none.
func (w *wire) identityID(data *tfprotov6.ResourceIdentityData) string {
	w.t.Helper()
	if data == nil || data.IdentityData == nil {
		return ""
	}
	value := w.state(identityType(), data.IdentityData)
	if value.IsNull() {
		return ""
	}
	return text(w.t, value, "id")
}

func identityType() tftypes.Object {
	return tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}
}

// noState is the prior state of a resource that does not exist.
var noState tftypes.Value

// stateOf is a state as a test writes it.
func (w *wire) stateOf(members object) tftypes.Value {
	w.t.Helper()
	return valueOf(w.t, w.resourceType(), members)
}
