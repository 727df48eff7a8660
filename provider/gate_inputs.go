package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// gateModel is what the findings of a scan are judged by, where it is no resource's.
type gateModel struct {
	Policy           types.String `tfsdk:"policy"`
	BaselineScanID   types.String `tfsdk:"baseline_scan_id"`
	Suppressions     types.List   `tfsdk:"suppressions"`
	SuppressionsFile types.String `tfsdk:"suppressions_file"`
}

// gateInputs describes a gateModel, as portolan_scan describes it.
func gateInputs() map[string]schema.Attribute {
	of, attributes := scanVerdict(), map[string]schema.Attribute{}
	for _, name := range []string{"baseline_scan_id", "suppressions", "suppressions_file"} {
		attributes[name] = asDataInput(of[name])
	}
	attributes["policy"] = schema.StringAttribute{
		Optional: true, Validators: []validator.String{policyValidator{}},
		MarkdownDescription: "What does not pass, as the [policy](../guides/policy) of `portolan_scan`: `high` (that or worse), `medium>=10`, `new:medium`, `rule:redis.*`, `expr: kev || cvss >= 9`, several with commas.",
	}
	return attributes
}

// gateInputNames are the attributes an error about judging may be at.
func gateInputNames() []string {
	return []string{"scan_id", "policy", "baseline_scan_id", "suppressions", "suppressions_file"}
}

// gate reads the model.
func (m gateModel) gate() (gate, error) {
	of := scanModel{FailOn: m.Policy, BaselineScanID: m.BaselineScanID, Suppressions: m.Suppressions, SuppressionsFile: m.SuppressionsFile}
	g, err := of.gate()
	if field, ok := fieldOf(err); ok && field == "fail_on" {
		err = inField("policy", err)
	}
	return g, err
}

// fieldOf gives the field an error is about.
func fieldOf(err error) (string, bool) {
	var e *engine.Error
	if !errors.As(err, &e) {
		return "", false
	}
	return e.Field, true
}

// asDataInput gives an input of a resource as a data source takes it.
func asDataInput(of resourceschema.Attribute) schema.Attribute {
	switch a := of.(type) {
	case resourceschema.StringAttribute:
		return schema.StringAttribute{Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resourceschema.Int64Attribute:
		return schema.Int64Attribute{Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resourceschema.ListNestedAttribute:
		members := map[string]schema.Attribute{}
		for name, member := range a.NestedObject.Attributes {
			members[name] = asDataInput(member)
		}
		return schema.ListNestedAttribute{Required: a.Required, Optional: a.Optional, NestedObject: schema.NestedAttributeObject{Attributes: members}, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	}
	panic(fmt.Sprintf("a data source takes no attribute such as %T", of))
}

// engineScan is a scan with the number a configuration names.
func engineScan(number types.String) (engine.ScanID, error) {
	id, err := parseScanID(number.ValueString())
	return id, inField("scan_id", err)
}
