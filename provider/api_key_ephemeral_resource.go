package provider

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// How long an ephemeral key lasts. Terraform prolongs it while a run goes on, so it may be
// short: it is what is left when a run is killed.
const (
	defaultKeyLife = 15 * time.Minute
	minKeyLife     = time.Minute
	maxKeyLife     = 24 * time.Hour
)

// apiKeyEphemeral is the ephemeral resource portolan_api_key: a key for as long as a run of
// Terraform lasts. Closing it revokes the key.
type apiKeyEphemeral struct{ engineEphemeral }

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*apiKeyEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*apiKeyEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithRenew     = (*apiKeyEphemeral)(nil)
)

func newAPIKeyEphemeral() ephemeral.EphemeralResource { return &apiKeyEphemeral{} }

type apiKeyEphemeralModel struct {
	Name   types.String         `tfsdk:"name"`
	Scopes types.List           `tfsdk:"scopes"`
	Life   timetypes.GoDuration `tfsdk:"ttl"`

	ID        types.String `tfsdk:"id"`
	Key       types.String `tfsdk:"key"`
	Prefix    types.String `tfsdk:"prefix"`
	ExpiresAt types.String `tfsdk:"expires_at"`
}

// heldKey is what is remembered of an open key between calls.
type heldKey struct {
	ID   engine.KeyID  `json:"id"`
	Life time.Duration `json:"life"`
}

// heldKeyName is where it is kept, in what Terraform hands back.
const heldKeyName = "key"

// Metadata names the ephemeral resource.
func (e *apiKeyEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

// Schema describes the ephemeral resource.
func (e *apiKeyEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A key of the caller's own for as long as this run of Terraform lasts, to be handed to a job or to another provider. It is prolonged while the run goes on, revoked at its end, and kept in no state and no plan.",
		Attributes: map[string]schema.Attribute{
			"name":       schema.StringAttribute{Optional: true, MarkdownDescription: "What the key is for. Default `terraform`."},
			"scopes":     schema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: scopesDescription, Validators: scopeValidators()},
			"ttl":        schema.StringAttribute{Optional: true, CustomType: timetypes.GoDurationType{}, MarkdownDescription: "How long the key lasts if nobody prolongs it, from `" + span(minKeyLife) + "` to `" + span(maxKeyLife) + "`. Default `" + span(defaultKeyLife) + "`."},
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the key."},
			"key":        schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The key itself."},
			"prefix":     schema.StringAttribute{Computed: true, MarkdownDescription: "How the key begins, so that people know it again."},
			"expires_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the key ends unless it is prolonged, RFC 3339."},
		},
	}
}

const scopesDescription = "What the key may be used for: `read`, `scan` and `manage`, each of which includes those before it."

func scopeValidators() []validator.List {
	words := make([]string, 0, len(engine.KeyScopes()))
	for _, s := range engine.KeyScopes() {
		words = append(words, string(s))
	}
	return []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(stringvalidator.OneOf(words...))}
}

func scopesOf(list types.List) []engine.KeyScope {
	var scopes []engine.KeyScope
	for _, word := range stringsOf(list) {
		scopes = append(scopes, engine.KeyScope(word))
	}
	return scopes
}

// Open makes the key.
func (e *apiKeyEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model apiKeyEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	life := model.life(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	key, err := e.create(ctx, &model, life)
	if err != nil {
		addError(&resp.Diagnostics, "make a key", err, "name", "scopes")
		return
	}
	held, _ := json.Marshal(heldKey{ID: key.ID, Life: life}) // two numbers
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, heldKeyName, held)...)
	resp.RenewAt = renewal(life)
	model.ID, model.Key, model.Prefix = types.StringValue(strconv.FormatInt(int64(key.ID), 10)), types.StringValue(key.Secret), types.StringValue(key.Prefix)
	model.ExpiresAt = timeValue(key.ExpiresAt)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
}

func (m *apiKeyEphemeralModel) life(diags *diag.Diagnostics) time.Duration {
	if m.Life.IsNull() {
		return defaultKeyLife
	}
	life, wrong := m.Life.ValueGoDuration()
	diags.Append(wrong...)
	if !wrong.HasError() && (life < minKeyLife || life > maxKeyLife) {
		diags.AddAttributeError(path.Root("ttl"), "Duration is not valid", "A key for a run lasts from "+span(minKeyLife)+" to "+span(maxKeyLife)+".\n\nFor longer use the resource portolan_api_key.")
	}
	return life
}

func (e *apiKeyEphemeral) create(ctx context.Context, model *apiKeyEphemeralModel, life time.Duration) (client.Key, error) {
	c, err := e.connection.dial(ctx)
	if err != nil {
		return client.Key{}, err
	}
	expires := time.Now().Add(life)
	request := engine.KeyRequest{Name: "terraform", Scopes: scopesOf(model.Scopes), ExpiresAt: &expires}
	if name := model.Name.ValueString(); name != "" {
		request.Name = name
	}
	return c.CreateKey(ctx, request)
}

// renewal is when a key is prolonged: two thirds of its life are over then, so that a
// server that is away for a while does no harm.
func renewal(life time.Duration) time.Time { return time.Now().Add(life * 2 / 3) }

// Renew prolongs the key.
func (e *apiKeyEphemeral) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	text, diags := req.Private.GetKey(ctx, heldKeyName)
	resp.Diagnostics.Append(diags...)
	held, c, err := e.held(ctx, text)
	if err == nil {
		_, err = c.MoveKey(ctx, held.ID, time.Now().Add(held.Life))
	}
	if err != nil {
		addError(&resp.Diagnostics, "prolong the key", err)
		return
	}
	resp.RenewAt = renewal(held.Life)
}

// Close revokes the key. One that is gone already is no error.
func (e *apiKeyEphemeral) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	text, diags := req.Private.GetKey(ctx, heldKeyName)
	resp.Diagnostics.Append(diags...)
	held, c, err := e.held(ctx, text)
	if err == nil {
		err = c.RevokeKey(ctx, held.ID)
	}
	if err != nil && engine.KindOf(err) != engine.NotFound {
		addError(&resp.Diagnostics, "revoke the key", err)
	}
}

func (e *apiKeyEphemeral) held(ctx context.Context, text []byte) (held heldKey, c *client.Client, err error) {
	if err := json.Unmarshal(text, &held); err != nil {
		return held, nil, err
	}
	c, err = e.connection.dial(ctx)
	return held, c, err
}
