package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// How long deleted scans are kept (contract part 2.1).
const (
	RestoreTime = 7 * 24 * time.Hour  // from when it was deleted a scan can be restored
	EraseTime   = 14 * 24 * time.Hour // then it is erased for good
	tidyTime    = time.Hour           // how often it is looked for what is to be erased
	// eraseBatch is how many scans are erased in one transaction: others want to write too.
	eraseBatch = 100
)

// DeletedScans gives the caller's own deleted scans that are not erased yet, newest first.
func (c *Control) DeletedScans(ctx context.Context, caller engine.User, page Page) (scans []engine.Scan, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		if scans, err = tx.Scans(store.ScanFilter{OwnerID: caller.ID, Deleted: true, Offset: page.Start, Limit: page.Size}); err != nil {
			return err
		}
		return c.asSeenBy(tx, caller, pointersTo(scans))
	})
	return scans, err
}

// RestoreScan brings a deleted scan back with its index. One that is not deleted stays
// as it is. The index comes back first: nobody finds it before the scan is back.
func (c *Control) RestoreScan(ctx context.Context, caller engine.User, id engine.ScanID) (engine.Scan, error) {
	check := func(tx store.Tx) error { _, err := c.restorable(tx, caller, id); return err }
	if err := c.Store.View(ctx, check); err != nil {
		return engine.Scan{}, err
	}
	if err := c.Shelf.Restore(ctx, id); err != nil && engine.KindOf(err) != engine.NotFound {
		return engine.Scan{}, err // a scan that never ran has no index, one half restored has it back
	}
	err := c.Store.Update(ctx, func(tx store.Tx) error {
		scan, err := c.restorable(tx, caller, id)
		if err != nil || scan.DeletedAt == nil {
			return err
		}
		scan.DeletedAt = nil
		return tx.SaveScan(&scan)
	})
	if err != nil {
		return engine.Scan{}, err
	}
	c.changes.notify(id)
	c.ended.raise()
	return c.Scan(ctx, caller, id)
}

// restorable gives a scan of the caller's own that is deleted and can be restored, or
// is not deleted.
func (c *Control) restorable(tx store.Tx, caller engine.User, id engine.ScanID) (engine.Scan, error) {
	scan, err := tx.Scan(id)
	if err != nil && engine.KindOf(err) != engine.NotFound {
		return engine.Scan{}, err
	}
	if err != nil || scan.OwnerID != caller.ID && scan.DeletedAt != nil || scan.ErasingAt != nil {
		return engine.Scan{}, noScan(id)
	}
	if scan.DeletedAt == nil {
		return owned(tx, caller, id)
	}
	if now().Sub(*scan.DeletedAt) > RestoreTime {
		return engine.Scan{}, &engine.Error{
			Kind: engine.Conflict, Title: "Scan cannot be restored any more", Field: "id",
			Detail: fmt.Sprintf("scan %d was deleted at %s; a scan can be restored for 7 days", id, scan.DeletedAt.Format(time.RFC3339)),
			Hint:   "scan the targets again",
		}
	}
	return scan, c.admitStored(tx, caller)
}

// keepTidy tidies up now and then until ctx is done.
func (c *Control) keepTidy(ctx context.Context) {
	tick := time.NewTicker(tidyTime)
	defer tick.Stop()
	for {
		c.report(ctx, "tidy up", c.Tidy(ctx))
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Tidy erases for good what was deleted long enough ago, forgets old requests, and ends
// acceptances of issues whose time is up. It may be killed at any point: what it has
// marked it goes on with the next time.
func (c *Control) Tidy(ctx context.Context) error {
	forget := func(tx store.Tx) error { return tx.ForgetRequests(now().Add(-requestTime)) }
	err := errors.Join(c.Store.Update(ctx, forget), c.expireIssues(ctx), c.discardOld(ctx))
	for err == nil {
		var left int
		if left, err = c.eraseSome(ctx); left == 0 {
			break
		}
	}
	return err
}

// discardOld deletes scans that are kept no longer.
func (c *Control) discardOld(ctx context.Context) error {
	if c.Keep == 0 {
		return nil
	}
	var old []engine.Scan
	err := c.Store.Update(ctx, func(tx store.Tx) (err error) {
		at := now()
		if old, err = tx.Scans(store.ScanFilter{EndedBefore: at.Add(-c.Keep)}); err != nil {
			return err
		}
		for i := range old {
			old[i].DeletedAt = &at
			if err := tx.SaveScan(&old[i]); err != nil {
				return err
			}
		}
		return nil
	})
	for _, scan := range old {
		if err == nil {
			err = c.Shelf.Trash(ctx, scan.ID)
		}
		c.changes.notify(scan.ID)
	}
	return err
}

// eraseSome marks scans, erases their indices, then the scans, and gives how many.
func (c *Control) eraseSome(ctx context.Context) (int, error) {
	scans, err := c.markErasing(ctx)
	if err != nil || len(scans) == 0 {
		return 0, err
	}
	for _, scan := range scans {
		if err := c.Shelf.Purge(ctx, scan.ID); err != nil {
			return 0, fmt.Errorf("erase scan %d: %w", scan.ID, err)
		}
	}
	return len(scans), c.Store.Update(ctx, func(tx store.Tx) error {
		var failures []error
		for _, scan := range scans {
			if err := tx.EraseScan(scan.ID); engine.KindOf(err) != engine.NotFound { // another process was faster
				failures = append(failures, err)
			}
		}
		return errors.Join(failures...)
	})
}

// markErasing gives scans that are to be erased, those first that were marked before.
func (c *Control) markErasing(ctx context.Context) (marked []engine.Scan, err error) {
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		at := now()
		old, err := tx.Scans(store.ScanFilter{Deleted: true, DeletedBefore: at.Add(-EraseTime), Limit: eraseBatch})
		if err != nil {
			return err
		}
		for _, scan := range old {
			scan.ErasingAt = &at
			if err := tx.SaveScan(&scan); err != nil {
				return err
			}
		}
		marked, err = tx.Scans(store.ScanFilter{Erasing: true, Limit: eraseBatch})
		return err
	})
	return marked, err
}
