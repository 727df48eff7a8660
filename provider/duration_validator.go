package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// durationValidator accepts durations from least on. That it is one the type says.
type durationValidator struct{ least time.Duration }

var _ validator.String = durationValidator{}

func (v durationValidator) Description(context.Context) string {
	return fmt.Sprintf("a duration of at least %s", v.least)
}

func (v durationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v durationValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	d, err := time.ParseDuration(req.ConfigValue.ValueString())
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || err != nil || d >= v.least {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Duration is too short", fmt.Sprintf("%s is shorter than %s.\n\nWrite a longer one, such as 30s or 12h.", d, v.least))
}
