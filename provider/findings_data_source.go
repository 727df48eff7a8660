package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// defaultFindings is how many findings are read when no limit is set: a state
// with 20,000 has 11 MB, and Terraform carries it everywhere.
const defaultFindings = 1000

// findingsDataSource is portolan_findings: what scans found, worst first.
type findingsDataSource struct {
	connection *connection
}

var (
	_ datasource.DataSourceWithConfigure        = (*findingsDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*findingsDataSource)(nil)
)

func newFindingsDataSource() datasource.DataSource { return &findingsDataSource{} }

type findingsModel struct {
	ScanID      types.String `tfsdk:"scan_id"`
	IndexIDs    types.List   `tfsdk:"index_ids"`
	MinSeverity types.String `tfsdk:"min_severity"`
	Rules       types.List   `tfsdk:"rules"`
	Hosts       types.List   `tfsdk:"hosts"`
	Ports       types.List   `tfsdk:"ports"`
	Query       types.String `tfsdk:"query"`
	NewSince    types.String `tfsdk:"new_since"`
	Waived      types.Bool   `tfsdk:"include_waived"`
	Limit       types.Int64  `tfsdk:"limit"`

	Findings  types.List   `tfsdk:"findings"`
	Total     types.Int64  `tfsdk:"total"`
	Truncated types.Bool   `tfsdk:"truncated"`
	Counts    types.Object `tfsdk:"counts"`
}

// Metadata names the data source.
func (d *findingsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_findings"
}

// Configure takes the way to the engine from the provider.
func (d *findingsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connection = dataSourceConnection(req, resp)
}

// ConfigValidators ask for one way of naming scans.
func (d *findingsDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.AtLeastOneOf(path.MatchRoot("scan_id"), path.MatchRoot("index_ids")),
	}
}

// Read asks the engine for the findings.
func (d *findingsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model findingsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	page, err := d.read(ctx, &model)
	if err != nil {
		addError(&resp.Diagnostics, "read findings", err, "scan_id", "index_ids", "min_severity", "rules", "hosts", "ports", "query", "new_since", "limit")
		return
	}
	model.record(page)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (d *findingsDataSource) read(ctx context.Context, model *findingsModel) (findingPage, error) {
	scans, _, err := selectScans(model.ScanID, model.IndexIDs)
	if err != nil || len(scans) == 0 {
		return findingPage{}, err
	}
	c, err := d.connection.dial(ctx)
	if err != nil {
		return findingPage{}, err
	}
	filter := findingFilter{
		scans: scans, minSeverity: engine.Severity(model.MinSeverity.ValueString()),
		rules: stringsOf(model.Rules), hosts: stringsOf(model.Hosts), ports: intsOf(model.Ports),
	}
	sieve, err := model.sieve()
	if err != nil {
		return findingPage{}, err
	}
	return sieve.read(ctx, c, filter, int(intOr(model.Limit, defaultFindings)))
}

func intOr(value types.Int64, otherwise int64) int64 {
	if value.IsNull() {
		return otherwise
	}
	return value.ValueInt64()
}

func (m *findingsModel) record(page findingPage) {
	m.Findings = findingList(page.findings)
	m.Total = types.Int64Value(int64(page.total))
	m.Truncated = types.BoolValue(len(page.findings) < page.total)
	m.Counts = countsObject(page.counts)
}

// countsTypes are the severities and their sum.
func countsTypes() map[string]attr.Type {
	members := map[string]attr.Type{"total": types.Int64Type}
	for _, s := range engine.Severities() {
		members[string(s)] = types.Int64Type
	}
	return members
}

func countsObject(s engine.Summary) types.Object {
	all, members := summaryCounts(s), map[string]attr.Value{}
	for name := range countsTypes() {
		members[name] = types.Int64Value(int64(all[name]))
	}
	return types.ObjectValueMust(countsTypes(), members)
}
