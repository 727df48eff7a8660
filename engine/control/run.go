package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// progressParts is in how many parts the API tells the progress of a scan.
const progressParts = 10

// errStopped says that the scan was cancelled, deleted or taken over meanwhile.
var errStopped = errors.New("the scan was stopped")

// start runs a claimed scan in the background.
func (c *Control) start(life context.Context, scan engine.Scan) {
	ctx, cancel := context.WithCancel(life)
	one := &run{
		scan: scan.ID, scope: c.Scope.Excluding(scan.Exclude), declaration: engine.NewDeclaration(scan.Expect), checks: scan.Profile.Checks, cancel: cancel,
		news: newSignal(), doubt: newSignal(), spoilt: make(chan error, 1),
	}
	c.runs.add(one)
	c.running.Go(func() {
		defer cancel()
		err := c.run(ctx, scan, one)
		// The end of a scan is recorded even when the process is told to stop. Only
		// then may it be started again here.
		after := context.WithoutCancel(ctx)
		c.endSurely(life, scan.ID, err)
		c.report(after, "count what a scan left", c.account(after, scan.ID))
		c.runs.remove(scan.ID)
		c.changes.notify(scan.ID)
		c.wake.raise()
	})
}

// run takes a scan from scheduled to its last task.
func (c *Control) run(ctx context.Context, scan engine.Scan, one *run) error {
	conveyor, err := c.startBus(ctx)
	if err != nil {
		return err
	}
	ix, err := c.Shelf.Create(ctx, scan.ID)
	if err != nil {
		return err
	}
	if err := ix.AddTasks(ctx, engine.SplitTasks(scan, engine.TaskSize(scan.Targets))); err != nil {
		return err
	}
	if err := c.step(ctx, scan.ID, fmt.Sprintf("1/%d - Scan started", progressParts)); err != nil {
		return err
	}
	if err := c.tellUnknown(ctx, scan.ID); err != nil {
		return err
	}
	c.runs.open(scan.ID, ix)
	err = c.conduct(ctx, conveyor, one, ix)
	c.runs.shut(scan.ID) // before agents are told, or one may begin a task in between
	if err == nil {
		err = c.judgeWhole(ctx, scan, ix)
	}
	if err != nil {
		// Agents must stop although ctx may be done.
		return errors.Join(err, conveyor.Cancel(context.WithoutCancel(ctx), scan.ID))
	}
	c.report(ctx, "merge issues", c.mergeEnding(ctx, scan.ID, ix)) // else it is merged later
	return nil
}

// startBus starts the bus and its agents once.
func (c *Control) startBus(ctx context.Context) (conveyor, error) {
	c.busLock.Lock()
	defer c.busLock.Unlock()
	if c.bus != nil {
		return c.bus, nil
	}
	started, err := c.Bus(ctx, c)
	if err != nil {
		return nil, err
	}
	c.bus = started
	return started, nil
}

// conduct feeds tasks and tells of progress until the last task has ended.
func (c *Control) conduct(ctx context.Context, bus conveyor, one *run, ix index.Index) error {
	f := feeder{scan: one.scan, bus: bus, index: ix, fed: map[engine.TaskID]bool{}}
	told := telling{part: 1}
	for {
		if err := f.feed(ctx); err != nil {
			return err
		}
		progress, err := ix.Progress(ctx)
		if err != nil {
			return err
		}
		if err := c.tell(ctx, one.scan, progress, &told); err != nil || progress.Done == progress.Tasks {
			return err
		}
		select {
		case <-one.news:
		case err := <-one.spoilt:
			return err
		case <-one.doubt:
			n, err := f.forgetLost(ctx)
			if err != nil {
				return err
			}
			if n > 0 {
				c.Log.WarnContext(ctx, "the bus lost tasks; they are fed again", "scan", one.scan, "tasks", n)
			}
		case <-ctx.Done():
			return errStopped
		}
	}
}

// telling is what was told of a scan's progress last.
type telling struct {
	part     int
	progress index.Progress
}

// tell records what the scan has found so far, with a step when a part of it is
// done or the first open port was found.
func (c *Control) tell(ctx context.Context, id engine.ScanID, p index.Progress, told *telling) error {
	if p == told.progress {
		return nil
	}
	part := min(progressParts-1, 1+(progressParts-1)*p.Done/max(1, p.Tasks))
	if part == 1 && p.Summary.OpenPorts > 0 {
		part = 2
	}
	step := part > told.part && p.Done < p.Tasks
	err := c.update(ctx, id, func(_ store.Tx, scan *engine.Scan) error {
		count(scan, p)
		if !step {
			return nil
		}
		return scan.Advance(engine.StateScanning, fmt.Sprintf("%d/%d - %s", part, progressParts, progressText(p)), now())
	})
	*told = telling{part: max(part, told.part), progress: p}
	return err
}

// partOf is the part of work that stands for done of tasks.
func partOf(work int64, done, tasks int) int64 {
	return int64(float64(work) * float64(done) / float64(max(1, tasks)))
}

func progressText(p index.Progress) string {
	return fmt.Sprintf("%d of %d tasks, %d open ports, %d findings", p.Done, p.Tasks, p.Summary.OpenPorts, p.Summary.Total)
}

// step appends a step to a scan this process runs.
func (c *Control) step(ctx context.Context, id engine.ScanID, description string) error {
	return c.update(ctx, id, func(_ store.Tx, scan *engine.Scan) error {
		return scan.Advance(engine.StateScanning, description, now())
	})
}

// end records how a run ended: err is nil, [errStopped] or what went wrong.
func (c *Control) end(ctx context.Context, id engine.ScanID, err error) error {
	if errors.Is(err, errStopped) || errors.Is(err, context.Canceled) {
		return c.letGo(ctx, id)
	}
	progress, unread := c.progressOf(ctx, id)
	if err != nil {
		return c.endAs(ctx, id, progress, engine.StateFailed, err.Error())
	}
	if unread != nil {
		return unread
	}
	state, description := verdictOf(*progress)
	return c.endAs(ctx, id, progress, state, description)
}

// progressOf counts what the index of a scan holds; nil with an error.
func (c *Control) progressOf(ctx context.Context, id engine.ScanID) (*index.Progress, error) {
	ix, err := c.Shelf.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	progress, err := ix.Progress(ctx)
	if err != nil {
		return nil, err
	}
	return &progress, nil
}

// verdictOf: a scan none of whose parts could be completed has failed; one with some
// that could not says so.
func verdictOf(p index.Progress) (engine.State, string) {
	switch p.Failed {
	case 0:
		return engine.StateDone, "Scan finished"
	case p.Tasks:
		return engine.StateFailed, p.Failure
	}
	return engine.StateDone, fmt.Sprintf("Scan finished; %d of %d tasks failed: %s", p.Failed, p.Tasks, p.Failure)
}

// endAs puts the end of a scan on record, with what was found where that is known.
func (c *Control) endAs(ctx context.Context, id engine.ScanID, found *index.Progress, state engine.State, description string) error {
	err := c.update(ctx, id, func(_ store.Tx, scan *engine.Scan) error {
		if found != nil {
			count(scan, *found)
		}
		return finish(scan, state, description)
	})
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}

// letGo gives up a scan whose run was stopped. One that was cancelled, deleted or
// taken over needs nothing; one that was running when the process was told to
// stop is failed if it lives with the process, else free for the next one.
func (c *Control) letGo(ctx context.Context, id engine.ScanID) error {
	if err := c.giveBackTasks(ctx, id); err != nil {
		return err
	}
	return c.Store.Update(ctx, func(tx store.Tx) error {
		scan, err := tx.Scan(id)
		if err != nil || scan.State().Final() || !c.holds(scan.Lease) {
			return err
		}
		if scan.Attached {
			return fail(tx, &scan, Interrupted)
		}
		scan.Attempts-- // it was not the scan that ended the server
		return requeue(tx, &scan, "Re-queued: the server was stopped")
	})
}

// giveBackTasks takes back the attempts of the tasks that are under way: that this
// process was told to stop says nothing about them. It comes before the scan is free,
// because whoever takes it over counts on.
func (c *Control) giveBackTasks(ctx context.Context, id engine.ScanID) error {
	err := c.update(ctx, id, func(store.Tx, *engine.Scan) error { return nil })
	if errors.Is(err, errStopped) {
		return nil // it was cancelled, deleted or taken over
	}
	ix, err := c.Shelf.Open(ctx, id)
	if engine.KindOf(err) == engine.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	waiting, err := engine.TaskRunning.Advance(engine.TaskWaiting)
	if err != nil {
		return err
	}
	tasks, err := ix.Tasks(ctx, feedWindow)
	for _, task := range tasks {
		if err == nil && task.Attempt > 0 { // an agent has it, or had
			err = ix.SaveTask(ctx, task.ID, waiting, task.Attempt-1, "")
		}
	}
	return err
}

// update changes a scan that this process runs; [errStopped] if it does so no more.
func (c *Control) update(ctx context.Context, id engine.ScanID, fn func(store.Tx, *engine.Scan) error) error {
	err := c.Store.Update(ctx, func(tx store.Tx) error {
		scan, err := tx.Scan(id)
		if err != nil {
			return err
		}
		if scan.State().Final() || !c.holds(scan.Lease) {
			return errStopped
		}
		if err := fn(tx, &scan); err != nil {
			return err
		}
		return tx.SaveScan(&scan)
	})
	c.changes.notify(id)
	return err
}
