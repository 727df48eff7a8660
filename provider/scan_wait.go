package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
)

// scanWatch looks after one scan while an operation waits for it.
type scanWatch struct {
	client     *client.Client
	connection *connection
	place      place
	scan       engine.Scan   // as last seen
	limit      time.Duration // how long the operation may take
	setting    string        // the attribute that says so
	remedy     string        // how a gate that has closed is opened
	detach     bool          // the scan goes on when nobody waits for it any more
}

// untilEnd waits until the scan has ended, and gives it as it is then. An end
// other than done is an error in diags, and so is an interrupt: the scan is
// cancelled before this returns, so that nothing goes on unseen.
func (w *scanWatch) untilEnd(ctx context.Context, diags *diag.Diagnostics) engine.Scan {
	scan, err := w.client.Wait(ctx, w.scan.ID, func(s engine.Scan) { w.progress(ctx, s) })
	if err == nil {
		w.scan = scan
	}
	switch {
	case w.scan.Status() == engine.StatusDone:
	case w.scan.Status().Final():
		w.reportFailure(diags)
	case ctx.Err() != nil:
		w.abandon(ctx, diags)
	case err != nil:
		diags.AddAttributeError(reportPath(), scanName(w.scan.ID)+" was left running",
			fmt.Sprintf("The engine was lost while waiting: %s.\n\nThe scan may go on there; the next apply scans again. Look at it with:\n\n  %s", clean(err.Error(), lineLength), w.connection.lookCommand(w.scan.ID)))
	}
	return w.scan
}

// progress notes each change once. Terraform shows no progress of a resource
// but the time; this is for its log.
func (w *scanWatch) progress(ctx context.Context, scan engine.Scan) {
	w.scan = scan
	tflog.Info(ctx, "scan progress", map[string]any{
		"scan_id": scan.ID, "status": scan.Status(), "step": clean(scan.LastStep(), lineLength),
		"open_ports": scan.Summary.OpenPorts, "findings": scan.Summary.Total,
	})
}

// reportFailure tells how a scan ended that was not done.
func (w *scanWatch) reportFailure(diags *diag.Diagnostics) {
	diags.AddAttributeError(reportPath(), fmt.Sprintf("%s %s", scanName(w.scan.ID), w.scan.Status()),
		fmt.Sprintf("It ended with: %s.\n\nIts results so far are kept; the next apply scans again. Look at it with:\n\n  %s",
			clean(w.scan.LastStep(), lineLength), w.connection.lookCommand(w.scan.ID)))
}

// abandon cancels the scan on an interrupt or when time is up. ctx is over, so
// this takes a moment of its own.
func (w *scanWatch) abandon(ctx context.Context, diags *diag.Diagnostics) {
	last, cause := clean(w.scan.LastStep(), lineLength), ctx.Err()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), parting)
	defer cancel()
	scan, err := w.part(ctx)
	outcome := "It has been cancelled."
	switch {
	case w.detach:
		outcome = "It goes on."
	case err != nil:
		outcome = "It could not be cancelled and may still run: " + clean(err.Error(), lineLength) + "."
	case scan.Status() != engine.StatusCancelled:
		outcome = fmt.Sprintf("It had ended just then: %s.", scan.Status())
	}
	if err == nil {
		w.scan = scan
	}
	title, why := scanName(w.scan.ID)+" interrupted", ""
	if errors.Is(cause, context.DeadlineExceeded) {
		title = scanName(w.scan.ID) + " took too long"
		why = fmt.Sprintf("It did not end within %s. Raise %s, or scan fewer addresses or ports.\n\n", w.limit, w.setting)
	}
	diags.AddAttributeError(reportPath(), title, fmt.Sprintf("%sLast state: %s. %s The next apply scans again. Look at it with:\n\n  %s",
		why, last, outcome, w.connection.lookCommand(w.scan.ID)))
}

// part ends a scan that nobody waits for any more, unless it is to go on.
func (w *scanWatch) part(ctx context.Context) (engine.Scan, error) {
	if w.detach {
		return w.client.Scan(ctx, w.scan.ID)
	}
	return w.client.CancelScan(ctx, w.scan.ID)
}
