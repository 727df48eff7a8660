package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// portsType is the type of a set of ports: a string of which several spellings
// mean the same, "80,22" and "22,80".
type portsType struct{ basetypes.StringType }

var _ basetypes.StringTypable = portsType{}

func (t portsType) Equal(o attr.Type) bool {
	_, ok := o.(portsType)
	return ok
}

func (t portsType) String() string { return "provider.portsType" }

func (t portsType) ValueType(context.Context) attr.Value { return portsValue{} }

func (t portsType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return portsValue{StringValue: in}, nil
}

func (t portsType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	text, err := stringFromTerraform(ctx, in)
	return portsValue{StringValue: text}, err
}

// portsValue is a set of ports as the configuration has it; null is the default set.
type portsValue struct{ basetypes.StringValue }

var (
	_ basetypes.StringValuableWithSemanticEquals = portsValue{}
	_ xattr.ValidateableAttribute                = portsValue{}
)

// newPortsValue gives null for the default set, as a configuration without ports has it.
func newPortsValue(p engine.Ports) portsValue {
	if p == "" {
		return portsValue{StringValue: basetypes.NewStringNull()}
	}
	return portsValue{StringValue: basetypes.NewStringValue(string(p))}
}

func (v portsValue) Type(context.Context) attr.Type { return portsType{} }

func (v portsValue) Equal(o attr.Value) bool {
	other, ok := o.(portsValue)
	return ok && v.StringValue.Equal(other.StringValue)
}

func (v portsValue) ports() engine.Ports { return engine.Ports(v.ValueString()) }

// StringSemanticEquals reports two spellings of one set.
func (v portsValue) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(portsValue)
	return ok && samePorts(v.ports(), other.ports()), nil
}

// samePorts reports two spellings of one set; a spelling that is not valid is
// only the same as itself.
func samePorts(a, b engine.Ports) bool {
	if a == b {
		return true
	}
	left, err := a.Canonical()
	if err != nil {
		return false
	}
	right, err := b.Canonical()
	return err == nil && left == right
}

// ValidateAttribute reports the guilty item of a list of ports.
func (v portsValue) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.IsNull() || v.IsUnknown() {
		return
	}
	if err := v.ports().Validate(); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, err)
	}
}
