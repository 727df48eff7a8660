package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// What tests look at that no configuration reaches by itself.

func Clean(text string, limit int) string { return clean(text, limit) }

func CleanJSON(document []byte) string { return cleanJSON(document) }

// Pacer says when an action has something to tell.
type Pacer struct{ pacer }

func (p *Pacer) May(at time.Time, state engine.State) bool { return p.may(at, state) }

// FindingList builds the list as the data source does.
func FindingList(findings []engine.Finding) types.List {
	return findingList(withScan(findings))
}

func withScan(findings []engine.Finding) []scanFinding {
	list := make([]scanFinding, len(findings))
	for i, f := range findings {
		list[i] = scanFinding{Finding: f, scan: 7}
	}
	return list
}

// reflectedFinding is a finding as reflection wants it.
type reflectedFinding struct {
	ID         string   `tfsdk:"id"`
	ScanID     string   `tfsdk:"scan_id"`
	Rule       string   `tfsdk:"rule"`
	Title      string   `tfsdk:"title"`
	Severity   string   `tfsdk:"severity"`
	Target     string   `tfsdk:"target"`
	Host       string   `tfsdk:"host"`
	IP         string   `tfsdk:"ip"`
	Port       int64    `tfsdk:"port"`
	Protocol   string   `tfsdk:"protocol"`
	Path       string   `tfsdk:"path"`
	URI        string   `tfsdk:"uri"`
	Evidence   string   `tfsdk:"evidence"`
	Remedy     string   `tfsdk:"remedy"`
	References []string `tfsdk:"references"`
	CWE        []string `tfsdk:"cwe"`
	Tags       []string `tfsdk:"tags"`
	Owner      string   `tfsdk:"owner"`
}

// ReflectedFindingList builds the same list the slow way, to compare.
func ReflectedFindingList(ctx context.Context, findings []engine.Finding) (types.List, diag.Diagnostics) {
	list := make([]reflectedFinding, len(findings))
	for i, f := range findings {
		list[i] = reflectedFinding{
			ID: f.Fingerprint, ScanID: "7", Rule: f.Rule, Title: f.Title, Severity: string(f.Severity), Target: string(f.Target),
			Host: f.Host, IP: f.IP, Port: int64(f.Port), Protocol: f.Protocol, Path: f.Path, URI: f.URI, Evidence: f.Evidence, Remedy: f.Remedy,
			References: f.References, CWE: f.CWE, Tags: f.Tags, Owner: f.Owner,
		}
	}
	return types.ListValueFrom(ctx, findingType(), list)
}

// BareList is a provider with one data source, portolan_bare, that gives findings it has
// already: what Terraform's own part of a large list costs.
func BareList(findings []engine.Finding) provider.Provider {
	return &bareProvider{Provider: newProvider(context.Background(), "test", func(string) string { return "" }), list: withScan(findings)}
}

type bareProvider struct {
	*Provider
	list []scanFinding
}

func (p *bareProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &bareDataSource{list: p.list} }}
}

type bareDataSource struct{ list []scanFinding }

func (d *bareDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "portolan_bare"
}

func (d *bareDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"findings": schema.ListNestedAttribute{Computed: true, NestedObject: findingSchema()}}}
}

func (d *bareDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(resp.State.Set(ctx, &struct {
		Findings types.List `tfsdk:"findings"`
	}{findingList(d.list)})...)
}
