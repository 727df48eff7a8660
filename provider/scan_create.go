package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// How long operations take at most, unless the configuration says otherwise.
const (
	createTimeout = time.Hour
	readTimeout   = 5 * time.Minute
	updateTimeout = time.Hour
	deleteTimeout = 10 * time.Minute
)

// requestAttributes are the attributes an engine's error about a request may be at.
func requestAttributes() []string {
	return append([]string{"targets", "targets_file", "exclude", "ports", "profile_id", "expect", "label"}, gateAttributes()...)
}

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
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: model.ID.ValueString()})...)
	if resp.Diagnostics.HasError() || !model.Wait.ValueBool() {
		return
	}
	watch.finish(ctx, &model, resp)
}

// finish waits for the end of a new scan, saves it and judges it.
func (w *scanWatch) finish(ctx context.Context, model *scanModel, resp *resource.CreateResponse) {
	scan := w.untilEnd(ctx, &resp.Diagnostics)
	model.record(scan, w.place)
	if err := model.compare(ctx, w.client, scan); err != nil {
		addError(&resp.Diagnostics, "compare with the baseline", err, gateAttributes()...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	if !resp.Diagnostics.HasError() {
		w.judge(ctx, &resp.Diagnostics, *model)
	}
}

// start creates the scan and records it in the model. An interrupt does not cut
// the call off: the scan might exist by then, known to nobody.
func (r *scanResource) start(ctx context.Context, model *scanModel) (*scanWatch, error) {
	targets, err := model.finalTargets()
	if err != nil {
		return nil, err
	}
	request := model.request(targets)
	if err := r.connection.guard.check(request.Targets, request.Exclude); err != nil { // now that all are known
		return nil, model.blame(err)
	}
	c, about, err := r.connection.engine(ctx)
	if err != nil {
		return nil, err
	}
	if err := model.checkGate(ctx, c); err != nil {
		return nil, err
	}
	lingering, cancel := linger(ctx, parting)
	defer cancel()
	scan, err := c.CreateScan(lingering, request)
	if err != nil {
		return nil, model.blame(err)
	}
	tflog.Info(ctx, "scan created", map[string]any{"scan_id": scan.ID})
	if preferred, err := prefer(lingering, c, scan, model.Priority.ValueInt64()); err == nil {
		scan = preferred // else it has the place it has: it must not be lost for that
	}
	in := r.connection.place(about)
	model.record(scan, in)
	return &scanWatch{client: c, connection: r.connection, place: in, scan: scan, remedy: remedyNew, detach: model.OnInterrupt.ValueString() == interruptDetaches}, nil
}

// checkGate reports what the scan could not be judged by, before it is made.
func (m *scanModel) checkGate(ctx context.Context, c *client.Client) error {
	g, err := m.gate()
	if err != nil || g.baseline == 0 {
		return err
	}
	_, err = c.Scan(ctx, g.baseline)
	return inField("baseline_scan_id", err)
}

// prefer moves a scan forward in the queue by n places. One that has started needs none.
func prefer(ctx context.Context, c *client.Client, scan engine.Scan, n int64) (engine.Scan, error) {
	if n == 0 || scan.Status() != engine.StatusPending {
		return scan, nil
	}
	shifted, err := c.ShiftScan(ctx, scan.ID, int(-n))
	if engine.KindOf(err) == engine.Conflict {
		return c.Scan(ctx, scan.ID)
	}
	return shifted, err
}

// blame points an error about a request at the attribute that is at fault: targets may
// be those of a file, and what a plan has no room for is the scan itself.
func (m *scanModel) blame(err error) error {
	field := "targets"
	if !m.TargetsFile.IsNull() {
		field = "targets_file"
	}
	var e *engine.Error
	switch {
	case !errors.As(err, &e):
		return err
	case e.Kind == engine.Limit && e.Field == "", strings.HasPrefix(e.Field, "targets") && field != "targets":
		return inField(field, err)
	}
	return err
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
