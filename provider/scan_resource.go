package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// scanResource is portolan_scan: one run of a scan.
//
//	plan     scan_plan.go    what would be scanned, and whether it is allowed
//	create   scan_create.go  start, save, wait (scan_wait.go), judge (scan_gate.go)
//	read     scan_read.go    drift, import
//	update   scan_update.go  whatever needs no new scan
//	delete   scan_delete.go  stop it if it runs, then erase it
//
// State and identity are saved as soon as the scan exists. An error after that
// leaves a tainted resource that still knows its scan, and the next apply scans
// again: this is what makes fail_on a gate that heals itself.
type scanResource struct {
	connection *connection
}

var (
	_ resource.ResourceWithConfigure      = (*scanResource)(nil)
	_ resource.ResourceWithIdentity       = (*scanResource)(nil)
	_ resource.ResourceWithImportState    = (*scanResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*scanResource)(nil)
	_ resource.ResourceWithValidateConfig = (*scanResource)(nil)
)

func newScanResource() resource.Resource { return &scanResource{} }

// Metadata names the resource.
func (r *scanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_scan"
}

// Configure takes the way to the engine from the provider; there is none while
// a configuration is only validated.
func (r *scanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	c, ok := req.ProviderData.(*connection)
	if !ok {
		resp.Diagnostics.AddError("Provider is not set up", fmt.Sprintf("expected a connection, got %T", req.ProviderData))
		return
	}
	r.connection = c
}

// IdentitySchema describes identity.
func (r *scanResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema("scan")
}

// ImportState takes the number of a scan, as an id or as an identity.
func (r *scanResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if _, err := parseScanID(importRef(ctx, req, resp)); err != nil {
		addErrorAt(&resp.Diagnostics, path.Root("id"), err)
		return
	}
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), req, resp)
}
