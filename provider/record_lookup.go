package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// recordDataSource looks up a record of a noun by its id or by its name. It has the
// attributes of the noun's resource, but for those that can only be written.
type recordDataSource[T any, P engine.NounOf[T], M any] struct {
	recordType[T, P, M]
	connection *connection
	by         string // the attribute that names a record: "name", "address"
}

func newRecordDataSource[T any, P engine.NounOf[T], M any](of recordType[T, P, M], by string) datasource.DataSource {
	return &recordDataSource[T, P, M]{recordType: of, by: by}
}

// Metadata names the data source.
func (d *recordDataSource[T, P, M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

// Configure takes the way to the engine from the provider.
func (d *recordDataSource[T, P, M]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connection = dataSourceConnection(req, resp)
}

// Schema describes the data source.
func (d *recordDataSource[T, P, M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	one := []validator.String{stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot(d.by))}
	attributes := readOnly(d.schema().Attributes)
	for _, name := range []string{"id", d.by} {
		if a, ok := attributes[name].(dataschema.StringAttribute); ok {
			a.Optional, a.Validators = true, one
			a.MarkdownDescription += " Either this or `" + other(name, "id", d.by) + "` says which."
			attributes[name] = a
		}
	}
	resp.Schema = dataschema.Schema{MarkdownDescription: "A " + d.word + " that is declared elsewhere, looked up by `id` or by `" + d.by + "`.", Attributes: attributes}
}

func other(name, a, b string) string {
	if name == a {
		return b
	}
	return a
}

// readOnly gives the attributes of a resource as those of a data source.
func readOnly(attributes map[string]schema.Attribute) map[string]dataschema.Attribute {
	all := map[string]dataschema.Attribute{}
	for name, a := range attributes {
		if a.IsWriteOnly() {
			continue
		}
		doc := a.GetMarkdownDescription()
		switch a := a.(type) {
		case schema.StringAttribute:
			all[name] = dataschema.StringAttribute{Computed: true, CustomType: a.CustomType, Sensitive: a.Sensitive, MarkdownDescription: doc}
		case schema.Int64Attribute:
			all[name] = dataschema.Int64Attribute{Computed: true, MarkdownDescription: doc}
		case schema.BoolAttribute:
			all[name] = dataschema.BoolAttribute{Computed: true, MarkdownDescription: doc}
		case schema.SetAttribute:
			all[name] = dataschema.SetAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: doc}
		case schema.ListAttribute:
			all[name] = dataschema.ListAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: doc}
		case schema.MapAttribute:
			all[name] = dataschema.MapAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: doc}
		case schema.SingleNestedAttribute:
			all[name] = dataschema.SingleNestedAttribute{Computed: true, Attributes: readOnly(a.Attributes), MarkdownDescription: doc}
		}
	}
	return all
}

// Read looks the record up.
func (d *recordDataSource[T, P, M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model M
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	kept, about, at, err := d.look(ctx, req.Config)
	if err != nil {
		addErrorAt(&resp.Diagnostics, at, err)
		return
	}
	d.take(&model, kept, about)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// look gives the record that a configuration names, and where it does so.
func (d *recordDataSource[T, P, M]) look(ctx context.Context, config tfsdk.Config) (kept T, about engine.About, at path.Path, err error) {
	at = path.Empty()
	c, about, err := d.connection.engine(ctx)
	if err != nil {
		return kept, about, at, err
	}
	if ref := textIn(config, "id"); ref != "" {
		at = path.Root("id")
		id, err := parseRecordID(ref)
		if err != nil {
			return kept, about, at, err
		}
		kept, err = d.records(c).Get(ctx, id)
		return kept, about, at, err
	}
	at = path.Root(d.by)
	kept, err = d.named(ctx, c, textIn(config, d.by))
	return kept, about, at, err
}

// textIn gives a text of a configuration, of whatever type it is there; "" for null.
func textIn(config tfsdk.Config, name string) string {
	members, text := map[string]tftypes.Value{}, ""
	if config.Raw.As(&members) == nil && members[name].IsKnown() && !members[name].IsNull() {
		_ = members[name].As(&text) // the schema says that it is one
	}
	return text
}
