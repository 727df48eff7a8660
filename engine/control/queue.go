package control

import (
	"context"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// retryTime is how often the queue is looked at while scans wait for a slot that
// another process may free.
const retryTime = 100 * time.Millisecond

// Run looks after the queue until ctx is done: it starts the next scans, renews the
// leases of those that run here, and picks up what dead processes left. When it
// returns, every scan of this process has ended or is free for others.
func (c *Control) Run(ctx context.Context) error {
	defer c.letGoAll(context.WithoutCancel(ctx))
	defer func() { c.report(context.WithoutCancel(ctx), "write usage", c.WriteUsage(context.WithoutCancel(ctx))) }()
	defer c.running.Wait()
	renew := time.NewTicker(renewTime)
	defer renew.Stop()
	retry := time.NewTicker(retryTime)
	defer retry.Stop()
	c.running.Go(func() { c.keepTidy(ctx) })
	c.running.Go(func() { c.keepMerged(ctx) })
	c.running.Go(func() { c.keepNotified(ctx) })
	if !c.Attached { // a process that comes and goes is no clock
		c.running.Go(func() { c.keepScheduled(ctx) })
	}
	waiting := true
	for {
		if waiting {
			waiting = c.startScans(ctx)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-c.wake:
			waiting = true
		case <-retry.C:
			c.stopForeign(ctx)
		case <-renew.C:
			c.report(ctx, "renew leases", c.renewLeases(ctx))
			c.report(ctx, "sweep", c.Sweep(ctx))
			c.report(ctx, "write usage", c.WriteUsage(ctx))
			c.runs.doubtBus()
			waiting = true
		}
	}
}

// letGoAll settles what this process leaves: scans of its own that never started.
func (c *Control) letGoAll(ctx context.Context) {
	c.report(ctx, "let go of scans", c.settleAll(ctx, func(scan engine.Scan) bool { return c.holds(scan.Lease) }))
}

// report logs what cannot be returned to anybody: the queue goes on and tries again.
func (c *Control) report(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		c.Log.ErrorContext(ctx, "queue: "+what, "error", err)
	}
}

// startScans starts every scan that may start now, and reports whether some still
// wait for a slot, or for room.
func (c *Control) startScans(ctx context.Context) (waiting bool) {
	for c.hasRoom(ctx) {
		scan, outcome, err := c.claim(ctx)
		c.report(ctx, "claim", err)
		if outcome != claimed {
			return outcome == queueFull || err != nil
		}
		c.changes.notify(scan.ID)
		c.start(ctx, scan)
	}
	return true
}

// renewLeases renews the leases of the scans this process looks after, in one transaction.
func (c *Control) renewLeases(ctx context.Context) error {
	held, err := c.leased(ctx, c.looksAfter)
	if err != nil || len(held) == 0 {
		return err
	}
	return c.Store.Update(ctx, func(tx store.Tx) error {
		for _, id := range held {
			scan, err := tx.Scan(id)
			if err != nil {
				return err
			}
			if !c.looksAfter(scan) {
				continue
			}
			scan.Lease = c.lease()
			if err := tx.SaveScan(&scan); err != nil {
				return err
			}
		}
		return nil
	})
}

// looksAfter reports whether a scan waits for this process or is run by it. One in
// progress that is not run, because its end could not be put on record, is let go
// with its lease, for Sweep to settle.
func (c *Control) looksAfter(scan engine.Scan) bool {
	return c.holds(scan.Lease) && (scan.State() == engine.StatePending || c.runs.has(scan.ID))
}

// leased gives the ids of the leased scans that pass keep.
func (c *Control) leased(ctx context.Context, keep func(engine.Scan) bool) (ids []engine.ScanID, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		scans, err := tx.Scans(store.ScanFilter{Leased: true})
		for _, scan := range scans {
			if keep(scan) {
				ids = append(ids, scan.ID)
			}
		}
		return err
	})
	return ids, err
}

// stopForeign stops the runs of scans that another process cancelled, deleted or
// took over. Of what this process does itself it is told at once.
func (c *Control) stopForeign(ctx context.Context) {
	for _, id := range c.runs.ids() {
		err := c.Store.View(ctx, func(tx store.Tx) error {
			scan, err := tx.Scan(id)
			if err == nil && (scan.State().Final() || !c.holds(scan.Lease)) {
				c.runs.stop(id)
			}
			return err
		})
		c.report(ctx, "look after running scans", err)
	}
}

// Unfinished is how many scans have not ended.
func (c *Control) Unfinished(ctx context.Context) (n int64, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		n, err = tx.CountScans(store.ScanFilter{States: []engine.State{engine.StatePending, engine.StateScheduled, engine.StateScanning}})
		return err
	})
	return n, err
}
