package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// cancelScanAction is the action portolan_cancel_scan.
type cancelScanAction struct{ engineAction }

var _ action.ActionWithConfigure = (*cancelScanAction)(nil)

func newCancelScanAction() action.Action { return &cancelScanAction{} }

// Metadata names the action.
func (a *cancelScanAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cancel_scan"
}

// Schema describes the action.
func (a *cancelScanAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "End a scan and keep what it has found. A scan that has ended already stays as it is, which is no error. Needs Terraform 1.14.",
		Attributes:          map[string]schema.Attribute{"scan_id": actionScanID("Number of the scan.")},
	}
}

// Invoke cancels the scan.
func (a *cancelScanAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config struct {
		ScanID types.String `tfsdk:"scan_id"`
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := a.operation(ctx, readTimeout)
	defer done()
	scan, err := a.cancel(ctx, config.ScanID.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "cancel scan "+clean(config.ScanID.ValueString(), lineLength), err, "scan_id")
		return
	}
	announce(resp, "%s: %s", scanName(scan.ID), scan.Status())
}

func (a *cancelScanAction) cancel(ctx context.Context, number string) (engine.Scan, error) {
	id, err := parseScanID(number)
	if err != nil {
		return engine.Scan{}, err
	}
	c, err := a.connection.dial(ctx)
	if err != nil {
		return engine.Scan{}, err
	}
	return c.CancelScan(ctx, id)
}
