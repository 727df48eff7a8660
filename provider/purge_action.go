package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// purgeAction is the action portolan_purge: old scans go.
type purgeAction struct{ engineAction }

var _ action.ActionWithConfigure = (*purgeAction)(nil)

func newPurgeAction() action.Action { return &purgeAction{} }

type purgeModel struct {
	Keep     timetypes.GoDuration `tfsdk:"keep"`
	KeepLast types.Int64          `tfsdk:"keep_last"`
	Label    types.String         `tfsdk:"label"`
}

// Metadata names the action.
func (a *purgeAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_purge"
}

// Schema describes the action.
func (a *purgeAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Delete the caller's own scans that have ended and are older than `keep`. They can be restored for a week. " +
			"A scan that is still in a state is scanned again by the next apply of it. Needs Terraform 1.14.",
		Attributes: map[string]schema.Attribute{
			"keep":      schema.StringAttribute{Required: true, CustomType: timetypes.GoDurationType{}, MarkdownDescription: "How old a scan may become, from its end on, as a duration such as `720h`."},
			"keep_last": schema.Int64Attribute{Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)}, MarkdownDescription: "How many of the newest scans that match stay, however old they are. Default `1`."},
			"label":     schema.StringAttribute{Optional: true, Validators: []validator.String{patternValidator{}}, MarkdownDescription: labelDescription},
		},
	}
}

// Invoke deletes what is old.
func (a *purgeAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config purgeModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	keep, diags := config.Keep.ValueGoDuration()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := a.operation(ctx, deleteTimeout)
	defer done()
	deleted, err := a.purge(ctx, config, time.Now().Add(-keep))
	if err != nil {
		addError(&resp.Diagnostics, "delete old scans", err, "label", "keep")
		return
	}
	announce(resp, "%s deleted", countOf(deleted, "scan"))
}

// purge deletes the caller's scans that ended before a time, all of them or none.
func (a *purgeAction) purge(ctx context.Context, config purgeModel, before time.Time) (deleted int, err error) {
	filter, err := scanFilterModel{Label: config.Label}.filter()
	if err != nil {
		return 0, err
	}
	c, err := a.connection.dial(ctx)
	if err != nil {
		return 0, err
	}
	old, err := ended(ctx, c, filter, before, int(intOr(config.KeepLast, 1)))
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return len(old), c.DeleteScans(ctx, old)
}

// ended gives those of the caller's scans that ended before a time, but for the newest.
func ended(ctx context.Context, c *client.Client, filter scanFilter, before time.Time, keepLast int) ([]engine.ScanID, error) {
	caller, err := c.CurrentUser(ctx)
	if err != nil {
		return nil, err
	}
	var old []engine.ScanID
	for scan, err := range filter.scans(ctx, c) {
		switch {
		case err != nil:
			return nil, err
		case scan.Owner.ID != caller.ID || scan.EndedAt == nil:
		case keepLast > 0:
			keepLast--
		case scan.EndedAt.Before(before):
			old = append(old, scan.ID)
		}
	}
	return old, nil
}
