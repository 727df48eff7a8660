package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// policyValidator accepts policies of package policy.
type policyValidator struct{}

var _ validator.String = policyValidator{}

func (policyValidator) Description(context.Context) string {
	return "a policy, such as high or new:medium"
}

func (v policyValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (policyValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := policy.Parse(req.ConfigValue.ValueString()); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, err)
	}
}

// expressionValidator accepts expressions of package policy.
type expressionValidator struct{}

var _ validator.String = expressionValidator{}

func (expressionValidator) Description(context.Context) string {
	return "an expression, such as kev || cvss >= 9"
}

func (v expressionValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (expressionValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := policy.Parse("expr: " + req.ConfigValue.ValueString()); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, err)
	}
}
