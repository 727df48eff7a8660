package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/results"
)

// gateDataSource is portolan_gate: a policy over a scan that was made already, by whomever.
// It is judged anew at each plan, and scans nothing.
type gateDataSource struct{ engineData }

var _ datasource.DataSourceWithConfigure = (*gateDataSource)(nil)

func newGateDataSource() datasource.DataSource { return &gateDataSource{} }

type gateDataModel struct {
	gateModel

	ScanID  types.String `tfsdk:"scan_id"`
	Enforce types.Bool   `tfsdk:"enforce"`

	Passed     types.Bool   `tfsdk:"passed"`
	Verdict    types.String `tfsdk:"verdict"`
	Matched    types.List   `tfsdk:"matched"`
	Violations types.List   `tfsdk:"violations"`
	Suppressed types.Int64  `tfsdk:"suppressed"`
}

// Metadata names the data source.
func (d *gateDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_gate"
}

// Schema describes the data source.
func (d *gateDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := gateInputs()
	if a, ok := attributes["policy"].(schema.StringAttribute); ok {
		a.Required, a.Optional = true, false
		attributes["policy"] = a
	}
	attributes["scan_id"] = schema.StringAttribute{Required: true, Validators: []validator.String{scanIDValidator{}}, MarkdownDescription: "Number of the scan that is judged."}
	attributes["enforce"] = schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether a scan that does not pass is an error, already in the plan. Default `false`: `passed` says so."}
	attributes["passed"] = schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether nothing matches the policy, in a scan that is done, had no part that failed and reached a host. What an incomplete scan did not find lets nothing pass."}
	attributes["verdict"] = textResult("`passed`, `failed` (something matches), `incomplete`, `pending` (the scan has not ended) or `cancelled`.")
	attributes["matched"] = wordsResult("The items of the policy that hold.")
	attributes["violations"] = schema.ListNestedAttribute{Computed: true, NestedObject: findingSchema(), MarkdownDescription: "The findings that those items count, worst first."}
	attributes["suppressed"] = intResult("How many findings were set aside.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A policy over a scan that was made already, by a schedule, the command line or another configuration. It is judged anew at each plan and scans nothing; `fail_on` of the resource `portolan_scan` is the gate that scans again.",
		Attributes:          attributes,
	}
}

// judged is what came of it.
type judged struct {
	scan    engine.Scan
	found   policy.Assessment
	policy  policy.Policy
	verdict policy.Verdict
}

// Read judges the scan.
func (d *gateDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model gateDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	j, err := d.judge(ctx, &model)
	if err != nil {
		addError(&resp.Diagnostics, "judge the scan", err, gateInputNames()...)
		return
	}
	addNotices(&resp.Diagnostics, j.found.Notices)
	model.record(j)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	if !model.Enforce.ValueBool() || model.Passed.ValueBool() {
		return
	}
	title, detail := j.describe()
	resp.Diagnostics.AddAttributeError(path.Root("policy"), title, detail)
}

func (d *gateDataSource) judge(ctx context.Context, model *gateDataModel) (j judged, err error) {
	id, err := engineScan(model.ScanID)
	if err != nil {
		return j, err
	}
	g, err := model.gate()
	if err != nil {
		return j, err
	}
	c, err := d.connection.dial(ctx)
	if err != nil {
		return j, err
	}
	rules, err := results.Rules(ctx, c)
	if err != nil {
		return j, err
	}
	if err := g.failOn.CheckRules(rules); err != nil { // a misspelt gate must not pass
		return j, inField("policy", err)
	}
	if j.scan, err = c.Scan(ctx, id); err != nil {
		return j, inField("scan_id", err)
	}
	j.policy = *g.failOn
	if j.found, err = g.assess(ctx, c, id); err != nil {
		return j, err
	}
	j.verdict = j.policy.Judge(j.found)
	return j, nil
}

// violations are the findings that the items which hold have counted.
func (j judged) violations() []engine.Finding {
	guilty := j.policy.Guilty(j.found)
	var list []engine.Finding
	for i := range j.found.Active {
		if guilty(&j.found.Active[i]) {
			list = append(list, *j.found.Active[i].Finding)
		}
	}
	return list
}

// describe says why the scan does not pass.
func (j judged) describe() (title, detail string) {
	if j.verdict.Failed {
		return describeVerdict(j.scan.ID, j.policy, j.found)
	}
	status, _ := policy.Conclude(j.scan, j.verdict)
	title = scanName(j.scan.ID) + " does not pass: " + string(status)
	if why := incomplete(j.scan); why != "" {
		return title, why
	}
	return title, "The scan is " + string(j.scan.Status()) + ", so what it did not find says nothing.\n\nJudge one that is done."
}

func (m *gateDataModel) record(j judged) {
	status, _ := policy.Conclude(j.scan, j.verdict)
	items := make([]string, len(j.verdict.Matched))
	for i, match := range j.verdict.Matched {
		items[i] = match.Item
	}
	m.Passed, m.Verdict = types.BoolValue(status == policy.StatusPassed), types.StringValue(string(status))
	m.Matched, m.Violations = wordList(items), findingList(ofScan(j.scan.ID, j.violations()))
	m.Suppressed = types.Int64Value(int64(len(j.found.Suppressed)))
}
