package provider

import (
	"context"
	"fmt"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// providerModel is the provider block.
type providerModel struct {
	Endpoint types.String `tfsdk:"endpoint"`
	APIKey   types.String `tfsdk:"api_key"`
	Embedded types.Object `tfsdk:"embedded"`
}

// embeddedModel is the embedded block in it.
type embeddedModel struct {
	DataDir            types.String `tfsdk:"data_dir"`
	MaxConcurrentScans types.Int64  `tfsdk:"max_concurrent_scans"`
}

// Schema describes the provider block. Everything in it is optional: without
// an endpoint the engine runs inside the provider.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Portolan scans networks for exposed services. With no `endpoint` the engine runs inside the provider and nothing has to be set up.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "URL of a Portolan server, for example `https://portolan.example.com`. Unset, the engine runs inside the provider. Also `PORTOLAN_ENDPOINT`.",
				Validators:          []validator.String{endpointURL{}},
			},
			"api_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Key for the server at `endpoint`, letters and digits. Also `PORTOLAN_API_KEY`.",
			},
			"embedded": embeddedSchema(),
		},
	}
}

func embeddedSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Settings of the engine inside the provider. Cannot be used together with `endpoint`.",
		Validators:          []validator.Object{objectvalidator.ConflictsWith(path.MatchRoot("endpoint"))},
		Attributes: map[string]schema.Attribute{
			"data_dir": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Folder in which scans and results are kept, shared by all workspaces that name it. Also `PORTOLAN_DATA_DIR`; by default the user's state folder, such as `~/.local/state/portolan`.",
			},
			"max_concurrent_scans": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "How many scans run at once on the data folder; further ones wait in the queue. The engine chooses when unset.",
				Validators:          []validator.Int64{int64validator.Between(1, 64)},
			},
		},
	}
}

// endpointURL accepts the URL of a server, and the empty string as none.
type endpointURL struct{}

var _ validator.String = endpointURL{}

func (endpointURL) Description(context.Context) string {
	return "an http or https URL with a host"
}

func (v endpointURL) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (endpointURL) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	text := req.ConfigValue.ValueString()
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Endpoint is not valid",
		fmt.Sprintf("%q is not the URL of a server.\n\nWrite it as https://HOST or http://HOST:PORT, or leave it out to run the engine inside the provider.", clean(text, lineLength)))
}
