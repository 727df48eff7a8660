package provider

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// What the attributes of a [scanFilterModel] mean, wherever it is written.
const (
	statusDescription       = "Only scans of this status: `pending`, `in_progress`, `done`, `failed` or `cancelled`."
	labelDescription        = "Only scans whose label matches this regular expression, for example `^nightly`."
	createdAfterDescription = "Only scans created after this time, RFC 3339."
	ownerDescription        = "Only scans of the user with this e-mail address."
)

// patternValidator accepts regular expressions (RE2).
type patternValidator struct{}

var _ validator.String = patternValidator{}

func (patternValidator) Description(context.Context) string { return "a regular expression" }

func (v patternValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (patternValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, badPattern(err))
	}
}
