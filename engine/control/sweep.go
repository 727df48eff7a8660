package control

import (
	"context"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Interrupted is the last step of a scan whose process ended before the scan did.
const Interrupted = "interrupted: the process that ran the scan ended"

// Sweep settles the scans that dead processes left: one that lived with its process
// is failed, any other goes back to the head of the queue, until its attempts are
// used up. After it no scan of a process known to be dead is in progress.
func (c *Control) Sweep(ctx context.Context) error {
	at := now()
	return c.settleAll(ctx, func(scan engine.Scan) bool { return abandoned(scan.Lease, at) })
}

// settleAll settles the leased scans that nobody looks after any more.
func (c *Control) settleAll(ctx context.Context, forsaken func(engine.Scan) bool) error {
	left, err := c.leased(ctx, forsaken)
	if err != nil || len(left) == 0 {
		return err
	}
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		for _, id := range left {
			scan, err := tx.Scan(id)
			if err != nil {
				return err
			}
			if !forsaken(scan) || scan.State().Final() {
				continue // somebody else was faster; or only its account is open
			}
			if err := settle(tx, &scan); err != nil {
				return err
			}
		}
		return nil
	})
	for _, id := range left {
		if err == nil {
			err = c.account(ctx, id)
		}
		c.changes.notify(id)
	}
	return err
}

// settle decides what becomes of one abandoned scan.
func settle(tx store.Tx, scan *engine.Scan) error {
	switch {
	case scan.Attached:
		return fail(tx, scan, Interrupted)
	case scan.State() == engine.StatePending:
		scan.Lease = engine.Lease{}
		return tx.SaveScan(scan)
	case scan.Attempts >= engine.MaxAttempts:
		return fail(tx, scan, "given up: every process that ran the scan ended")
	}
	return requeue(tx, scan, "Taken over: "+Interrupted)
}

func fail(tx store.Tx, scan *engine.Scan, why string) error {
	if err := finish(scan, engine.StateFailed, why); err != nil {
		return err
	}
	return tx.SaveScan(scan)
}

// finish ends a scan. Whatever ends a scan does so here, in the transaction that puts
// the end on record; the caller saves the scan. One that is ended early keeps its
// lease until [Control.account] has counted what it left, so that somebody does.
func finish(scan *engine.Scan, state engine.State, why string) error {
	lease, early := scan.Lease, state != engine.StateDone && scan.State() != engine.StatePending
	if err := scan.Advance(state, why, now()); err != nil {
		return err
	}
	if early {
		scan.Lease = lease
	}
	return nil
}

// account records what the index of a scan that was ended early holds, and lets go
// of the scan: its last reports may have been committed after its counts were told.
// A scan that goes on, or was deleted, is left alone: restored, it is counted then.
func (c *Control) account(ctx context.Context, id engine.ScanID) error {
	found, err := c.progressOf(ctx, id)
	if err != nil && engine.KindOf(err) != engine.NotFound {
		return err
	}
	defer c.ended.raise()
	return c.Store.Update(ctx, func(tx store.Tx) error {
		scan, err := tx.Scan(id)
		if err != nil || !scan.State().Final() || scan.DeletedAt != nil || scan.Lease.Owner == "" {
			return err
		}
		scan.Lease = engine.Lease{}
		if found != nil {
			count(&scan, *found)
		}
		return tx.SaveScan(&scan)
	})
}

// count takes over what an index says of itself.
func count(scan *engine.Scan, p index.Progress) {
	scan.Count, scan.Summary = p.Documents, p.Summary
	scan.Summary.TasksFailed = p.Failed
	scan.WorkDone = partOf(scan.Work, p.Done, p.Tasks)
}

// requeue puts a scan back at the head of the queue: it has waited already.
func requeue(tx store.Tx, scan *engine.Scan, why string) error {
	queue, err := tx.Scans(store.ScanFilter{States: []engine.State{engine.StatePending}, InQueue: true, Limit: 1})
	if err != nil {
		return err
	}
	if len(queue) > 0 {
		scan.Position = min(scan.Position, queue[0].Position-1)
	}
	if err := scan.Advance(engine.StatePending, why, now()); err != nil {
		return err
	}
	scan.Lease = engine.Lease{}
	return tx.SaveScan(scan)
}
