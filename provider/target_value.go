package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// targetType is the type of a target: a string of which several spellings mean
// the same, "EXAMPLE.com." and "example.com".
type targetType struct{ basetypes.StringType }

var _ basetypes.StringTypable = targetType{}

func (t targetType) Equal(o attr.Type) bool {
	_, ok := o.(targetType)
	return ok
}

func (t targetType) String() string { return "provider.targetType" }

func (t targetType) ValueType(context.Context) attr.Value { return targetValue{} }

func (t targetType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return targetValue{StringValue: in}, nil
}

func (t targetType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	text, err := stringFromTerraform(ctx, in)
	return targetValue{StringValue: text}, err
}

// targetValue is one target of a configuration.
type targetValue struct{ basetypes.StringValue }

var (
	_ basetypes.StringValuableWithSemanticEquals = targetValue{}
	_ xattr.ValidateableAttribute                = targetValue{}
)

func newTargetValue(t engine.Target) targetValue {
	return targetValue{StringValue: basetypes.NewStringValue(string(t))}
}

func (v targetValue) Type(context.Context) attr.Type { return targetType{} }

func (v targetValue) Equal(o attr.Value) bool {
	other, ok := o.(targetValue)
	return ok && v.StringValue.Equal(other.StringValue)
}

func (v targetValue) target() engine.Target { return engine.Target(v.ValueString()) }

// StringSemanticEquals reports two spellings of one target.
func (v targetValue) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(targetValue)
	return ok && v.target().Canonical() == other.target().Canonical(), nil
}

// ValidateAttribute reports what cannot be scanned, and what to write instead.
func (v targetValue) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.IsNull() || v.IsUnknown() {
		return
	}
	if err := v.target().Validate(); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, err)
	}
}

func stringFromTerraform(ctx context.Context, in tftypes.Value) (basetypes.StringValue, error) {
	value, err := basetypes.StringType{}.ValueFromTerraform(ctx, in)
	if err != nil {
		return basetypes.StringValue{}, err
	}
	text, ok := value.(basetypes.StringValue)
	if !ok {
		return basetypes.StringValue{}, fmt.Errorf("expected a string, got %T", value)
	}
	return text, nil
}
