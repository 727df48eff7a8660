package control

import (
	"context"
	"fmt"
	"iter"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Diff says what changed from the scan base to another, both of which the caller may
// see. With base 0 it is the newest complete scan before it of the same owner with the
// same targets and ports; [engine.NotFound] if there is none.
func (c *Control) Diff(ctx context.Context, caller engine.User, id, base engine.ScanID) (engine.Diff, error) {
	found, err := c.results(ctx, caller, id, c.readPlaces)
	if err != nil {
		return engine.Diff{}, err
	}
	if base == 0 {
		if base, err = c.previous(ctx, found.Scan); err != nil {
			return engine.Diff{}, err
		}
	}
	before, err := c.results(ctx, caller, base, readPorts) // what it could tell is not asked
	if err != nil {
		return engine.Diff{}, engine.In("base", err)
	}
	changed := engine.Compare(before, found)
	changed.ChangedServices, err = engine.ChangedServices(c.sayings(ctx, caller, base), c.sayings(ctx, caller, id))
	if err != nil {
		return engine.Diff{}, err
	}
	if err := c.Follow(ctx, caller, changed.New); err != nil {
		return engine.Diff{}, err
	}
	changed.SetAside(now())
	return changed, nil
}

// readPorts reads the open ports.
func readPorts(ctx context.Context, ix index.Index, r *engine.Results) (err error) {
	r.Ports, err = ix.OpenPorts(ctx)
	return err
}

// results reads what a scan found, but for the documents: its findings, and of the places
// what read does.
func (c *Control) results(ctx context.Context, caller engine.User, id engine.ScanID,
	read func(context.Context, index.Index, *engine.Results) error,
) (r engine.Results, err error) {
	if r.Scan, err = c.Scan(ctx, caller, id); err != nil {
		return r, err
	}
	ix, err := c.indexOf(ctx, caller, id)
	if err != nil || ix == nil {
		return r, err
	}
	if err := read(ctx, ix, &r); err != nil {
		return r, err
	}
	for finding, err := range ix.Findings(ctx, index.FindingFilter{}, 0) {
		if err != nil {
			return r, err
		}
		r.Findings = append(r.Findings, finding)
	}
	return r, nil
}

// sayings yields what the documents of a scan say of their places; nothing for a scan
// without an index.
func (c *Control) sayings(ctx context.Context, caller engine.User, id engine.ScanID) iter.Seq2[engine.Saying, error] {
	return func(yield func(engine.Saying, error) bool) {
		ix, err := c.indexOf(ctx, caller, id)
		if err != nil {
			yield(engine.Saying{}, err)
			return
		}
		if ix != nil {
			ix.Sayings(ctx)(yield)
		}
	}
}

// rulesOf gives what a scan looked for.
func (c *Control) rulesOf(scan engine.Scan) ([]string, error) {
	if scan.Rules != nil || c.Rules == nil {
		return scan.Rules, nil
	}
	return c.Rules()
}

// readPlaces reads what an [engine.Sight] needs of a scan's results.
func (c *Control) readPlaces(ctx context.Context, ix index.Index, r *engine.Results) (err error) {
	if r.Rules, err = c.rulesOf(r.Scan); err != nil {
		return err
	}
	if r.Hosts, err = ix.Hosts(ctx); err != nil {
		return err
	}
	if r.Ports, err = ix.OpenPorts(ctx); err != nil {
		return err
	}
	if r.Names, err = examined(ctx, ix); err != nil {
		return err
	}
	r.Quiet, err = ix.QuietPorts(ctx)
	return err
}

// examined gives the names of which the DNS said something, and what it did not say.
func examined(ctx context.Context, ix index.Index) (engine.Examined, error) {
	about, err := query.Parse("protocol:" + engine.DomainProtocol)
	if err != nil {
		return nil, err
	}
	names := engine.Examined{}
	for document, err := range ix.Documents(ctx, about, 0) {
		if err == nil {
			err = names.Learn(document.Data)
		}
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// previous finds the scan to compare with if none is named. It is of the same owner: a
// mate may look from elsewhere. One that is not complete is passed over, because what it
// missed would be told as new.
func (c *Control) previous(ctx context.Context, scan engine.Scan) (id engine.ScanID, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		earlier, err := tx.Scans(store.ScanFilter{
			OwnerID: scan.OwnerID, TargetsDigest: engine.TargetsDigest(scan.Targets), Ports: scan.Ports, Complete: true, BeforeID: scan.ID, Limit: 1,
		})
		if len(earlier) > 0 {
			id = earlier[0].ID
		}
		return err
	})
	if err == nil && id == 0 {
		err = &engine.Error{
			Kind: engine.NotFound, Title: "Nothing to compare with", Field: "base",
			Detail: fmt.Sprintf("no complete scan of the same owner, targets and ports is older than scan %d", scan.ID), Hint: "name a scan as base",
		}
	}
	return id, err
}
