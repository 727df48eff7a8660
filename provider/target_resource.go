package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// targetModel is portolan_target as Terraform keeps it.
type targetModel struct {
	recordStamp

	Address     targetValue  `tfsdk:"address"`
	Name        types.String `tfsdk:"name"`
	Tags        types.Set    `tfsdk:"tags"`
	Criticality types.String `tfsdk:"criticality"`
	Owner       types.String `tfsdk:"owner"`
	Labels      types.Map    `tfsdk:"labels"`

	VerificationRecord types.Object      `tfsdk:"verification_record"`
	VerificationFile   types.Object      `tfsdk:"verification_file"`
	Verified           types.Bool        `tfsdk:"verified"`
	VerifiedAt         timetypes.RFC3339 `tfsdk:"verified_at"`
}

func newTargetResource() resource.Resource { return newRecordResource(targetRecord()) }

func targetRecord() recordType[engine.DeclaredTarget, *engine.DeclaredTarget, targetModel] {
	return recordType[engine.DeclaredTarget, *engine.DeclaredTarget, targetModel]{
		name: "target", word: "target",
		doc:        "Something to scan, with what is known of it. A team has one for each address, however that is spelled.",
		attributes: targetAttributes(),
		records:    (*client.Client).DeclaredTargets,
		stamp:      func(m *targetModel) *recordStamp { return &m.recordStamp },
		declare:    func(p recordPlan[targetModel]) engine.DeclaredTarget { return p.Plan.declared() },
		record:     (*targetModel).record,
		permit:     permitTarget,
		canonical:  func(address string) string { return string(engine.Target(address).Canonical()) },
	}
}

// permitTarget judges a target when it is declared: scans name it by its id.
func permitTarget(g guard, m *targetModel, diags *diag.Diagnostics) {
	if m.Address.IsUnknown() {
		return
	}
	if err := g.permit(m.Address.target(), nil); err != nil {
		addErrorAt(diags, path.Root("address"), err)
	}
}

func targetAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"address": schema.StringAttribute{
			Required: true, CustomType: targetType{},
			MarkdownDescription: "An IPv4 or IPv6 address, a CIDR or a domain name. Another address is another target: it is replaced, and has to be verified again.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplaceIf(isOtherTarget, "Another target.", "Another target.")},
		},
		"name": schema.StringAttribute{Optional: true, MarkdownDescription: "What people call it. Several may be called the same."},
		"tags": schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Words to find it by."},
		"criticality": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString("normal"),
			Validators:          []validator.String{stringvalidator.OneOf("low", "normal", "high", "critical")},
			MarkdownDescription: "How much depends on it: `low`, `normal` (default), `high` or `critical`.",
		},
		"owner":  schema.StringAttribute{Optional: true, MarkdownDescription: "Who is answerable for it, such as `@team-web`."},
		"labels": schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Texts by names of your own."},
		"verification_record": schema.SingleNestedAttribute{
			Computed: true, PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "The record in the DNS that proves that the domain is yours, see `portolan_target_verification`; null for what is no domain.",
			Attributes: map[string]schema.Attribute{
				"name":  schema.StringAttribute{Computed: true, MarkdownDescription: "Its name."},
				"type":  schema.StringAttribute{Computed: true, MarkdownDescription: "`TXT`."},
				"value": schema.StringAttribute{Computed: true, MarkdownDescription: "What it has to hold. No secret."},
			},
		},
		"verification_file": schema.SingleNestedAttribute{
			Computed: true, PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "The file of its web server that proves the same; null for a range.",
			Attributes: map[string]schema.Attribute{
				"url":     schema.StringAttribute{Computed: true, MarkdownDescription: "Where it is looked for."},
				"content": schema.StringAttribute{Computed: true, MarkdownDescription: "What it has to hold. No secret."},
			},
		},
		"verified":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether that is proved.", PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}},
		"verified_at": timeOutput("When it was proved last; null if it is not."),
	}
}

func (m *targetModel) declared() engine.DeclaredTarget {
	return engine.DeclaredTarget{
		Address: m.Address.target(), Name: m.Name.ValueString(), Tags: textsIn(m.Tags), Criticality: engine.Criticality(m.Criticality.ValueString()),
		Owner: m.Owner.ValueString(), Labels: textsBy(m.Labels),
	}
}

func (m *targetModel) record(t engine.DeclaredTarget) {
	if m.Address.target().Canonical() != t.Address.Canonical() {
		m.Address = newTargetValue(t.Address)
	}
	m.Name, m.Owner = textAfter(m.Name, t.Name), textAfter(m.Owner, t.Owner)
	m.Tags, m.Labels = setAfter(m.Tags, t.Tags), mapAfter(m.Labels, t.Labels)
	m.Criticality = types.StringValue(string(t.Criticality))
	v := t.Verification
	m.VerificationRecord = textsOrNull(v.DNSName, map[string]string{"name": v.DNSName, "type": "TXT", "value": v.Token})
	m.VerificationFile = textsOrNull(v.URL, map[string]string{"url": v.URL, "content": v.Token})
	m.Verified, m.VerifiedAt = types.BoolValue(v.VerifiedAt != nil), timetypes.NewRFC3339TimePointerValue(v.VerifiedAt)
}

// textsOrNull is an object of texts, null if there is no place to be found in.
func textsOrNull(place string, texts map[string]string) types.Object {
	of, members := map[string]attr.Type{}, map[string]attr.Value{}
	for name, text := range texts {
		of[name], members[name] = types.StringType, types.StringValue(clean(text, lineLength))
	}
	if place == "" {
		return types.ObjectNull(of)
	}
	return types.ObjectValueMust(of, members)
}

// isOtherTarget replaces a target whose address is not only spelled in another way.
func isOtherTarget(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	before, after := engine.Target(req.StateValue.ValueString()), engine.Target(req.PlanValue.ValueString())
	resp.RequiresReplace = req.PlanValue.IsUnknown() || before.Canonical() != after.Canonical()
}
