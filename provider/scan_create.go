package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// How long operations take at most, unless the configuration says otherwise.
const (
	createTimeout = time.Hour
	readTimeout   = 5 * time.Minute
	updateTimeout = time.Hour
	deleteTimeout = 10 * time.Minute
)

// requestAttributes are the attributes an engine's error about a request may be at.
func requestAttributes() []string { return []string{"targets", "exclude", "ports", "expect", "label"} }

// Create starts a scan, saves it, waits for its end and judges it.
func (r *scanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model scanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	limit, diags := model.Timeouts.Create(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, done := r.connection.lifetime.operation(ctx)
	defer done()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	watch, err := r.start(ctx, &model)
	if err != nil {
		addError(&resp.Diagnostics, "start the scan", err, requestAttributes()...)
		return
	}
	watch.limit, watch.setting = limit, "timeouts.create"
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, scanIdentity{ID: model.ID.ValueString()})...)
	if resp.Diagnostics.HasError() || !model.Wait.ValueBool() {
		return
	}
	scan := watch.untilEnd(ctx, &resp.Diagnostics)
	model.record(scan, watch.engineID)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	if !resp.Diagnostics.HasError() {
		watch.judge(ctx, &resp.Diagnostics, scan, model.FailOn)
	}
}

// start creates the scan and records it in the model. An interrupt does not cut
// the call off: the scan might exist by then, known to nobody.
func (r *scanResource) start(ctx context.Context, model *scanModel) (*scanWatch, error) {
	request := model.request()
	if err := r.connection.guard.check(request.Targets, request.Exclude); err != nil { // now that all are known
		return nil, err
	}
	c, about, err := r.connection.engine(ctx)
	if err != nil {
		return nil, err
	}
	lingering, cancel := linger(ctx, parting)
	defer cancel()
	scan, err := c.CreateScan(lingering, request)
	if err != nil {
		return nil, err
	}
	tflog.Info(ctx, "scan created", map[string]any{"scan_id": scan.ID})
	model.record(scan, about.EngineID)
	return &scanWatch{client: c, connection: r.connection, engineID: about.EngineID, scan: scan}, nil
}

// parting is how long a call may still take after an interrupt: Terraform kills
// a provider that lingers.
const parting = 5 * time.Second

// linger gives a context that ends grace after ctx does.
func linger(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	lingering, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return lingering, func() {
		stop()
		cancel()
	}
}

// reportPath is where an error about a running scan is shown: at the line of the
// resource that says what is scanned.
func reportPath() path.Path { return path.Root("targets") }

func scanName(id engine.ScanID) string { return fmt.Sprintf("Scan %d", id) }
