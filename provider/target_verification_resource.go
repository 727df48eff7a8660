package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

const (
	// verifyTimeout is how long a verification waits unless it is told otherwise: records
	// of the DNS take some minutes until they are seen.
	verifyTimeout = 10 * time.Minute
	// verifyPause is how long it waits between two looks.
	verifyPause = 10 * time.Second
)

// targetVerificationResource is portolan_target_verification: it waits until a target is
// verified. It declares nothing in the engine: what is proved stays proved when it goes.
type targetVerificationResource struct{ connected }

func newTargetVerificationResource() resource.Resource { return &targetVerificationResource{} }

type targetVerificationModel struct {
	TargetID   types.String      `tfsdk:"target_id"`
	Method     types.String      `tfsdk:"method"`
	Triggers   types.Map         `tfsdk:"triggers"`
	Timeouts   timeouts.Value    `tfsdk:"timeouts"`
	ID         types.String      `tfsdk:"id"`
	VerifiedAt timetypes.RFC3339 `tfsdk:"verified_at"`
}

// Metadata names the resource.
func (r *targetVerificationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_target_verification"
}

// Schema describes the resource.
func (r *targetVerificationResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	again := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Waits until the engine has found the proof that a target is yours: the `verification_record` of the `portolan_target` in the DNS, or its `verification_file` on the web server. " +
			"Scans that depend on it begin when they may. Destroying it takes nothing back.",
		Attributes: map[string]schema.Attribute{
			"target_id": schema.StringAttribute{Required: true, PlanModifiers: again, MarkdownDescription: "The `id` of the `portolan_target`."},
			"method": schema.StringAttribute{
				Optional: true, PlanModifiers: again, Validators: []validator.String{stringvalidator.OneOf("dns", "http")},
				MarkdownDescription: "Where to look: `dns` or `http`. Both when unset.",
			},
			"triggers": schema.MapAttribute{
				Optional: true, ElementType: types.StringType, PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplace()},
				MarkdownDescription: "Any values whose change verifies again.",
			},
			"id":          stringOutput("The `id` of the target."),
			"verified_at": timeOutput("When the proof was found, RFC 3339."),
			"timeouts":    verificationTimeouts(ctx),
		},
	}
}

func verificationTimeouts(ctx context.Context) schema.Attribute {
	a, ok := timeouts.Attributes(ctx, timeouts.Opts{Create: true}).(schema.SingleNestedAttribute)
	if !ok {
		return timeouts.AttributesAll(ctx)
	}
	a.MarkdownDescription = "How long to wait, as a duration such as `90s` or `1h30m`."
	if child, ok := a.Attributes["create"].(schema.StringAttribute); ok {
		child.MarkdownDescription, child.Description = "Until the proof is found. Default `"+span(verifyTimeout)+"`.", ""
		a.Attributes["create"] = child
	}
	return a
}

// IdentitySchema describes identity.
func (r *targetVerificationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema("target")
}

// Create waits for the proof. Nothing is saved before it is found: there is nothing to
// clean up.
func (r *targetVerificationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model targetVerificationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	limit, diags := model.Timeouts.Create(ctx, verifyTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := r.connection.lifetime.operation(ctx)
	defer done()
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	target, err := r.await(limited, &model)
	if err != nil {
		r.report(ctx, resp, limit, err)
		return
	}
	model.record(target)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: model.ID.ValueString()})...)
}

// await looks until the proof is there or ctx is done; then it gives what was wrong last.
func (r *targetVerificationResource) await(ctx context.Context, model *targetVerificationModel) (engine.DeclaredTarget, error) {
	id, err := parseRecordID(model.TargetID.ValueString())
	if err != nil {
		return engine.DeclaredTarget{}, err
	}
	c, _, err := r.connection.engine(ctx)
	if err != nil {
		return engine.DeclaredTarget{}, err
	}
	var last error
	for {
		target, err := c.VerifyTarget(ctx, id, engine.VerificationMethod(model.Method.ValueString()))
		if ctx.Err() != nil && last != nil {
			return target, last
		}
		if engine.KindOf(err) != engine.Conflict {
			return target, err
		}
		last = err
		select {
		case <-ctx.Done():
			return target, last
		case <-time.After(verifyPause):
		}
	}
}

// report says what was looked for in vain, and how long.
func (r *targetVerificationResource) report(ctx context.Context, resp *resource.CreateResponse, limit time.Duration, err error) {
	var e *engine.Error
	isMissing := engine.KindOf(err) == engine.Conflict && errors.As(err, &e)
	if isMissing && ctx.Err() == nil {
		waited := *e
		waited.Detail = fmt.Sprintf("%s after %s (timeouts.create)", e.Detail, limit)
		err = &waited
	}
	if isMissing || engine.KindOf(err) == engine.NotFound {
		addErrorAt(&resp.Diagnostics, path.Root("target_id"), err)
		return
	}
	addError(&resp.Diagnostics, "verify the target", err, "method")
}

func (m *targetVerificationModel) record(t engine.DeclaredTarget) {
	m.ID = types.StringValue(idText(&t))
	m.TargetID = m.ID
	m.VerifiedAt = timetypes.NewRFC3339TimePointerValue(t.Verification.VerifiedAt)
}

// Read sees whether the target is still there and verified; its address may have changed.
func (r *targetVerificationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model targetVerificationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: model.ID.ValueString()})...)
	if r.connection == nil || r.connection.unknown != "" {
		return // Configure has said so
	}
	c, _, err := r.connection.engine(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "read the verification of target "+model.ID.ValueString(), err)
		return
	}
	target, err := targetOf(ctx, c, model.ID.ValueString())
	switch {
	case engine.KindOf(err) == engine.NotFound || err == nil && target.Verification.VerifiedAt == nil:
		resp.State.RemoveResource(ctx)
	case err != nil:
		addError(&resp.Diagnostics, "read the verification of target "+model.ID.ValueString(), err)
	default:
		model.record(target)
		resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	}
}

func targetOf(ctx context.Context, c *client.Client, text string) (engine.DeclaredTarget, error) {
	id, err := parseRecordID(text)
	if err != nil {
		return engine.DeclaredTarget{}, err
	}
	return c.DeclaredTargets().Get(ctx, id)
}

// Update changes the timeouts, which concern Terraform alone.
func (r *targetVerificationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state targetVerificationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	plan.ID, plan.VerifiedAt = state.ID, state.VerifiedAt
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: state.ID.ValueString()})...)
}

// Delete forgets the verification; the target stays verified.
func (r *targetVerificationResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// ImportState takes the id of a target, or an identity.
func (r *targetVerificationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importNumber(ctx, parseRecordID, req, resp)
}
