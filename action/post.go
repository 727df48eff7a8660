package action

import (
	"context"
	"strconv"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/action/report"
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// What a step keeps for its post step, in GITHUB_STATE: the scan that it waits for on a
// server, and what has become of it.
const (
	scanState = "scan" // its number; set as soon as it is known
	endState  = "end"  // "ended", "cancelled" or "detached": nothing is left to do
)

// postTime is how long the post step may take.
const postTime = 20 * time.Second

// saveScan keeps the scan of a server. That of an engine in this process ends with it.
func (r *run) saveScan(scan engine.Scan) {
	r.out.report.Link = scanLink(r.set.given, scan.ID)
	if r.set.given["server"] == "" {
		return
	}
	if err := r.runner.State(scanState, idText(scan.ID)); err != nil {
		r.warn("The scan cannot be noted for clean-up", err)
	}
	_ = r.writeOutputs() // whoever is killed has at least the scan's number
}

// saveEnd notes that the scan needs nobody any more.
func (r *run) saveEnd(word string) {
	if r.set.given["server"] == "" {
		return
	}
	if err := r.runner.State(endState, word); err != nil {
		r.warn("The end of the scan cannot be noted", err)
	}
}

// post cancels the scan that a killed step has left on a server. A step that came to
// its end, or let its scan go on, has said so, and nothing is done.
func post(ctx context.Context, runner *report.Runner, environ []string, version string) policy.Exit {
	getenv := lookup(environ)
	id, err := strconv.ParseInt(getenv("STATE_"+scanState), 10, 64)
	if err != nil || getenv("STATE_"+endState) != "" {
		return policy.ExitPassed
	}
	g, _ := readGiven(environ) // what is wrong with them the step itself has said
	_ = runner.Mask(g["token"])
	if g.word("on-cancel") == "detach" {
		return policy.ExitPassed
	}
	short, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	c, err := connect(short, runner, g, newStep(getenv, ""), version)
	if err == nil {
		_, err = c.CancelScan(short, engine.ScanID(id))
	}
	if err != nil && engine.KindOf(err) != engine.NotFound {
		_, _ = runner.Annotate(report.Annotation{Level: report.Warning, Title: "Portolan: scan may still run", Message: err.Error()})
		return policy.ExitPassed // the verdict is that of the step
	}
	_ = runner.Line("scan %d was cancelled, as the step was ended before it could do so", id)
	return policy.ExitPassed
}
