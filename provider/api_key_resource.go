package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// apiKeyResource is portolan_api_key: a key of the caller's own that lasts longer than a
// run. The key itself comes from elsewhere, as a write-only value: it is in no state, and
// whoever made it hands it to who needs it.
type apiKeyResource struct{ connected }

var (
	_ resource.ResourceWithConfigure   = (*apiKeyResource)(nil)
	_ resource.ResourceWithIdentity    = (*apiKeyResource)(nil)
	_ resource.ResourceWithImportState = (*apiKeyResource)(nil)
)

func newAPIKeyResource() resource.Resource { return &apiKeyResource{} }

type apiKeyModel struct {
	Name       types.String      `tfsdk:"name"`
	Scopes     types.List        `tfsdk:"scopes"`
	ExpiresAt  timetypes.RFC3339 `tfsdk:"expires_at"`
	Key        types.String      `tfsdk:"key_wo"`
	KeyVersion types.Int64       `tfsdk:"key_wo_version"`

	ID        types.String      `tfsdk:"id"`
	Prefix    types.String      `tfsdk:"prefix"`
	CreatedAt timetypes.RFC3339 `tfsdk:"created_at"`
	EngineID  types.String      `tfsdk:"engine_id"`
}

// Metadata names the resource.
func (r *apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

// Schema describes the resource.
func (r *apiKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replaced := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A key of the caller's own, for a job that outlives a run of Terraform. The key itself is write-only: make it with an ephemeral resource such as `random_password`, and hand it to a store of secrets in the same run. " +
			"For the length of a run there is the ephemeral resource `portolan_api_key`. Every change makes another key and revokes this one.",
		Attributes: map[string]schema.Attribute{
			"name":       schema.StringAttribute{Required: true, PlanModifiers: replaced, MarkdownDescription: "What the key is for.", Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
			"scopes":     schema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: scopesDescription, Validators: scopeValidators(), PlanModifiers: []planmodifier.List{listplanmodifier.RequiresReplace()}},
			"expires_at": schema.StringAttribute{Optional: true, CustomType: timetypes.RFC3339Type{}, PlanModifiers: replaced, MarkdownDescription: "When the key ends, RFC 3339; never when unset."},
			"key_wo": schema.StringAttribute{
				Required: true, WriteOnly: true, Sensitive: true, Validators: []validator.String{stringvalidator.LengthAtLeast(engine.KeyLength)},
				MarkdownDescription: fmt.Sprintf("The key itself: letters and digits, at least %d. Kept in no state and no plan; the engine keeps only its hash.", engine.KeyLength),
			},
			"key_wo_version": schema.Int64Attribute{Optional: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()}, MarkdownDescription: "Any number. Another one means that `key_wo` is another key, which nobody can see."},
			"id":             stringOutput("Number of the key."),
			"prefix":         stringOutput("How the key begins, so that people know it again."),
			"created_at":     timeOutput("When the key was made, RFC 3339."),
			"engine_id":      stringOutput("The engine that keeps it. Where another engine is configured, the key is made there anew."),
		},
	}
}

// IdentitySchema describes identity.
func (r *apiKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema("key")
}

// Create puts the key on record.
func (r *apiKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model apiKeyModel
	var secret types.String
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("key_wo"), &secret)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	key, about, err := r.create(ctx, &model, secret.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "make the key", writeOnlyField(err), "name", "scopes", "expires_at", "key_wo")
		return
	}
	model.record(key, about)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: model.ID.ValueString()})...)
}

func (r *apiKeyResource) create(ctx context.Context, model *apiKeyModel, secret string) (client.Key, engine.About, error) {
	c, about, err := r.connection.engine(ctx)
	if err != nil {
		return client.Key{}, about, err
	}
	request := engine.KeyRequest{Name: model.Name.ValueString(), Scopes: scopesOf(model.Scopes), Key: secret}
	if !model.ExpiresAt.IsNull() {
		at, _ := model.ExpiresAt.ValueRFC3339Time() // validated
		request.ExpiresAt = &at
	}
	key, err := c.CreateKey(ctx, request)
	return key, about, err
}

// record takes over what the engine says. A time stays as it is written if it is the same.
func (m *apiKeyModel) record(key client.Key, about engine.About) {
	m.EngineID = types.StringValue(about.EngineID)
	m.Key = types.StringNull()
	m.ID = types.StringValue(strconv.FormatInt(int64(key.ID), 10))
	m.Name, m.Scopes, m.Prefix = hostText(key.Name), textList(key.Scopes), types.StringValue(key.Prefix)
	m.CreatedAt = timetypes.NewRFC3339TimeValue(key.CreatedAt)
	if at, wrong := m.ExpiresAt.ValueRFC3339Time(); key.ExpiresAt == nil || m.ExpiresAt.IsNull() || wrong.HasError() || !at.Equal(*key.ExpiresAt) {
		m.ExpiresAt = timetypes.NewRFC3339TimePointerValue(key.ExpiresAt)
	}
}

// Read refreshes the state. A key that was revoked is gone; one that has expired is there,
// and known by its end.
func (r *apiKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: model.ID.ValueString()})...)
	if r.connection == nil || r.connection.unknown != "" {
		return // Configure has said so
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	key, about, err := r.read(ctx, &model)
	switch {
	case engine.KindOf(err) == engine.NotFound:
		resp.State.RemoveResource(ctx)
	case err != nil:
		addError(&resp.Diagnostics, "read the key", err)
	default:
		model.record(key, about)
		resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	}
}

// read asks for the key. In another engine its number is somebody else's.
func (r *apiKeyResource) read(ctx context.Context, model *apiKeyModel) (client.Key, engine.About, error) {
	id, err := parseKeyID(model.ID.ValueString())
	if err != nil {
		return client.Key{}, engine.About{}, err
	}
	c, about, err := r.connection.engine(ctx)
	if err != nil {
		return client.Key{}, about, err
	}
	if recorded := model.EngineID.ValueString(); recorded != "" && recorded != about.EngineID {
		return client.Key{}, about, &engine.Error{Kind: engine.NotFound, Title: "No such key", Detail: "the key is one of another engine"}
	}
	key, err := c.Key(ctx, id)
	return key, about, err
}

func parseKeyID(text string) (engine.KeyID, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, &engine.Error{Kind: engine.Invalid, Title: "Key id is not valid", Field: "id", Detail: fmt.Sprintf("%q is not the number of a key", text), Hint: `write the number alone, as in "7"`}
	}
	return engine.KeyID(n), nil
}

// Update has nothing to do: every change makes another key.
func (r *apiKeyResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete revokes the key. One that is gone already is no error.
func (r *apiKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, deleteTimeout)
	defer cancel()
	key, _, err := r.read(ctx, &model)
	if err == nil {
		var c *client.Client
		if c, err = r.connection.dial(ctx); err == nil {
			err = c.RevokeKey(ctx, key.ID)
		}
	}
	if err != nil && engine.KindOf(err) != engine.NotFound {
		addError(&resp.Diagnostics, "revoke the key", err)
	}
}

// ImportState takes the number of a key, as an id or as an identity. The key itself stays
// what it is: a key_wo of the configuration is not compared with it.
func (r *apiKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importNumber(ctx, parseKeyID, req, resp)
}

// writeOnlyField gives an error about the key itself at the attribute it came from.
func writeOnlyField(err error) error {
	var e *engine.Error
	if errors.As(err, &e) && (e.Field == "key" || e.Field == "api_key" && e.Kind == engine.Conflict) {
		return inField("key_wo", err)
	}
	return err
}
