package control

import (
	"context"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// CreateScan puts a scan at the end of the queue. The answer comes when it is on
// record; it goes on by itself.
func (c *Control) CreateScan(ctx context.Context, caller engine.User, request engine.ScanRequest) (engine.Scan, error) {
	return c.CreateScanOnce(ctx, caller, "", request)
}

func (c *Control) create(ctx context.Context, caller engine.User, o order) (engine.Scan, error) {
	if err := c.Shelf.Room(); err != nil {
		return engine.Scan{}, err
	}
	scan, err := c.newScan(caller, o)
	if err != nil {
		return engine.Scan{}, err
	}
	var id engine.ScanID
	err = c.Store.Update(ctx, func(tx store.Tx) error {
		if id, err = o.earlier(tx, caller); err != nil || id != 0 {
			return err
		}
		if err := c.enter(tx, o.ScanRequest, &scan); err != nil {
			return err
		}
		id = scan.ID
		return o.remember(tx, scan)
	})
	if err != nil {
		return engine.Scan{}, err
	}
	c.wake.raise()
	return c.Scan(ctx, caller, id)
}

// admissible applies the rules that need no record: form and scope.
func (c *Control) admissible(request engine.ScanRequest) error {
	if err := request.Validate(); err != nil {
		return err
	}
	for i, t := range request.Targets {
		if err := c.Scope.PermitTarget(t); err != nil {
			return engine.In(fmt.Sprintf("targets[%d]", i), err)
		}
	}
	if err := c.admitChecks(request.Profile.Checks); err != nil {
		return engine.In("profile", err)
	}
	return c.admitResolvers(request.Profile.Resolvers)
}

// admitResolvers: who may say whom this engine asks could else send its questions anywhere.
func (c *Control) admitResolvers(list engine.NameServers) error {
	servers, err := list.Places()
	if err != nil {
		return engine.In("profile.resolvers", err)
	}
	for _, server := range servers {
		if err := c.Scope.Permit(server.Addr()); err != nil {
			return engine.In("profile.resolvers", err)
		}
	}
	return nil
}

func (c *Control) newScan(caller engine.User, o order) (engine.Scan, error) {
	rules, err := c.rulesFor(o.Profile.Checks)
	if err != nil {
		return engine.Scan{}, err
	}
	at := now()
	scan := engine.Scan{
		Label: o.Label, Targets: o.Targets, Exclude: o.Exclude, Ports: o.Ports, Profile: o.Profile, Expect: o.Expect, Rules: rules,
		Source: o.Source, ConfigDigest: o.Digest(c.Asked), ProfileID: o.profileID, ScheduleID: o.scheduleID,
		CreatedAt: at, OwnerID: caller.ID, Attached: c.Attached, RescanOf: o.rescanOf,
	}
	if scan.Label == "" {
		scan.Label = engine.DefaultLabel(at)
	}
	if scan.Ports == "" {
		scan.Ports = engine.PortsDefault
	}
	if c.Attached {
		scan.Lease = c.lease()
	}
	scan.Work = engine.ScanRequest{Targets: scan.Targets, Ports: scan.Ports}.Work()
	return scan, scan.Advance(engine.StatePending, "", at)
}

// Scan gives a scan the caller may see.
func (c *Control) Scan(ctx context.Context, caller engine.User, id engine.ScanID) (scan engine.Scan, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		if scan, err = readable(tx, caller, id); err != nil {
			return err
		}
		return c.asSeenBy(tx, caller, []*engine.Scan{&scan})
	})
	return scan, err
}

// Page is a part of a list: Size of it behind the first Start, all of them for a Size
// of 0.
type Page struct {
	Start, Size int
}

// ScanQuery selects scans; the zero query selects all.
type ScanQuery struct {
	Source        engine.Source // only of this repository, branch and commit, where they are not ""
	Label         string        // "", or only those called so
	Statuses      []engine.Status
	TargetsDigest string        // "", or only those of these targets, see [engine.TargetsDigest]
	ConfigDigest  string        // "", or only those that were asked for this, see [engine.ScanRequest.Digest]
	Complete      bool          // only those that are, see [engine.Scan.Complete]
	Before        engine.ScanID // 0, or only those with a smaller id
	Page
}

func (q ScanQuery) filter(reader engine.UserID) store.ScanFilter {
	f := store.ScanFilter{
		Reader: reader, Repository: q.Source.Repository, Branch: q.Source.Branch, Commit: q.Source.Commit, Label: q.Label,
		TargetsDigest: q.TargetsDigest, ConfigDigest: q.ConfigDigest, Complete: q.Complete, BeforeID: q.Before,
		Offset: q.Start, Limit: q.Size,
	}
	for _, status := range q.Statuses {
		f.States = append(f.States, status.States()...)
	}
	return f
}

// Scans gives scans the caller may see, newest first.
func (c *Control) Scans(ctx context.Context, caller engine.User, q ScanQuery) (scans []engine.Scan, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		if scans, err = tx.Scans(q.filter(caller.ID)); err != nil {
			return err
		}
		return c.asSeenBy(tx, caller, pointersTo(scans))
	})
	return scans, err
}

func pointersTo(scans []engine.Scan) []*engine.Scan {
	pointers := make([]*engine.Scan, len(scans))
	for i := range scans {
		pointers[i] = &scans[i]
	}
	return pointers
}

// readable gives a scan if the caller may see it. What one may not see is not
// found: a stranger learns nothing, not even that it exists.
func readable(tx store.Tx, caller engine.User, id engine.ScanID) (engine.Scan, error) {
	scan, err := tx.Scan(id)
	if err != nil && engine.KindOf(err) != engine.NotFound {
		return engine.Scan{}, err
	}
	if err != nil || scan.DeletedAt != nil {
		return engine.Scan{}, noScan(id)
	}
	may, err := mayRead(tx, caller, scan.OwnerID)
	if err != nil {
		return engine.Scan{}, err
	}
	if !may {
		return engine.Scan{}, noScan(id)
	}
	return scan, nil
}

func noScan(id engine.ScanID) error {
	return &engine.Error{Kind: engine.NotFound, Title: "No such scan", Detail: fmt.Sprintf("there is no scan %d, or not for you", id), Field: "id"}
}

// RenameScan gives a scan another label.
func (c *Control) RenameScan(ctx context.Context, caller engine.User, id engine.ScanID, label string) (engine.Scan, error) {
	if err := engine.ValidateLabel(label); err != nil {
		return engine.Scan{}, err
	}
	return c.change(ctx, caller, id, func(_ store.Tx, scan *engine.Scan) error {
		scan.Label = label
		return nil
	})
}

// CancelScan ends a scan and keeps what it found. Cancelling what has ended is no
// error and changes nothing.
func (c *Control) CancelScan(ctx context.Context, caller engine.User, id engine.ScanID) (engine.Scan, error) {
	scan, err := c.change(ctx, caller, id, func(_ store.Tx, scan *engine.Scan) error {
		if scan.State().Final() {
			return nil
		}
		return finish(scan, engine.StateCancelled, "Scan cancelled")
	})
	if err == nil {
		c.runs.stop(id)
		c.wake.raise()
	}
	return scan, err
}

// DeleteScan ends a scan if need be and puts it and its index out of sight.
func (c *Control) DeleteScan(ctx context.Context, caller engine.User, id engine.ScanID) error {
	err := c.Store.Update(ctx, func(tx store.Tx) error {
		scan, err := owned(tx, caller, id)
		if err != nil {
			return err
		}
		at := now()
		if !scan.State().Final() {
			if err := finish(&scan, engine.StateCancelled, "Scan deleted"); err != nil {
				return err
			}
		}
		scan.DeletedAt = &at
		return tx.SaveScan(&scan)
	})
	if err != nil {
		return err
	}
	c.runs.stop(id)
	c.changes.notify(id)
	c.wake.raise()
	return c.Shelf.Trash(ctx, id)
}

// ShiftScan moves a pending scan in the queue by shift places among the scans the
// caller may see: negative is sooner. It stops at both ends.
func (c *Control) ShiftScan(ctx context.Context, caller engine.User, id engine.ScanID, shift int) (engine.Scan, error) {
	scan, err := c.change(ctx, caller, id, func(tx store.Tx, scan *engine.Scan) error {
		if scan.State() != engine.StatePending {
			return &engine.Error{Kind: engine.Conflict, Title: "Scan is not pending", Detail: fmt.Sprintf("scan %d is %s; only a pending scan has a place in the queue", id, scan.Status())}
		}
		return shiftPosition(tx, caller, scan, shift)
	})
	c.wake.raise()
	return scan, err
}

// change applies fn to a scan of the caller's and stores it.
func (c *Control) change(ctx context.Context, caller engine.User, id engine.ScanID, fn func(store.Tx, *engine.Scan) error) (engine.Scan, error) {
	err := c.Store.Update(ctx, func(tx store.Tx) error {
		scan, err := owned(tx, caller, id)
		if err != nil {
			return err
		}
		if err := fn(tx, &scan); err != nil {
			return err
		}
		return tx.SaveScan(&scan)
	})
	if err != nil {
		return engine.Scan{}, err
	}
	c.changes.notify(id)
	return c.Scan(ctx, caller, id)
}
