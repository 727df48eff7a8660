package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// scanListResource lists scans for terraform query, which also writes their import blocks.
type scanListResource struct{ connected }

var _ list.ListResourceWithConfigure = (*scanListResource)(nil)

func newScanListResource() list.ListResource { return &scanListResource{} }

// Metadata names the resource that is listed.
func (l *scanListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_scan"
}

// ListResourceConfigSchema describes what can be selected.
func (l *scanListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Scans that the engine holds, newest first: to find those that no configuration knows, and to import them.",
		Attributes: map[string]schema.Attribute{
			"status":        schema.StringAttribute{Optional: true, MarkdownDescription: statusDescription, Validators: []validator.String{stringvalidator.OneOf(statuses()...)}},
			"label":         schema.StringAttribute{Optional: true, MarkdownDescription: labelDescription, Validators: []validator.String{patternValidator{}}},
			"created_after": schema.StringAttribute{Optional: true, CustomType: timetypes.RFC3339Type{}, MarkdownDescription: createdAfterDescription},
			"owner":         schema.StringAttribute{Optional: true, MarkdownDescription: ownerDescription},
		},
	}
}

// List gives the scans that are selected.
func (l *scanListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const doing = "list scans"
	var config scanFilterModel
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	filter, err := config.filter()
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(failedResult(doing, err, "label", "created_after").Diagnostics)
		return
	}
	c, about, err := l.connection.engine(ctx)
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(failedResult(doing, err).Diagnostics)
		return
	}
	stream.Results = listResults(ctx, req, doing, filter.scans(ctx, c), func(scan engine.Scan, result *list.ListResult) {
		describeScan(ctx, scan, l.connection.place(about), req.IncludeResource, result)
	})
}

// describeScan fills in a result: the scan as an import would have it.
func describeScan(ctx context.Context, scan engine.Scan, in place, whole bool, result *list.ListResult) {
	result.DisplayName = scanDisplayName(scan)
	result.Diagnostics.Append(result.Identity.Set(ctx, identity{ID: fmt.Sprint(scan.ID)})...)
	if !whole {
		return
	}
	var model scanModel
	blank(ctx, result.Resource)
	result.Diagnostics.Append(result.Resource.Get(ctx, &model)...)
	model.setDefaults()
	model.record(scan, in)
	result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
}

// scanDisplayName is what a person knows a scan by: "nightly (done, 1 critical, 3 high)".
func scanDisplayName(scan engine.Scan) string {
	parts := []string{string(scan.Status())}
	for _, count := range []struct {
		severity engine.Severity
		n        int
	}{{engine.Critical, scan.Summary.Critical}, {engine.High, scan.Summary.High}} {
		if count.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count.n, count.severity))
		}
	}
	switch {
	case len(parts) > 1:
	case scan.Summary.Total > 0:
		parts = append(parts, countOf(scan.Summary.Total, "finding"))
	case scan.Status() == engine.StatusDone:
		parts = append(parts, "no findings")
	}
	return fmt.Sprintf("%s (%s)", clean(scan.Label, lineLength), strings.Join(parts, ", "))
}
