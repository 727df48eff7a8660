package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// rescanAction is the action portolan_rescan: ask for the same as an earlier scan.
type rescanAction struct{ engineAction }

var _ action.ActionWithConfigure = (*rescanAction)(nil)

func newRescanAction() action.Action { return &rescanAction{} }

type rescanActionModel struct {
	ScanID   types.String   `tfsdk:"scan_id"`
	FailOn   types.String   `tfsdk:"fail_on"`
	WarnOn   types.String   `tfsdk:"warn_on"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Metadata names the action.
func (a *rescanAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rescan"
}

// Schema describes the action.
func (a *rescanAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Scan the same as an earlier scan once more, with its targets, ports and expectations, and tell how it goes. The earlier scan stays as it is. Needs Terraform 1.14.",
		Attributes: map[string]schema.Attribute{
			"scan_id":  actionScanID("Number of the scan that is repeated."),
			"fail_on":  actionFailOn(),
			"warn_on":  actionWarnOn(),
			"timeouts": actionTimeouts(ctx),
		},
	}
}

// Invoke scans again and waits for the end.
func (a *rescanAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config rescanActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	limit, diags := config.Timeouts.Invoke(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := a.operation(ctx, limit)
	defer done()
	watch, err := a.start(ctx, config.ScanID.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "repeat scan "+clean(config.ScanID.ValueString(), lineLength), err, "scan_id")
		return
	}
	(&actionRun{watch: watch, resp: resp, at: path.Root("scan_id"), limit: limit, gate: scanModel{FailOn: config.FailOn, WarnOn: config.WarnOn}}).run(ctx)
}

func (a *rescanAction) start(ctx context.Context, number string) (*scanWatch, error) {
	id, err := parseScanID(number)
	if err != nil {
		return nil, err
	}
	c, about, err := a.connection.engine(ctx)
	if err != nil {
		return nil, err
	}
	earlier, err := c.Scan(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := a.connection.guard.check(earlier.Targets, earlier.Exclude); err != nil { // whoever made it may have had other limits
		return nil, inField("scan_id", err)
	}
	lingering, cancel := linger(ctx, parting)
	defer cancel()
	scan, err := c.Rescan(lingering, id)
	return &scanWatch{client: c, connection: a.connection, place: a.connection.place(about), scan: scan}, err
}
