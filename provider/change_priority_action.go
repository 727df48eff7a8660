package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// changePriorityAction is the action portolan_change_priority.
type changePriorityAction struct{ engineAction }

var _ action.ActionWithConfigure = (*changePriorityAction)(nil)

func newChangePriorityAction() action.Action { return &changePriorityAction{} }

type changePriorityModel struct {
	ScanID types.String `tfsdk:"scan_id"`
	Shift  types.Int64  `tfsdk:"shift"`
}

// Metadata names the action.
func (a *changePriorityAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_change_priority"
}

// Schema describes the action.
func (a *changePriorityAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Move a scan that waits in the queue. One that runs or has ended is an error. Needs Terraform 1.14.",
		Attributes: map[string]schema.Attribute{
			"scan_id": actionScanID("Number of the scan."),
			"shift": schema.Int64Attribute{
				Required: true, Validators: []validator.Int64{int64validator.NoneOf(0)},
				MarkdownDescription: "How many places: negative to the front, positive to the back. The scan moves as far as the ends of the queue.",
			},
		},
	}
}

// Invoke moves the scan.
func (a *changePriorityAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config changePriorityModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := a.operation(ctx, readTimeout)
	defer done()
	scan, err := a.shift(ctx, config)
	if err != nil {
		addError(&resp.Diagnostics, "move scan "+clean(config.ScanID.ValueString(), lineLength), err, "scan_id", "shift")
		return
	}
	announce(resp, "%s: %s", scanName(scan.ID), progressOf(scan))
}

func (a *changePriorityAction) shift(ctx context.Context, config changePriorityModel) (engine.Scan, error) {
	id, err := parseScanID(config.ScanID.ValueString())
	if err != nil {
		return engine.Scan{}, err
	}
	c, err := a.connection.dial(ctx)
	if err != nil {
		return engine.Scan{}, err
	}
	return c.ShiftScan(ctx, id, int(config.Shift.ValueInt64()))
}
