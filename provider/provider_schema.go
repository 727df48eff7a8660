package provider

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// providerModel is the provider block.
type providerModel struct {
	Endpoint types.String `tfsdk:"endpoint"`
	APIKey   types.String `tfsdk:"api_key"`
	UserID   types.String `tfsdk:"user_id"`
	APIToken types.String `tfsdk:"api_token"`
	Embedded types.Object `tfsdk:"embedded"`

	AllowedTargets types.List `tfsdk:"allowed_targets"`
	DeniedTargets  types.List `tfsdk:"denied_targets"`

	CACertPEM          types.String `tfsdk:"ca_cert_pem"`
	CACertFile         types.String `tfsdk:"ca_cert_file"`
	ClientCertPEM      types.String `tfsdk:"client_cert_pem"`
	ClientKeyPEM       types.String `tfsdk:"client_key_pem"`
	InsecureSkipVerify types.Bool   `tfsdk:"insecure_skip_verify"`
	ProxyURL           types.String `tfsdk:"proxy_url"`
	Headers            types.Map    `tfsdk:"headers"`

	RequestTimeout        timetypes.GoDuration `tfsdk:"request_timeout"`
	MaxRetries            types.Int64          `tfsdk:"max_retries"`
	MaxConcurrentRequests types.Int64          `tfsdk:"max_concurrent_requests"`
	MaxRequestsPerMinute  types.Int64          `tfsdk:"max_requests_per_minute"`
}

// embeddedModel is the embedded block in it.
type embeddedModel struct {
	DataDir            types.String         `tfsdk:"data_dir"`
	MaxConcurrentScans types.Int64          `tfsdk:"max_concurrent_scans"`
	PacketsPerSecond   types.Int64          `tfsdk:"packets_per_second"`
	Keep               timetypes.GoDuration `tfsdk:"keep"`
	Detached           types.Bool           `tfsdk:"detached"`
}

// Schema describes the provider block. Everything in it is optional: without
// an endpoint the engine runs inside the provider.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	attributes := map[string]schema.Attribute{"embedded": embeddedSchema()}
	for _, part := range []map[string]schema.Attribute{serverAttributes(), guardAttributes(), networkAttributes(), clientAttributes()} {
		maps.Copy(attributes, part)
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Portolan scans networks for exposed services. With no `endpoint` the engine runs inside the provider and nothing has to be set up.",
		Attributes:          attributes,
	}
}

func serverAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"endpoint": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "URL of a Portolan server, for example `https://portolan.example.com`. Unset, the engine runs inside the provider. Also `PORTOLAN_ENDPOINT`.",
			Validators:          []validator.String{endpointURL{}},
		},
		"api_key": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "Key for the server at `endpoint`, letters and digits. Also `PORTOLAN_API_KEY`. Conflicts with `user_id` and `api_token`.",
			Validators:          []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("user_id"), path.MatchRoot("api_token"))},
		},
		"user_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Whose key `api_token` is, by number or e-mail address: both are sent as HTTP Basic authentication, for what stands in front of a server and knows no API keys. Also `PORTOLAN_USER_ID`.",
			Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("api_token"))},
		},
		"api_token": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "The key of `user_id`. Also `PORTOLAN_API_TOKEN`.",
			Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("user_id"))},
		},
	}
}

func guardAttributes() map[string]schema.Attribute {
	const entries = "addresses, CIDRs, names, and `*.example.com` for all names below one"
	return map[string]schema.Attribute{
		"allowed_targets": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "What may be scanned: " + entries + ". Any other target is an error of the plan. Also `PORTOLAN_ALLOWED_TARGETS`, a comma list; a target has to be in both where both are set.",
			Validators:          []validator.List{guardValidator{}},
		},
		"denied_targets": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "What may not be scanned: " + entries + ". A target that holds any of it is an error of the plan, unless `exclude` takes it out. Names are judged as they are written. Also `PORTOLAN_DENIED_TARGETS`, a comma list beside this one.",
			Validators:          []validator.List{guardValidator{}},
		},
	}
}

func networkAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ca_cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Certificates in PEM of the authorities that may have signed the server's, instead of those the system trusts.",
			Validators:          []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("ca_cert_file"))},
		},
		"ca_cert_file": schema.StringAttribute{Optional: true, MarkdownDescription: "File with what `ca_cert_pem` has."},
		"client_cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Certificate in PEM with which the provider says who it is (TLS client authentication).",
			Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("client_key_pem"))},
		},
		"client_key_pem": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "Private key of `client_cert_pem` in PEM, without a passphrase.",
			Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("client_cert_pem"))},
		},
		"insecure_skip_verify": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether the server's certificate goes unchecked, so that anybody on the way can read the key. Default `false`.",
		},
		"proxy_url": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "Proxy on the way to the server: `http://`, `https://` or `socks5://`, with user and password if it wants them. By default `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.",
		},
		"headers": schema.MapAttribute{
			Optional: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "Headers of every request, for what stands in front of a server.",
		},
	}
}

func clientAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"request_timeout": schema.StringAttribute{
			Optional: true, CustomType: timetypes.GoDurationType{},
			MarkdownDescription: "How long the server may take to begin an answer, such as `30s`. Default `90s`.",
			Validators:          []validator.String{durationValidator{least: time.Second}},
		},
		"max_retries": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("How often a request is sent again that was refused as too many, or got no answer. What changes something is sent again only if the server cannot have seen it. Default `%d`.", client.DefaultRetries),
			Validators:          []validator.Int64{int64validator.Between(0, 20)},
		},
		"max_concurrent_requests": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "How many requests are under way at the same time; waiting for the end of scans does not count. No limit by default; Terraform asks for ten things at a time.",
			Validators:          []validator.Int64{int64validator.Between(1, 1000)},
		},
		"max_requests_per_minute": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "How many requests are sent in a minute, to stay below the limit of a plan that others share. No limit by default; when the server says that there are too many, all wait as long as it says.",
			Validators:          []validator.Int64{int64validator.Between(1, 1_000_000)},
		},
	}
}

func embeddedSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Settings of the engine inside the provider. Cannot be used together with `endpoint`. Where `portolan serve` runs on the data folder, that server is used instead, with its own settings.",
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
			"packets_per_second": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "How many packets all scans of one `apply` together send in a second at most; one with a lower rate of its own keeps that. No limit when unset.",
				Validators:          []validator.Int64{int64validator.Between(1, 100_000_000)},
			},
			"keep": schema.StringAttribute{
				Optional: true, CustomType: timetypes.GoDurationType{},
				MarkdownDescription: "How long scans are kept after their end, such as `720h`; then they are deleted, and can be restored for a week. For ever when unset.",
				Validators:          []validator.String{durationValidator{least: time.Minute}},
			},
			"detached": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether scans go on when `apply` has ended: the provider starts itself once more as a process that ends when all scans have. Then `wait = false` and `on_interrupt = \"detach\"` need no server. It ends with its container. Default `false`.",
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
