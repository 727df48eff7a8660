package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// severityValidator accepts the severities, worst to least.
type severityValidator struct{}

var _ validator.String = severityValidator{}

func (severityValidator) Description(context.Context) string { return "a severity" }

func (v severityValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (severityValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := engine.Severity(req.ConfigValue.ValueString()).Validate(); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, err)
	}
}
