package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// Delete stops the scan if it still runs and erases it. One that is gone, or out
// of reach in another engine, needs nothing, and neither does one that is to be kept.
func (r *scanResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state scanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	limit, diags := state.Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || state.OnDestroy.ValueString() == destroyKeeps {
		return
	}
	ctx, done := r.connection.lifetime.operation(ctx)
	defer done()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	c, about, err := r.connection.engine(ctx)
	if err == nil && state.isForeign(about) {
		return
	}
	if err == nil {
		err = erase(ctx, c, &state)
	}
	if err != nil {
		addError(&resp.Diagnostics, "delete scan "+state.ID.ValueString(), err)
	}
}

func erase(ctx context.Context, c *client.Client, state *scanModel) error {
	id, err := state.scanID()
	if err != nil {
		return err
	}
	scan, err := c.Scan(ctx, id)
	if err == nil && !scan.Status().Final() {
		err = stop(ctx, c, id)
	}
	if err == nil {
		err = c.DeleteScan(ctx, id)
	}
	switch engine.KindOf(err) {
	case engine.NotFound:
		return nil
	case engine.Forbidden:
		return &engine.Error{
			Kind: engine.Forbidden, Title: "Scan is not yours to delete", Err: err,
			Detail: fmt.Sprintf("scan %d belongs to %s, and only its owner may delete it", id, scan.Owner.Email),
			Hint:   "use the owner's key, or forget the scan with: terraform state rm",
		}
	}
	return err
}

// stop cancels a scan and waits until it has ended. It may end by itself meanwhile.
func stop(ctx context.Context, c *client.Client, id engine.ScanID) error {
	if _, err := c.CancelScan(ctx, id); err != nil && engine.KindOf(err) != engine.Conflict {
		return fmt.Errorf("cancel scan %d: %w", id, err)
	}
	if _, err := c.Wait(ctx, id, nil); err != nil {
		return fmt.Errorf("wait for scan %d to stop: %w", id, err)
	}
	return nil
}
