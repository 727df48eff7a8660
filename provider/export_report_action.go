package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// exportReportAction is the action portolan_export_report: a report into a file, which
// keeps it out of the state.
type exportReportAction struct {
	engineAction
	version string // of the program
}

var _ action.ActionWithConfigure = (*exportReportAction)(nil)

// newExportReportAction gives the constructor.
func newExportReportAction(version string) func() action.Action {
	return func() action.Action { return &exportReportAction{version: version} }
}

type exportReportModel struct {
	ScanID types.String `tfsdk:"scan_id"`
	Format types.String `tfsdk:"format"`
	File   types.String `tfsdk:"file"`
}

// Metadata names the action.
func (a *exportReportAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_export_report"
}

// Schema describes the action.
func (a *exportReportAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	format := formatAttribute()
	resp.Schema = schema.Schema{
		MarkdownDescription: "Write what a scan found to a file on the machine that runs Terraform. Nothing of it is in the state. Needs Terraform 1.14.",
		Attributes: map[string]schema.Attribute{
			"scan_id": actionScanID("Number of the scan."),
			"format":  schema.StringAttribute{Required: true, Validators: format.Validators, MarkdownDescription: format.MarkdownDescription},
			"file":    schema.StringAttribute{Required: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}, MarkdownDescription: "The file, in a folder that exists. One that is there is overwritten."},
		},
	}
}

// Invoke writes the file.
func (a *exportReportAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config exportReportModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := a.operation(ctx, readTimeout)
	defer done()
	page, err := a.page(ctx, config)
	if err == nil {
		err = writePage(config.File.ValueString(), page)
	}
	if err != nil {
		addError(&resp.Diagnostics, "export the report", err, "scan_id", "format", "file")
		return
	}
	announce(resp, "%s: %d bytes of %s in %s", "Scan "+config.ScanID.ValueString(), len(page), config.Format.ValueString(), config.File.ValueString())
}

func (a *exportReportAction) page(ctx context.Context, config exportReportModel) ([]byte, error) {
	id, err := engineScan(config.ScanID)
	if err != nil {
		return nil, err
	}
	c, err := a.connection.dial(ctx)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, c, id, config.Format.ValueString(), a.version, gate{})
}

// writePage writes a file that only its owner reads: it says where to break in.
func writePage(name string, page []byte) error {
	if err := os.WriteFile(name, page, 0o600); err != nil {
		return badFile("file", name, err)
	}
	return nil
}
