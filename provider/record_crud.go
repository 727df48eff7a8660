package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// recordResource is the resource of a noun.
type recordResource[T any, P engine.NounOf[T], M any] struct {
	connected
	recordType[T, P, M]
}

func newRecordResource[T any, P engine.NounOf[T], M any](of recordType[T, P, M]) resource.Resource {
	return &recordResource[T, P, M]{recordType: of}
}

// Metadata names the resource.
func (r *recordResource[T, P, M]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.name
}

// Schema describes the resource.
func (r *recordResource[T, P, M]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema()
}

// IdentitySchema describes identity.
func (r *recordResource[T, P, M]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema(r.word)
}

// ValidateConfig applies the engine's own rules before there is an engine, once all is
// known.
func (r *recordResource[T, P, M]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if !req.Config.Raw.IsFullyKnown() {
		return
	}
	var config M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	declared := r.declare(recordPlan[M]{Plan: config, Config: config})
	if err := P(&declared).Validate(); err != nil {
		r.report(&resp.Diagnostics, "read the configuration", err)
	}
}

// ModifyPlan refuses what the provider block lets nobody scan.
func (r *recordResource[T, P, M]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // nothing is scanned by what goes
	}
	var plan M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	r.guard(&plan, &resp.Diagnostics)
}

func (r *recordResource[T, P, M]) guard(plan *M, diags *diag.Diagnostics) {
	if r.permit != nil && r.connection != nil && !diags.HasError() {
		r.permit(r.connection.guard, plan, diags)
	}
}

// Create declares the record.
func (r *recordResource[T, P, M]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var asked recordPlan[M]
	resp.Diagnostics.Append(req.Plan.Get(ctx, &asked.Plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &asked.Config)...)
	r.guard(&asked.Plan, &resp.Diagnostics) // now that all is known
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := r.connection.lifetime.operation(ctx)
	defer done()
	c, about, err := r.connection.engine(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "declare the "+r.word, err)
		return
	}
	lingering, cancel := linger(ctx, parting) // it might be on file by then, known to nobody
	defer cancel()
	kept, err := r.records(c).Create(lingering, r.declare(asked))
	if err != nil {
		r.report(&resp.Diagnostics, "declare the "+r.word, err)
		return
	}
	r.take(&asked.Plan, kept, about)
	resp.Diagnostics.Append(resp.State.Set(ctx, &asked.Plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: r.stamp(&asked.Plan).ID.ValueString()})...)
}

// Read refreshes the state. The identity is set before anything else, as in
// [scanResource.Read]. A record of another engine is gone: it has to be declared in the
// one at hand.
func (r *recordResource[T, P, M]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model M
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	stamp := r.stamp(&model)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: stamp.ID.ValueString()})...)
	if r.connection == nil || r.connection.unknown != "" {
		return // Configure has said so
	}
	id, err := stamp.recordID()
	if err != nil {
		addErrorAt(&resp.Diagnostics, path.Root("id"), err)
		return
	}
	c, about, err := r.connection.engine(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "read "+r.word+" "+stamp.ID.ValueString(), err)
		return
	}
	if stamp.isForeign(about) {
		resp.Diagnostics.AddWarning("Declared in another engine", sentence(r.word+" "+stamp.ID.ValueString()+" was declared in engine "+clean(stamp.EngineID.ValueString(), lineLength)+", this is engine "+clean(about.EngineID, lineLength))+
			" It is declared here anew.")
		resp.State.RemoveResource(ctx)
		return
	}
	kept, err := r.records(c).Get(ctx, id)
	if engine.KindOf(err) == engine.NotFound {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		addError(&resp.Diagnostics, "read "+r.word+" "+stamp.ID.ValueString(), err)
		return
	}
	r.take(&model, kept, about)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// Update replaces the record as a whole, if it is still the one that was planned from.
func (r *recordResource[T, P, M]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var asked recordPlan[M]
	var prior M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &asked.Plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &asked.Config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	r.guard(&asked.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	asked.Prior = &prior
	stamp := r.stamp(&prior)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: stamp.ID.ValueString()})...)
	ctx, done := r.connection.lifetime.operation(ctx)
	defer done()
	kept, about, err := r.replaced(ctx, asked)
	if err != nil {
		r.report(&resp.Diagnostics, "change "+r.word+" "+stamp.ID.ValueString(), err)
		return
	}
	r.take(&asked.Plan, kept, about)
	resp.Diagnostics.Append(resp.State.Set(ctx, &asked.Plan)...)
}

func (r *recordResource[T, P, M]) replaced(ctx context.Context, asked recordPlan[M]) (kept T, about engine.About, err error) {
	stamp := r.stamp(asked.Prior)
	id, err := stamp.recordID()
	if err != nil {
		return kept, about, err
	}
	c, about, err := r.connection.engine(ctx)
	if err != nil {
		return kept, about, err
	}
	declared := r.declare(asked)
	P(&declared).Stamped().Version = stamp.Version.ValueInt64()
	kept, err = r.records(c).Replace(ctx, id, declared)
	return kept, about, err
}

// Delete removes the record. One that is gone, or in another engine, needs nothing.
func (r *recordResource[T, P, M]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model M
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := r.connection.lifetime.operation(ctx)
	defer done()
	stamp := r.stamp(&model)
	if err := r.remove(ctx, stamp); err != nil && engine.KindOf(err) != engine.NotFound {
		addError(&resp.Diagnostics, "delete "+r.word+" "+stamp.ID.ValueString(), err)
	}
}

func (r *recordResource[T, P, M]) remove(ctx context.Context, stamp *recordStamp) error {
	id, err := stamp.recordID()
	if err != nil {
		return err
	}
	c, about, err := r.connection.engine(ctx)
	if err != nil || stamp.isForeign(about) {
		return err
	}
	return r.records(c).Delete(ctx, id)
}

// ImportState takes an id or a name, or an identity.
func (r *recordResource[T, P, M]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ref := importRef(ctx, req, resp)
	c, _, err := r.connection.engine(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "import the "+r.word, err)
		return
	}
	kept, err := r.find(ctx, c, ref)
	if err != nil {
		addErrorAt(&resp.Diagnostics, path.Root("id"), err)
		return
	}
	id := identity{ID: idText(P(&kept))}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.ID)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
}
