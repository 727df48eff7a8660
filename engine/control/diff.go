package control

import (
	"context"
	"fmt"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Diff says what changed from the scan base to another, both of which the caller may
// see. With base 0 it is the last complete scan of the same targets before it;
// [engine.NotFound] if there is none.
func (c *Control) Diff(ctx context.Context, caller engine.User, id, base engine.ScanID) (engine.Diff, error) {
	now, err := c.results(ctx, caller, id)
	if err != nil {
		return engine.Diff{}, err
	}
	if base == 0 {
		if base, err = c.previous(ctx, caller, now.Scan); err != nil {
			return engine.Diff{}, err
		}
	}
	before, err := c.results(ctx, caller, base)
	if err != nil {
		return engine.Diff{}, engine.In("base", err)
	}
	return engine.Compare(before, now), nil
}

// results reads all that a scan found.
func (c *Control) results(ctx context.Context, caller engine.User, id engine.ScanID) (r engine.Results, err error) {
	if r.Scan, err = c.Scan(ctx, caller, id); err != nil {
		return r, err
	}
	for finding, err := range c.Findings(ctx, caller, id, index.FindingFilter{}) {
		if err != nil {
			return r, err
		}
		r.Findings = append(r.Findings, finding)
	}
	ix, err := c.indexOf(ctx, caller, id)
	if err != nil || ix == nil {
		return r, err
	}
	if r.Ports, err = ix.OpenPorts(ctx); err != nil {
		return r, err
	}
	r.Hosts, err = ix.Hosts(ctx)
	return r, err
}

// previous finds the scan to compare with if none is named.
func (c *Control) previous(ctx context.Context, caller engine.User, scan engine.Scan) (id engine.ScanID, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		earlier, err := tx.Scans(store.ScanFilter{Reader: caller.ID, Targets: scan.Targets, States: []engine.State{engine.StateDone}, BeforeID: scan.ID})
		for i := range earlier {
			if earlier[i].Complete() {
				id = earlier[i].ID
				return err
			}
		}
		return err
	})
	if err == nil && id == 0 {
		err = &engine.Error{
			Kind: engine.NotFound, Title: "Nothing to compare with", Field: "base",
			Detail: fmt.Sprintf("no complete scan of the same targets is older than scan %d", scan.ID), Hint: "name a scan as base",
		}
	}
	return id, err
}
