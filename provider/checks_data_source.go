package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// checksDataSource is portolan_checks: what the engine looks for.
type checksDataSource struct{ engineData }

var _ datasource.DataSourceWithConfigure = (*checksDataSource)(nil)

func newChecksDataSource() datasource.DataSource { return &checksDataSource{} }

type checksModel struct {
	Families    types.List   `tfsdk:"families"`
	MinSeverity types.String `tfsdk:"min_severity"`
	Tags        types.List   `tfsdk:"tags"`

	Checks types.List `tfsdk:"checks"`
	IDs    types.List `tfsdk:"ids"`
}

// Metadata names the data source.
func (d *checksDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_checks"
}

// Schema describes the data source.
func (d *checksDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What the engine looks for, by id. The guide [Checks](../guides/checks.md) describes all that are built in.",
		Attributes: map[string]schema.Attribute{
			"families":     schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Only checks whose id begins so, for example `tls` or `redis`."},
			"min_severity": schema.StringAttribute{Optional: true, Validators: []validator.String{severityValidator{}}, MarkdownDescription: "Only checks whose findings may be of this severity or worse."},
			"tags":         schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Only checks with one of these tags, for example `database`."},
			"checks": schema.ListNestedAttribute{Computed: true, MarkdownDescription: "The checks, by id.", NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"id":          textResult("Names the check, for example `redis.no-auth`."),
				"title":       textResult("What is wrong, in a few words."),
				"severity":    textResult("`critical`, `high`, `medium`, `low` or `info`: the worst its findings have."),
				"cvss":        schema.Float64Attribute{Computed: true, MarkdownDescription: "Base score of CVSS, 0 to 10; 0 where none applies."},
				"description": textResult("What the problem is."),
				"impact":      textResult("What can come of it."),
				"remedy":      textResult("What to do about it."),
				"judged":      textResult("How it is found."),
				"references":  wordsResult("Where to read more."),
				"cwe":         wordsResult("Weaknesses, as CWE ids."),
				"tags":        wordsResult("Tags."),
			}}},
			"ids": wordsResult("Their ids."),
		},
	}
}

// Read asks the engine for its checks.
func (d *checksDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model checksModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	c, err := d.connection.dial(ctx)
	var rules []engine.Rule
	if err == nil {
		rules, err = c.Checks(ctx)
	}
	if err != nil {
		addError(&resp.Diagnostics, "list checks", err)
		return
	}
	model.record(slices.DeleteFunc(rules, func(r engine.Rule) bool { return !model.passes(r) }))
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m *checksModel) passes(r engine.Rule) bool {
	family, _, _ := strings.Cut(r.ID, ".")
	families, tags := stringsOf(m.Families), stringsOf(m.Tags)
	return (len(families) == 0 || slices.Contains(families, family)) &&
		(len(tags) == 0 || slices.ContainsFunc(r.Tags, func(tag string) bool { return slices.Contains(tags, tag) })) &&
		r.Severity.AtLeast(engine.Severity(m.MinSeverity.ValueString()))
}

func (m *checksModel) record(rules []engine.Rule) {
	words := types.ListType{ElemType: types.StringType}
	of := types.ObjectType{AttrTypes: map[string]attr.Type{
		"id": types.StringType, "title": types.StringType, "severity": types.StringType, "cvss": types.Float64Type, "description": types.StringType, "impact": types.StringType,
		"remedy": types.StringType, "judged": types.StringType, "references": words, "cwe": words, "tags": words,
	}}
	elements, ids := make([]attr.Value, len(rules)), make([]string, len(rules))
	for i, r := range rules {
		ids[i] = r.ID
		elements[i] = types.ObjectValueMust(of.AttrTypes, map[string]attr.Value{
			"id": hostText(r.ID), "title": hostText(r.Title), "severity": hostText(string(r.Severity)), "cvss": types.Float64Value(r.CVSS),
			"description": hostText(r.Description), "impact": hostText(r.Impact), "remedy": hostText(r.Remedy), "judged": hostText(r.Judged),
			"references": wordList(r.References), "cwe": wordList(r.CWE), "tags": wordList(r.Tags),
		})
	}
	m.Checks, m.IDs = types.ListValueMust(of, elements), wordList(ids)
}
