package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// reportDataSource is portolan_report: a scan as a page.
type reportDataSource struct {
	engineData
	version string // of the program
}

var _ datasource.DataSourceWithConfigure = (*reportDataSource)(nil)

// newReportDataSource gives the constructor.
func newReportDataSource(version string) func() datasource.DataSource {
	return func() datasource.DataSource { return &reportDataSource{version: version} }
}

type reportModel struct {
	gateModel

	ScanID types.String `tfsdk:"scan_id"`
	Format types.String `tfsdk:"format"`

	Content types.String `tfsdk:"content"`
	SHA256  types.String `tfsdk:"sha256"`
}

// Metadata names the data source.
func (d *reportDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_report"
}

// Schema describes the data source.
func (d *reportDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := gateInputs()
	attributes["scan_id"] = schema.StringAttribute{Required: true, Validators: []validator.String{scanIDValidator{}}, MarkdownDescription: "Number of the scan."}
	attributes["format"] = formatAttribute()
	attributes["content"] = textResult("The report. Text of scanned hosts is in it, without control characters. It is kept in the state: for large scans write a file with `portolan report` or the action `portolan_export_report`.")
	attributes["sha256"] = textResult("Hash of the content, to tell whether it has changed.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a scan found as a page: for code scanning, a test report, a ticket or a person. See the guide [Reports](../guides/reports).",
		Attributes:          attributes,
	}
}

func formatAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, Validators: []validator.String{stringvalidator.OneOf(pageFormats()...)},
		MarkdownDescription: "`" + strings.Join(pageFormats(), "`, `") + "`.",
	}
}

// Read makes the page.
func (d *reportDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model reportModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	page, err := d.page(ctx, &model)
	if err != nil {
		addError(&resp.Diagnostics, "report the scan", err, append(gateInputNames(), "format")...)
		return
	}
	model.Content, model.SHA256 = types.StringValue(string(page)), types.StringValue(digestOf(page))
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (d *reportDataSource) page(ctx context.Context, model *reportModel) ([]byte, error) {
	id, err := engineScan(model.ScanID)
	if err != nil {
		return nil, err
	}
	g, err := model.gate()
	if err != nil {
		return nil, err
	}
	c, err := d.connection.dial(ctx)
	if err != nil {
		return nil, err
	}
	return pageOf(ctx, c, id, model.Format.ValueString(), d.version, g)
}
