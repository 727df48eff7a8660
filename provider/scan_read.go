package provider

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Read refreshes the state. The identity is set before anything else: below
// Terraform 1.12 there is none yet, and an answer without one is an error of the
// framework's, even when it says that the scan is gone.
func (r *scanResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model scanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: model.ID.ValueString()})...)
	if r.connection == nil || r.connection.unknown != "" {
		return // Configure has said so
	}
	limit, diags := model.Timeouts.Read(ctx, readTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	isGone, err := r.refresh(ctx, &model, &resp.Diagnostics)
	if err != nil {
		addError(&resp.Diagnostics, "read scan "+model.ID.ValueString(), err)
		return
	}
	if isGone {
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// refresh records what the engine says of the model's scan. A scan of another
// engine is left as it was recorded: on a fresh machine the engine in the
// provider knows none of the scans of the last one, and that is no reason to do
// all of them again.
func (r *scanResource) refresh(ctx context.Context, model *scanModel, diags *diag.Diagnostics) (isGone bool, err error) {
	c, about, err := r.connection.engine(ctx)
	if err != nil {
		return false, err
	}
	if model.isForeign(about) {
		warnForeign(diags, model, about)
		return false, nil
	}
	id, err := model.scanID()
	if err != nil {
		return false, err
	}
	scan, err := c.Scan(ctx, id)
	if engine.KindOf(err) == engine.NotFound {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if model.Wait.IsNull() { // imported
		model.setDefaults()
		if scan.ProfileID != 0 {
			model.ProfileID = types.StringValue(strconv.FormatInt(int64(scan.ProfileID), 10))
		}
	}
	hadEnded := engine.Status(model.Status.ValueString()).Final()
	model.record(scan, r.connection.place(about))
	if hadEnded {
		return false, nil
	}
	if err := model.compare(ctx, c, scan); err != nil { // the baseline may be gone by now
		diags.AddAttributeWarning(path.Root("baseline_scan_id"), "Scan cannot be compared with its baseline", clean(err.Error(), textLength))
	}
	return false, nil
}

// isForeign reports a scan of another engine than the one at hand. An import has
// none recorded yet.
func (m *scanModel) isForeign(about engine.About) bool {
	recorded := m.EngineID.ValueString()
	return recorded != "" && recorded != about.EngineID
}

func warnForeign(diags *diag.Diagnostics, model *scanModel, about engine.About) {
	diags.AddAttributeWarning(path.Root("engine_id"), "Scan belongs to another engine",
		scanText(model)+" was made by engine "+clean(model.EngineID.ValueString(), lineLength)+", this is engine "+clean(about.EngineID, lineLength)+". "+
			"Its results are kept as they were recorded.\n\n"+
			"To scan again, change triggers or apply with -replace. To keep one engine on several machines, run portolan serve and set endpoint, or keep the data folder.")
}

func scanText(model *scanModel) string { return "Scan " + clean(model.ID.ValueString(), lineLength) }
