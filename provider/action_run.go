package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// actionRun is a scan that an action has started and watches.
type actionRun struct {
	watch *scanWatch
	resp  *action.InvokeResponse
	at    path.Path // of the attribute that says what is scanned
	limit time.Duration
	gate  scanModel // what it is judged by
	pacer pacer
}

// run watches the scan until it has ended, tells how it goes, and judges it.
func (r *actionRun) run(ctx context.Context) {
	announce(r.resp, "%s: created", scanName(r.watch.scan.ID))
	scan, err := r.watch.client.Wait(ctx, r.watch.scan.ID, r.tell)
	if err == nil {
		r.watch.scan = scan
	}
	switch status := r.watch.scan.Status(); {
	case status == engine.StatusDone:
		announce(r.resp, "%s", scanDisplayName(r.watch.scan))
		r.watch.remedy = remedyAction
		r.watch.judge(ctx, &r.resp.Diagnostics, r.gate)
	case status.Final():
		r.fail(string(status), "It ended with: %s.", clean(r.watch.scan.LastStep(), lineLength))
	case ctx.Err() != nil:
		r.abandon(ctx)
	default:
		r.fail("was left running", "The engine was lost while waiting: %s.", clean(err.Error(), lineLength))
	}
}

func (r *actionRun) fail(how, format string, arguments ...any) {
	r.resp.Diagnostics.AddAttributeError(r.at, scanName(r.watch.scan.ID)+" "+how,
		fmt.Sprintf(format, arguments...)+"\n\nLook at it with:\n\n  "+r.watch.connection.lookCommand(r.watch.scan.ID))
}

// tell sends a line when the state of the scan changes, and now and then between.
func (r *actionRun) tell(scan engine.Scan) {
	r.watch.scan = scan
	if r.pacer.may(time.Now(), scan.State()) {
		announce(r.resp, "%s: %s", scanName(scan.ID), progressOf(scan))
	}
}

// progressOf is how far a scan is, on one line.
func progressOf(scan engine.Scan) string {
	if isPending(&scan) && scan.QueuePosition != nil {
		return fmt.Sprintf("waiting, %d in the queue", *scan.QueuePosition)
	}
	line := fmt.Sprintf("%s, %s open, %s", scan.LastStep(), countOf(scan.Summary.OpenPorts, "port"), countOf(scan.Summary.Total, "finding"))
	if scan.EstimatedTime != nil && !scan.Status().Final() {
		line += ", about " + (time.Duration(*scan.EstimatedTime) * time.Second).String() + " left"
	}
	return line
}

// quietTime is how long nothing is told at least while the state stays the same: every
// line stays on the screen.
const quietTime = 10 * time.Second

// pacer says when there is something to tell.
type pacer struct {
	told  time.Time
	state engine.State
}

func (p *pacer) may(at time.Time, state engine.State) bool {
	if state == p.state && at.Sub(p.told) < quietTime {
		return false
	}
	p.told, p.state = at, state
	return true
}

// abandon cancels the scan on an interrupt or when time is up: nobody would see it end.
func (r *actionRun) abandon(ctx context.Context) {
	cause := ctx.Err()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), parting)
	defer cancel()
	outcome := "It has been cancelled."
	if _, err := r.watch.client.CancelScan(ctx, r.watch.scan.ID); err != nil {
		outcome = "It could not be cancelled and may still run: " + clean(err.Error(), lineLength) + "."
	}
	if errors.Is(cause, context.DeadlineExceeded) {
		r.fail("took too long", "It did not end within %s. %s Raise timeouts.invoke, or scan fewer addresses or ports.", r.limit, outcome)
		return
	}
	r.fail("interrupted", "%s", outcome)
}

// actionTimeouts describes the time an action may take.
func actionTimeouts(ctx context.Context) schema.Attribute {
	a, ok := timeouts.AttributesWithOpts(ctx, timeouts.Opts{}).(schema.SingleNestedAttribute)
	if !ok {
		return timeouts.Attributes(ctx)
	}
	a.MarkdownDescription = "How long the action may take, as a duration such as `90s` or `1h30m`."
	if invoke, ok := a.Attributes["invoke"].(schema.StringAttribute); ok {
		invoke.MarkdownDescription, invoke.Description = "Scan and wait for its end; then the scan is cancelled. Default `"+span(createTimeout)+"`.", ""
		a.Attributes["invoke"] = invoke
	}
	return a
}

// actionFailOn and actionWarnOn are the policies of a resource, with the text for an action.
func actionFailOn() schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Validators: []validator.String{policyValidator{}},
		MarkdownDescription: "What fails the action, as a [policy](../guides/policy) such as `high` or `critical, rule:redis.*`. An action runs once: the next apply does not repeat it, and an interrupted one does not fail. A gate that has to hold is `fail_on` of the resource `portolan_scan`.",
	}
}

func actionWarnOn() schema.Attribute { return asActionAttribute(scanVerdict()["warn_on"]) }
