package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// scanAction is the action portolan_scan: scan now, whatever the state says.
type scanAction struct{ engineAction }

var (
	_ action.ActionWithConfigure      = (*scanAction)(nil)
	_ action.ActionWithValidateConfig = (*scanAction)(nil)
)

func newScanAction() action.Action { return &scanAction{} }

// scanActionModel is what the user says.
type scanActionModel struct {
	Targets  types.List     `tfsdk:"targets"`
	Exclude  types.List     `tfsdk:"exclude"`
	Ports    portsValue     `tfsdk:"ports"`
	Label    types.String   `tfsdk:"label"`
	Expect   types.List     `tfsdk:"expect"`
	FailOn   types.String   `tfsdk:"fail_on"`
	WarnOn   types.String   `tfsdk:"warn_on"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// scan is the same as a resource would say it.
func (m *scanActionModel) scan() scanModel {
	return scanModel{Targets: m.Targets, Exclude: m.Exclude, Ports: m.Ports, Label: m.Label, Expect: m.Expect, FailOn: m.FailOn, WarnOn: m.WarnOn}
}

// Metadata names the action.
func (a *scanAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_scan"
}

// Schema describes the action.
func (a *scanAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"targets": asActionAttribute(inlineTargets()), "label": asActionAttribute(labelAttribute()),
		"fail_on": actionFailOn(), "warn_on": actionWarnOn(), "timeouts": actionTimeouts(ctx),
	}
	space := scanSpace()
	for _, name := range []string{"exclude", "ports", "expect"} {
		attributes[name] = asActionAttribute(space[name])
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Scan now, and tell how it goes: the place in the queue, the step, open ports and findings so far. " +
			"For what should be looked at once something else has changed, as with `action_trigger`. It leaves nothing in the state; " +
			"whoever needs results, or a gate, takes the resource `portolan_scan`. Needs Terraform 1.14.",
		Attributes: attributes,
	}
}

// ValidateConfig checks what no single attribute shows.
func (a *scanAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config scanActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	checkLimits(&resp.Diagnostics, config.Targets)
	checkExpectations(&resp.Diagnostics, config.scan())
}

// Invoke scans and waits for the end.
func (a *scanAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config scanActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	limit, diags := config.Timeouts.Invoke(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := a.operation(ctx, limit)
	defer done()
	model := config.scan()
	watch, err := (&scanResource{connection: a.connection}).start(ctx, &model)
	if err != nil {
		addError(&resp.Diagnostics, "start the scan", err, requestAttributes()...)
		return
	}
	(&actionRun{watch: watch, resp: resp, at: reportPath(), limit: limit, gate: model}).run(ctx)
}

// operation gives the context of an invocation, which ends with the provider and after
// the limit. done is called when nothing of it goes on.
func (a *engineAction) operation(ctx context.Context, limit time.Duration) (_ context.Context, done func()) {
	ctx, end := a.connection.lifetime.operation(ctx)
	ctx, cancel := context.WithTimeout(ctx, limit)
	return ctx, func() {
		cancel()
		end()
	}
}
