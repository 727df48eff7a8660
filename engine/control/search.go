package control

import (
	"context"
	"iter"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Search says what to look for and where.
type Search struct {
	Query   *query.Query
	Indices []engine.ScanID // nil: all the caller may read, the newest document of each URI
	Offset  int
}

// Search yields the documents that match, newest first. An index that does not
// exist or is not the caller's is [engine.NotFound].
func (c *Control) Search(ctx context.Context, caller engine.User, s Search) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		indices, err := c.indicesFor(ctx, caller, s)
		if err != nil {
			yield(index.Document{}, err)
			return
		}
		if len(indices) == 1 {
			indices[0].Search(ctx, s.Query, s.Offset)(yield)
			return
		}
		skip(newestOfEachURI(ctx, indices, s.Query), s.Offset)(yield)
	}
}

// Count is the exact number of documents [Control.Search] would yield from offset 0.
func (c *Control) Count(ctx context.Context, caller engine.User, s Search) (int, error) {
	indices, err := c.indicesFor(ctx, caller, s)
	if err != nil {
		return 0, err
	}
	if len(indices) == 1 {
		return indices[0].Count(ctx, s.Query)
	}
	count := 0
	for _, err := range newestOfEachURI(ctx, indices, s.Query) {
		if err != nil {
			return 0, err
		}
		count++
	}
	return count, nil
}

// indicesFor opens the indices of a search that the caller's plan has room for.
func (c *Control) indicesFor(ctx context.Context, caller engine.User, s Search) ([]index.Index, error) {
	if err := c.AdmitQuery(caller, s.Query, s.Offset); err != nil {
		return nil, err
	}
	return c.indices(ctx, caller, s.Indices)
}

// indices opens the indices named, each once, or all the caller may read.
func (c *Control) indices(ctx context.Context, caller engine.User, ids []engine.ScanID) ([]index.Index, error) {
	named := len(ids) > 0
	if !named {
		var err error
		if ids, err = c.searchable(ctx, caller); err != nil {
			return nil, err
		}
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	indices := make([]index.Index, 0, len(ids))
	for _, id := range ids {
		if named {
			if _, err := c.Scan(ctx, caller, id); err != nil {
				return nil, err
			}
		}
		ix, err := c.Shelf.Open(ctx, id)
		if !named && engine.KindOf(err) == engine.NotFound {
			continue // deleted since we looked
		}
		if err != nil {
			return nil, err
		}
		indices = append(indices, ix)
	}
	return indices, nil
}

// searchable gives the scans the caller may read that have an index with something
// in it.
func (c *Control) searchable(ctx context.Context, caller engine.User) (ids []engine.ScanID, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		scans, err := tx.Scans(store.ScanFilter{Reader: caller.ID})
		for _, scan := range scans {
			if scan.Count > 0 {
				ids = append(ids, scan.ID)
			}
		}
		return err
	})
	return ids, err
}

// Findings yields the findings of a scan.
func (c *Control) Findings(ctx context.Context, caller engine.User, id engine.ScanID, filter index.FindingFilter) iter.Seq2[engine.Finding, error] {
	return func(yield func(engine.Finding, error) bool) {
		ix, err := c.indexOf(ctx, caller, id)
		if err != nil {
			yield(engine.Finding{}, err)
			return
		}
		if ix != nil {
			ix.Findings(ctx, filter)(yield)
		}
	}
}

// OpenPorts gives the open ports a scan has seen.
func (c *Control) OpenPorts(ctx context.Context, caller engine.User, id engine.ScanID) ([]engine.Endpoint, error) {
	ix, err := c.indexOf(ctx, caller, id)
	if err != nil || ix == nil {
		return nil, err
	}
	return ix.OpenPorts(ctx)
}

// indexOf opens the index of a scan the caller may see; nil while it has none.
func (c *Control) indexOf(ctx context.Context, caller engine.User, id engine.ScanID) (index.Index, error) {
	if _, err := c.Scan(ctx, caller, id); err != nil {
		return nil, err
	}
	ix, err := c.Shelf.Open(ctx, id)
	if engine.KindOf(err) == engine.NotFound {
		return nil, nil
	}
	return ix, err
}
