package control

import (
	"context"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/bus"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

var _ bus.Handler = (*Control)(nil)

// Begin implements [bus.Handler]: it counts the attempt, says whether the task is still
// to be done, and where it may go.
func (c *Control) Begin(ctx context.Context, agent string, task engine.Task) (engine.Task, bus.Verdict, error) {
	one, ix := c.runs.reporting(task.ScanID)
	if one == nil {
		return task, bus.Gone, nil
	}
	defer one.busy.Done()
	recorded, state, err := ix.Task(ctx, task.ID)
	if err != nil {
		return task, "", err
	}
	recorded.Scope = one.scope
	if state == engine.TaskDone || state == engine.TaskFailed {
		return recorded, bus.Done, nil
	}
	if recorded.Attempt >= engine.MaxAttempts {
		return recorded, bus.Gone, giveUp(ctx, one, ix, recorded, state)
	}
	if state, err = state.Advance(engine.TaskRunning); err != nil {
		return task, "", err
	}
	recorded.Attempt++
	c.Log.DebugContext(ctx, "task begins", "scan", task.ScanID, "task", task.ID, "attempt", recorded.Attempt, "agent", agent)
	if err := ix.SaveTask(ctx, task.ID, state, recorded.Attempt, ""); engine.IsDiskFull(err) {
		one.spoil(err)
		return recorded, bus.Gone, nil
	} else if err != nil {
		return recorded, "", err
	}
	return recorded, bus.Go, nil
}

// giveUp fails a task whose attempts are used up.
func giveUp(ctx context.Context, one *run, ix index.Index, task engine.Task, state engine.TaskState) error {
	state, err := state.Advance(engine.TaskFailed)
	if err != nil {
		return err
	}
	why := fmt.Sprintf("given up after %d attempts: the agents that had it never finished", task.Attempt)
	if err := ix.SaveTask(ctx, task.ID, state, task.Attempt, why); err != nil {
		return err
	}
	one.news.raise()
	return nil
}

// Take implements [bus.Handler]: it commits a report.
func (c *Control) Take(ctx context.Context, report engine.Report) (bus.Verdict, error) {
	one, ix := c.runs.reporting(report.ScanID)
	if one == nil {
		return bus.Gone, nil
	}
	defer one.busy.Done()
	c.enrich(ctx, &report)
	report.Findings = one.checks.Findings(report.Findings)
	nameOwners(one.declaration, report.Findings)
	err := c.Shelf.Room()
	if err == nil {
		err = ix.Append(ctx, report)
	}
	if engine.IsDiskFull(err) {
		one.spoil(err)
		return bus.Gone, nil
	}
	if err != nil {
		return "", err
	}
	one.news.raise()
	return bus.Go, nil
}

// enrich adds known vulnerabilities. A scan without them is worth less, and still worth
// what it has found.
func (c *Control) enrich(ctx context.Context, report *engine.Report) {
	if c.Known == nil {
		return
	}
	if err := c.Known.Enrich(ctx, report); err != nil {
		c.Log.WarnContext(ctx, "known vulnerabilities are not looked up", "scan", report.ScanID, "error", err)
	}
}

// tellUnknown adds a step to a scan for which nothing can be looked up.
func (c *Control) tellUnknown(ctx context.Context, id engine.ScanID) error {
	if c.Known == nil {
		return nil
	}
	ready, err := c.Known.Ready(ctx)
	switch {
	case err != nil:
		return c.step(ctx, id, fmt.Sprintf("1/%d - %s%v", progressParts, engine.NoCVEs, err))
	case !ready:
		return c.step(ctx, id, fmt.Sprintf("1/%d - %s", progressParts, engine.NoFeed))
	}
	return nil
}
