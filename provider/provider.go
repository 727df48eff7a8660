// Package provider is the Terraform provider: it turns configuration into scans
// and scans into state. Begin with [New]; [Main] serves it to Terraform.
//
// It is a guest of the engine: it speaks to a server, or to the engine in its
// own process, only through package client, and holds no rule about scans
// itself.
package provider

import (
	"context"
	"errors"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

var (
	_ provider.ProviderWithActions            = (*Provider)(nil)
	_ provider.ProviderWithEphemeralResources = (*Provider)(nil)
	_ provider.ProviderWithFunctions          = (*Provider)(nil)
	_ provider.ProviderWithListResources      = (*Provider)(nil)
)

// Provider is the provider in one process. It owns the engines that were
// started in this process; [Provider.Close] stops them.
type Provider struct {
	version string
	getenv  func(string) string

	lifetime *lifetime // of its operations

	mu      sync.Mutex
	engines []*embeddedEngine
}

// New gives the constructor the plugin framework asks for. Each provider it
// makes is a *[Provider] and should be closed.
func New(version string) func() provider.Provider {
	return func() provider.Provider {
		return newProvider(context.Background(), version, os.Getenv)
	}
}

// newProvider makes a provider whose operations end with ended.
func newProvider(ended context.Context, version string, getenv func(string) string) *Provider {
	return &Provider{version: version, getenv: getenv, lifetime: &lifetime{ended: ended}}
}

// Metadata names the provider: its objects are called portolan_….
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "portolan"
	resp.Version = p.version
}

// Resources lists the resources.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		newAPIKeyResource,
		newNotificationResource,
		newScanResource,
		newScanProfileResource,
		newScheduleResource,
		newTargetGroupResource,
		newTargetResource,
		newTargetVerificationResource,
	}
}

// DataSources lists the data sources.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newAccountDataSource,
		newChecksDataSource,
		newEngineDataSource,
		newFindingsDataSource,
		newGateDataSource,
		newReportDataSource(p.version),
		newResponsesDataSource,
		newScanDataSource,
		newScanDiffDataSource,
		newScanProfileDataSource,
		newScansDataSource,
		newTargetDataSource,
	}
}

// Actions lists the actions.
func (p *Provider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		newCancelScanAction,
		newChangePriorityAction,
		newExportReportAction(p.version),
		newPurgeAction,
		newRescanAction,
		newScanAction,
	}
}

// EphemeralResources lists what is kept in no state.
func (p *Provider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		newAPIKeyEphemeral,
		newResponsesEphemeral,
	}
}

// ListResources lists what terraform query can list.
func (p *Provider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		newScanListResource,
		newScanProfileListResource,
		newScheduleListResource,
		newTargetGroupListResource,
		newTargetListResource,
	}
}

// Functions lists the functions.
func (p *Provider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		newAddressCountFunction,
		newExpandTargetsFunction,
		newFindingsToSARIFFunction(p.version),
		newNormalizeTargetFunction,
		newSeverityAtLeastFunction,
		newSeverityRankFunction,
		newTargetTypeFunction,
	}
}

// Close stops every engine this provider has started. Scans of theirs that
// still run end with them.
func (p *Provider) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, e := range p.engines {
		errs = append(errs, e.Close())
	}
	p.engines = nil
	return errors.Join(errs...)
}

// adopt makes the provider the owner of an engine.
func (p *Provider) adopt(e *embeddedEngine) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.engines = append(p.engines, e)
}
