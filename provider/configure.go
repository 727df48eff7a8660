package provider

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// greetingTimeout is how long a server may take to say who the caller is. Long
// enough for a slow VPN, short enough that a wrong address is not a mystery.
const greetingTimeout = 15 * time.Second

// Configure decides where the engine is. For a server it asks who the caller
// is, because only here can an error point at the provider block; the engine in
// this process is not started before something needs it.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	connection := p.connect(ctx, config, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.ResourceData = connection
	resp.DataSourceData = connection
	resp.ListResourceData = connection
	resp.ActionData = connection
	resp.EphemeralResourceData = connection
}

func (p *Provider) connect(ctx context.Context, config providerModel, req provider.ConfigureRequest, resp *provider.ConfigureResponse) *connection {
	access := p.access(config)
	limits := p.newGuard(config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return nil
	}
	if unknown := unknownSetting(access, config); unknown != "" {
		return p.waitForValue(unknown, limits, req, resp)
	}
	c := p.reach(ctx, access, config, &resp.Diagnostics)
	if c != nil {
		c.guard, c.lifetime = limits, p.lifetime
	}
	return c
}

// reach gives the way to a server, or to the engine in this process.
func (p *Provider) reach(ctx context.Context, access access, config providerModel, diags *diag.Diagnostics) *connection {
	if access.endpoint.ValueString() != "" {
		return p.connectServer(ctx, access, config, diags)
	}
	for name, secret := range map[string]types.String{"api_key": config.APIKey, "api_token": config.APIToken} {
		if secret.ValueString() != "" {
			diags.AddAttributeWarning(path.Root(name), "API key is not used",
				"There is a key but no endpoint, so the engine runs inside the provider. Set endpoint or PORTOLAN_ENDPOINT to use a server.")
		}
	}
	return p.connectEmbedded(ctx, config.Embedded, diags)
}

// setting is the value of an attribute, or of the environment where it is unset.
func (p *Provider) setting(value types.String, variable string) types.String {
	if value.IsUnknown() || value.ValueString() != "" {
		return value
	}
	return types.StringValue(p.getenv(variable))
}

// unknownSetting names the first attribute without which the engine cannot be
// found yet: one that only has a value after apply.
func unknownSetting(access access, config providerModel) string {
	switch {
	case access.endpoint.IsUnknown():
		return "endpoint"
	case access.endpoint.ValueString() == "" && hasUnknown(config.Embedded):
		return "embedded"
	case access.endpoint.ValueString() == "":
		return ""
	case access.key.IsUnknown():
		return access.attribute
	case access.user.IsUnknown():
		return "user_id"
	case config.Headers.IsUnknown() || slices.ContainsFunc(slices.Collect(maps.Values(config.Headers.Elements())), attr.Value.IsUnknown):
		return "headers"
	}
	settings := map[string]attr.Value{
		"ca_cert_pem": config.CACertPEM, "ca_cert_file": config.CACertFile, "client_cert_pem": config.ClientCertPEM, "client_key_pem": config.ClientKeyPEM,
		"insecure_skip_verify": config.InsecureSkipVerify, "proxy_url": config.ProxyURL, "request_timeout": config.RequestTimeout,
		"max_retries": config.MaxRetries, "max_concurrent_requests": config.MaxConcurrentRequests, "max_requests_per_minute": config.MaxRequestsPerMinute,
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if settings[name].IsUnknown() {
			return name
		}
	}
	return ""
}

func hasUnknown(object types.Object) bool {
	for _, v := range object.Attributes() {
		if v.IsUnknown() {
			return true
		}
	}
	return object.IsUnknown()
}

// waitForValue goes on without an engine: a server that is created in the same
// run is no error.
func (p *Provider) waitForValue(attribute string, limits guard, req provider.ConfigureRequest, resp *provider.ConfigureResponse) *connection {
	if req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		return p.unknownConnection(attribute, limits)
	}
	resp.Diagnostics.AddAttributeWarning(path.Root(attribute), "Engine is not known yet",
		"The value of "+attribute+" is known only after apply. This plan was made without asking the engine: scans in the state are taken to be as they were recorded.")
	return p.unknownConnection(attribute, limits)
}

func (p *Provider) connectServer(ctx context.Context, access access, config providerModel, diags *diag.Diagnostics) *connection {
	endpoint := access.endpoint.ValueString()
	if access.key.ValueString() == "" {
		diags.AddAttributeError(path.Root(access.attribute), "API key is missing",
			"The server at "+endpoint+" needs a key.\n\nSet api_key, or the environment variable PORTOLAN_API_KEY. The first key of a server stands in admin.key in its data folder.")
		return nil
	}
	c, err := p.newClient(access, config)
	if err != nil {
		addProviderError(diags, err)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, greetingTimeout)
	defer cancel()
	if _, err := c.CurrentUser(ctx); err != nil {
		addProviderError(diags, access.blame(greetingError(ctx, endpoint, err)))
		return nil
	}
	return &connection{endpoint: endpoint, dial: func(context.Context) (*client.Client, error) { return c, nil }}
}

// greetingError blames the endpoint when time ran out, whatever was being waited for.
func greetingError(ctx context.Context, endpoint string, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return &engine.Error{
		Kind: engine.Internal, Title: "Endpoint does not answer", Field: "endpoint", Err: err,
		Detail: endpoint + " did not answer within " + greetingTimeout.String(),
		Hint:   "check the address and that the server runs, or leave endpoint out to run the engine inside the provider",
	}
}

func (p *Provider) connectEmbedded(ctx context.Context, block types.Object, diags *diag.Diagnostics) *connection {
	var config embeddedModel
	diags.Append(block.As(ctx, &config, basetypes.ObjectAsOptions{UnhandledNullAsEmpty: true})...)
	if diags.HasError() {
		return nil
	}
	keep, _ := time.ParseDuration(config.Keep.ValueString()) // valid, or unset
	e := newEmbeddedEngine(p.version, embeddedSettings{
		dataDir: config.DataDir.ValueString(), slots: int(config.MaxConcurrentScans.ValueInt64()), rate: int(config.PacketsPerSecond.ValueInt64()),
		keep: keep, detached: config.Detached.ValueBool(),
	}, p.getenv)
	p.adopt(e)
	return &connection{dial: e.client, embedded: e}
}
