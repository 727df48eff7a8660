package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/portolan-io/terraform-provider-portolan/engine/recurrence"
)

// The rules of a schedule are read by the engine's own reader, so that a mistake is told
// with its place before there is an engine.

type cronValidator struct{}

// Description says what is valid.
func (cronValidator) Description(context.Context) string { return "must be a cron expression" }

// MarkdownDescription says what is valid.
func (v cronValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString reads the expression.
func (cronValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := recurrence.ParseCron(req.ConfigValue.ValueString(), time.UTC); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, err)
	}
}

type rruleValidator struct{}

// Description says what is valid.
func (rruleValidator) Description(context.Context) string {
	return "must be a recurrence rule of RFC 5545"
}

// MarkdownDescription says what is valid.
func (v rruleValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString reads the rule as one that starts long ago: whether it has a time after
// start_at is for the engine to say.
func (rruleValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := recurrence.ParseRRule(req.ConfigValue.ValueString(), time.Unix(0, 0), time.UTC); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, err)
	}
}

type zoneValidator struct{}

// Description says what is valid.
func (zoneValidator) Description(context.Context) string {
	return "must be a time zone of the IANA database"
}

// MarkdownDescription says what is valid.
func (v zoneValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString looks the zone up.
func (zoneValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := recurrence.Zone(req.ConfigValue.ValueString()); err != nil {
		addErrorAt(&resp.Diagnostics, req.Path, err)
	}
}
