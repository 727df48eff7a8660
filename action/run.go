package action

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/action/report"
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/results"
)

// Times after the job was cancelled or the time ran out, which together stay below
// [graceTime].
const (
	cancelTime  = 3 * time.Second
	partialTime = 2 * time.Second
	longTime    = 2 * time.Minute // to read and report after a scan that has ended
)

// run is one step under way.
type run struct {
	runner  *report.Runner
	environ []string
	getenv  func(string) string
	began   time.Time
	set     *setting
	out     *outcome
	client  *client.Client
}

func newRun(runner *report.Runner, environ []string, version string) *run {
	return &run{runner: runner, environ: environ, getenv: lookup(environ), began: time.Now(), out: newOutcome(version)}
}

// run takes the step from its inputs to its outputs, and says how it ended.
func (r *run) run(ctx context.Context) policy.Exit {
	given, unknown := readGiven(r.environ)
	// First, so that no line after this can show a secret.
	_ = errors.Join(r.runner.Mask(given["token"]), r.runner.Mask(given["github-token"]))
	_ = r.writeOutputs() // for whoever is killed
	set, err := newSetting(given, newStep(r.getenv, given["matrix"]), r.began)
	r.set = set
	r.out.report.Category = set.step.category()
	if err = errors.Join(unknown, err); err == nil {
		err = r.scan(ctx)
	}
	if err != nil {
		r.fail(err)
	}
	r.out.took = time.Since(r.began)
	if err := r.writeOutputs(); err != nil && r.out.exit == policy.ExitPassed {
		r.out.end(policy.ExitInternal, err.Error())
	}
	r.conclude()
	return r.out.exit
}

// scan opens the engine, scans and reports.
func (r *run) scan(ctx context.Context) (err error) {
	wait, cancel := context.WithTimeout(ctx, r.set.timeout)
	defer cancel()
	r.introduce()
	c, stop, err := r.open(wait)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	r.client = c
	started, err := r.start(wait)
	if err != nil {
		return err
	}
	r.out.report.Scan = started
	r.saveScan(started)
	if r.set.word("wait") == "false" {
		r.out.status, r.out.exit, r.out.reason = policy.StatusPending, policy.ExitPassed, "the scan is started and not waited for"
		r.saveEnd("detached")
		return nil
	}
	ended, err := r.wait(wait, started)
	if err != nil {
		return r.giveUp(ctx, wait, err)
	}
	r.saveEnd("ended")
	r.out.report.Scan = ended
	finish, cancelFinish := context.WithTimeout(ctx, longTime)
	defer cancelFinish()
	if err := r.read(finish); err != nil {
		return err
	}
	r.judge()
	r.publish(finish)
	return nil
}

// start gives the scan that is waited for: a new one, or one there is.
func (r *run) start(ctx context.Context) (engine.Scan, error) {
	if r.set.scanID != 0 {
		scan, err := r.client.Scan(ctx, r.set.scanID)
		return scan, about("scan-id", err)
	}
	if r.set.word("reuse") == "sha" {
		if scan, err := r.earlier(ctx); err != nil || scan.ID != 0 {
			return scan, err
		}
	}
	scan, err := r.create(ctx)
	if err == nil && r.set.priority != 0 && scan.Status() == engine.StatusPending {
		return r.move(ctx, scan)
	}
	return scan, err
}

// wait waits for the scan and tells how it goes.
func (r *run) wait(ctx context.Context, scan engine.Scan) (engine.Scan, error) {
	if scan.Status().Final() {
		return scan, nil
	}
	p := &progress{runner: r.runner}
	return r.client.WaitAt(ctx, scan.ID, client.Cadence{First: r.set.interval, Longest: 30 * time.Second, Patience: r.set.timeout}, func(s engine.Scan) {
		r.out.report.Scan = s
		p.show(s)
	})
}

// giveUp ends a scan that is not waited for any more, because the job was cancelled or
// the time ran out, and reports what it has found so far.
func (r *run) giveUp(ctx, wait context.Context, cause error) error {
	word := ""
	switch {
	case ctx.Err() != nil:
		word = "on-cancel"
		r.out.end(policy.ExitCancelled, "the job was cancelled")
	case wait.Err() != nil:
		word = "on-timeout"
		r.out.end(policy.ExitTimedOut, fmt.Sprintf("the scan has not ended within %s", r.set.timeout))
	default:
		return cause
	}
	exit, reason := r.out.exit, r.out.reason
	reason += r.release(context.WithoutCancel(ctx), word)
	partial, cancel := context.WithTimeout(context.WithoutCancel(ctx), partialTime)
	defer cancel()
	if err := r.read(partial); err != nil {
		reason += "; what it has found could not be read"
	}
	r.judge()
	r.out.end(exit, reason)
	r.publish(partial)
	return nil
}

// release cancels the scan unless it is to go on, and says what has become of it.
func (r *run) release(ctx context.Context, word string) string {
	id := r.out.report.Scan.ID
	if r.set.word(word) == "detach" {
		r.saveEnd("detached")
		return fmt.Sprintf("; scan %d goes on", id)
	}
	short, cancel := context.WithTimeout(ctx, cancelTime)
	defer cancel()
	ended, err := r.client.CancelScan(short, id)
	if err != nil {
		return fmt.Sprintf("; scan %d could not be cancelled: %v", id, err)
	}
	r.out.report.Scan = ended
	r.saveEnd("cancelled")
	return fmt.Sprintf("; scan %d was cancelled", id)
}

// read reads what was found and assesses it.
func (r *run) read(ctx context.Context) error {
	found, err := results.Of(ctx, r.client, r.out.report.Scan)
	if err != nil {
		return err
	}
	page := &r.out.report
	if page.Ports, err = results.Ports(ctx, r.client, found); err != nil {
		return err
	}
	results.NoteQuiet(&found, page.Ports)
	baseline, err := r.set.baseline(ctx, r.client, found.Scan)
	if err != nil {
		return err
	}
	page.Assessment = policy.Assess(engine.NewSight(found), found.Findings, baseline, r.set.suppressions, r.set.at)
	page.Verdict = r.set.failOn.Judge(page.Assessment)
	page.Declared = r.set.declared
	r.out.isRead = true
	r.out.unreachable = unreachable(found)
	return r.writeBaseline(policy.BaselineOf("", found, baseline))
}

// judge says how the step ended, once the scan has.
func (r *run) judge() {
	page := &r.out.report
	status, exit := policy.Conclude(page.Scan, page.Verdict)
	isPartial := page.Scan.Status() != engine.StatusDone || page.Scan.Summary.TasksFailed > 0
	reason := "nothing matched " + page.Verdict.Policy
	switch {
	case exit == policy.ExitFailed:
		reason = matched(page.Verdict)
	case exit == policy.ExitCancelled:
		reason = "the scan was cancelled on the server"
	case isPartial && exit == policy.ExitIncomplete:
		reason = "the scan is not complete: " + page.Scan.LastStep()
	case len(r.out.unreachable) > 0 && !r.set.is("allow-unreachable"):
		exit, reason = policy.ExitIncomplete, unreachableText(page.Scan, r.out.unreachable)
	case exit == policy.ExitIncomplete && r.set.is("allow-unreachable"):
		exit = policy.ExitPassed
	}
	r.out.end(exit, reason)
	if status == policy.StatusPending {
		r.out.status = status
	}
}

// matched is "high matched 3, rule:redis.* matched 1".
func matched(v policy.Verdict) string {
	parts := make([]string, 0, len(v.Matched))
	for _, m := range v.Matched {
		parts = append(parts, fmt.Sprintf("%s matched %d", m.Item, m.Count))
	}
	return strings.Join(parts, ", ")
}

// unreachable gives the targets of which nothing answered. A name is reached if one of
// its ports is open, or if an address answered that no other target explains.
func unreachable(found engine.Results) (list []engine.Target) {
	byName := map[engine.Target]bool{}
	explained := map[netip.Addr]bool{}
	for _, p := range found.Ports {
		byName[p.Target.Canonical()] = true
		explained[p.Addr.Unmap()] = true
	}
	holds := func(t engine.Target, a netip.Addr) bool {
		prefix, ok := t.Prefix()
		return ok && prefix.Contains(a.Unmap())
	}
	isFree := func(a netip.Addr) bool {
		return !explained[a.Unmap()] && !slices.ContainsFunc(found.Scan.Targets, func(t engine.Target) bool { return holds(t, a) })
	}
	someFree := slices.ContainsFunc(found.Hosts, isFree)
	for _, t := range found.Scan.Targets {
		isHeld := slices.ContainsFunc(found.Hosts, func(a netip.Addr) bool { return holds(t, a) })
		if isHeld || byName[t.Canonical()] || t.Kind() == engine.TargetDomain && someFree {
			continue
		}
		list = append(list, t)
	}
	return list
}

func unreachableText(scan engine.Scan, list []engine.Target) string {
	var names []string
	for _, t := range list[:min(5, len(list))] {
		names = append(names, string(t))
	}
	if len(list) > 5 {
		names = append(names, "…")
	}
	return fmt.Sprintf("%d of %d targets did not answer: %s", len(list), len(scan.Targets), strings.Join(names, ", "))
}
