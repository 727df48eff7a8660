package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Update changes what needs no new scan: the label, the place in the queue, what is
// judged by, the waiting, and how targets and ports are written.
//
// A gate that closes now must stay closed: an error of an update does not taint
// a resource, so the state keeps what was judged by before, and the next plan
// shows the same update again.
func (r *scanResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state scanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	limit, diags := plan.Timeouts.Update(ctx, updateTimeout)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: state.ID.ValueString()})...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := r.connection.lifetime.operation(ctx)
	defer done()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	c, about, err := r.connection.engine(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "update scan "+state.ID.ValueString(), err)
		return
	}
	if state.isForeign(about) {
		updateForeign(ctx, plan, state, about, resp)
		return
	}
	scan, err := rename(ctx, c, &plan, state)
	if err == nil {
		scan, err = prefer(ctx, c, scan, plan.Priority.ValueInt64()-state.Priority.ValueInt64())
	}
	if err != nil {
		addError(&resp.Diagnostics, "update scan "+state.ID.ValueString(), err, requestAttributes()...)
		return
	}
	watch := &scanWatch{
		client: c, connection: r.connection, place: r.connection.place(about), scan: scan, limit: limit, setting: "timeouts.update", remedy: remedyOld,
		detach: plan.OnInterrupt.ValueString() == interruptDetaches,
	}
	watch.update(ctx, plan, state, resp)
}

// renamer is the part of the client that rename needs.
type renamer interface {
	RenameScan(ctx context.Context, id engine.ScanID, label string) (engine.Scan, error)
	Scan(ctx context.Context, id engine.ScanID) (engine.Scan, error)
}

func rename(ctx context.Context, c renamer, plan *scanModel, state scanModel) (engine.Scan, error) {
	id, err := state.scanID()
	if err != nil {
		return engine.Scan{}, err
	}
	if plan.Label.Equal(state.Label) || plan.Label.IsUnknown() {
		return c.Scan(ctx, id)
	}
	return c.RenameScan(ctx, id, plan.Label.ValueString())
}

// update saves what has been done so far, then waits and judges as the plan says.
// Only what has held is saved as such.
func (w *scanWatch) update(ctx context.Context, plan, state scanModel, resp *resource.UpdateResponse) {
	wanted, held := plan.judging(), state.judging()
	isNew, waits := !wanted.equal(held), wanted.wait.ValueBool()
	plan.judgeBy(held)
	w.save(ctx, &plan, resp)
	if waits && (isNew || !w.scan.Status().Final()) {
		w.untilEnd(ctx, &resp.Diagnostics)
		w.save(ctx, &plan, resp)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.judgeBy(wanted)
	plan.record(w.scan, w.place)
	if err := plan.compare(ctx, w.client, w.scan); err != nil {
		addError(&resp.Diagnostics, "compare with the baseline", err, gateAttributes()...)
		return
	}
	if waits && isNew {
		w.judge(ctx, &resp.Diagnostics, plan)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

func (w *scanWatch) save(ctx context.Context, model *scanModel, resp *resource.UpdateResponse) {
	model.record(w.scan, w.place)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// updateForeign changes the state alone: the scan is out of reach. What would
// need its findings is refused.
func updateForeign(ctx context.Context, plan, state scanModel, about engine.About, resp *resource.UpdateResponse) {
	if !plan.judging().equal(state.judging()) && (!plan.FailOn.IsNull() || !plan.WarnOn.IsNull()) {
		resp.Diagnostics.AddAttributeError(path.Root("fail_on"), "Gate cannot be judged",
			scanText(&state)+" belongs to another engine, so its findings are out of reach.\n\nScan again: change triggers, or apply with -replace.")
		return
	}
	warnForeign(&resp.Diagnostics, &state, about)
	plan.keepRecord(state)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// keepRecord takes over everything that is not known from the last state.
func (m *scanModel) keepRecord(state scanModel) {
	m.ID, m.IndexID, m.Status, m.Owner, m.EngineID = state.ID, state.IndexID, state.Status, state.Owner, state.EngineID
	m.CreatedAt, m.StartedAt, m.EndedAt = state.CreatedAt, state.StartedAt, state.EndedAt
	m.QueuePosition, m.EstimatedTime, m.ResultCount, m.Summary = state.QueuePosition, state.EstimatedTime, state.ResultCount, state.Summary
	m.IsScanFromTeam, m.CoinsSpent, m.URL = state.IsScanFromTeam, state.CoinsSpent, state.URL
	if m.SuppressionsSHA256.IsUnknown() {
		m.recordSuppressions()
	}
	if m.Label.IsUnknown() {
		m.Label = state.Label
	}
}
