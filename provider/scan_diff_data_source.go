package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// scanDiffDataSource is portolan_scan_diff: what changed from one scan to a later one.
type scanDiffDataSource struct{ engineData }

var _ datasource.DataSourceWithConfigure = (*scanDiffDataSource)(nil)

func newScanDiffDataSource() datasource.DataSource { return &scanDiffDataSource{} }

type scanDiffModel struct {
	ScanID types.String `tfsdk:"scan_id"`
	BaseID types.String `tfsdk:"base_id"`

	Complete    types.Bool  `tfsdk:"complete"`
	New         types.List  `tfsdk:"new"`
	Fixed       types.List  `tfsdk:"fixed"`
	Changed     types.List  `tfsdk:"changed"`
	Unknown     types.List  `tfsdk:"unknown"`
	Unchanged   types.Int64 `tfsdk:"unchanged"`
	OpenedPorts types.List  `tfsdk:"opened_ports"`
	ClosedPorts types.List  `tfsdk:"closed_ports"`
}

// Metadata names the data source.
func (d *scanDiffDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_scan_diff"
}

// Schema describes the data source.
func (d *scanDiffDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	findings := func(description string) schema.Attribute {
		return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: findingSchema()}
	}
	ports := func(description string) schema.Attribute {
		return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"ip": textResult("Address."), "port": intResult("Port."), "transport": textResult("`tcp` or `udp`."), "host": textResult("Name that led here; null if none did."),
		}}}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What changed from one scan to a later one. A finding is followed by its fingerprint, a port by its address. What the later scan could not see again because it was not complete, or was not asked to look there, is `unknown` and never `fixed`.",
		Attributes: map[string]schema.Attribute{
			"scan_id":      schema.StringAttribute{Required: true, Validators: []validator.String{scanIDValidator{}}, MarkdownDescription: "Number of the later scan."},
			"base_id":      schema.StringAttribute{Optional: true, Computed: true, Validators: []validator.String{scanIDValidator{}}, MarkdownDescription: "Number of the earlier scan; when unset, the newest complete one before it of the same owner, targets and ports."},
			"complete":     schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the later scan is complete; if not, nothing is fixed or closed."},
			"new":          findings("Findings of the later scan only."),
			"fixed":        findings("Findings of the earlier scan that are gone."),
			"changed":      findings("Findings whose severity or evidence changed, as they are now."),
			"unknown":      findings("Findings of the earlier scan that were not seen again, but the later scan cannot tell."),
			"unchanged":    intResult("How many findings are the same."),
			"opened_ports": ports("Ports that are open now and were not."),
			"closed_ports": ports("Ports that were open and are not any more."),
		},
	}
}

// Read asks the engine for the difference.
func (d *scanDiffDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model scanDiffModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	diff, err := d.read(ctx, &model)
	if err != nil {
		addError(&resp.Diagnostics, "compare scans", err, "scan_id", "base_id")
		return
	}
	model.record(diff)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (d *scanDiffDataSource) read(ctx context.Context, model *scanDiffModel) (engine.Diff, error) {
	id, err := parseScanID(model.ScanID.ValueString())
	if err != nil {
		return engine.Diff{}, err
	}
	var base engine.ScanID
	if !model.BaseID.IsNull() {
		if base, err = parseScanID(model.BaseID.ValueString()); err != nil {
			return engine.Diff{}, err
		}
	}
	c, err := d.connection.dial(ctx)
	if err != nil {
		return engine.Diff{}, err
	}
	return c.Diff(ctx, id, base)
}

func (m *scanDiffModel) record(diff engine.Diff) {
	changed := make([]engine.Finding, len(diff.Changed))
	for i, c := range diff.Changed {
		changed[i] = c.Now
	}
	m.BaseID, m.Complete, m.Unchanged = scanNumber(diff.Base), types.BoolValue(diff.Complete), types.Int64Value(int64(diff.Unchanged))
	m.New, m.Changed = findingList(ofScan(diff.Scan, diff.New)), findingList(ofScan(diff.Scan, changed))
	m.Fixed, m.Unknown = findingList(ofScan(diff.Base, diff.Fixed)), findingList(ofScan(diff.Base, diff.Unknown))
	m.OpenedPorts, m.ClosedPorts = endpointList(diff.OpenedPorts), endpointList(diff.ClosedPorts)
}

// ofScan says of which scan findings are.
func ofScan(scan engine.ScanID, findings []engine.Finding) []scanFinding {
	list := make([]scanFinding, len(findings))
	for i, f := range findings {
		list[i] = scanFinding{Finding: f, scan: scan}
	}
	return list
}

func endpointList(endpoints []engine.Endpoint) types.List {
	of := types.ObjectType{AttrTypes: map[string]attr.Type{"ip": types.StringType, "port": types.Int64Type, "transport": types.StringType, "host": types.StringType}}
	elements := make([]attr.Value, len(endpoints))
	for i, e := range endpoints {
		elements[i] = types.ObjectValueMust(of.AttrTypes, map[string]attr.Value{
			"ip": types.StringValue(e.Addr.String()), "port": types.Int64Value(int64(e.Port)), "transport": types.StringValue(e.Transport), "host": optionalText(e.Name),
		})
	}
	return types.ListValueMust(of, elements)
}
