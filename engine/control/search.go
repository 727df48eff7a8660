package control

import (
	"context"
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"strings"

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
	if err := c.AdmitQuery(caller, s.Query, s.Offset); err != nil {
		return failed(err)
	}
	return c.read(ctx, caller, s, index.Reader.Search)
}

// Download yields the documents that match in the order they were stored, those of
// the newest scan first. It is the fast way to read all of them, and the order stays
// the same, so that somebody who has n of them goes on at offset n.
func (c *Control) Download(ctx context.Context, caller engine.User, s Search) iter.Seq2[index.Document, error] {
	if err := c.AdmitQuery(caller, s.Query, 0); err != nil {
		return failed(err)
	}
	return c.read(ctx, caller, s, index.Reader.Documents)
}

// failed is a sequence with nothing but an error.
func failed(err error) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) { yield(index.Document{}, err) }
}

func (c *Control) read(ctx context.Context, caller engine.User, s Search,
	documents func(r index.Reader, ctx context.Context, q *query.Query, offset int) iter.Seq2[index.Document, error],
) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		r, err := c.reader(ctx, caller, s.Indices)
		if err != nil {
			yield(index.Document{}, err)
			return
		}
		documents(r, ctx, s.Query, s.Offset)(yield)
	}
}

// Count is the exact number of documents [Control.Search] would yield from offset 0.
func (c *Control) Count(ctx context.Context, caller engine.User, s Search) (int, error) {
	r, err := c.readerFor(ctx, caller, s)
	if err != nil {
		return 0, err
	}
	return r.Count(ctx, s.Query)
}

// Facet counts those documents by the values of fields and gives the first size
// buckets, see [index.Bucket]. The offset of s is 0.
func (c *Control) Facet(ctx context.Context, caller engine.User, s Search, fields []string, size int) ([]index.Bucket, error) {
	r, err := c.readerFor(ctx, caller, s)
	if err != nil {
		return nil, err
	}
	return r.Facet(ctx, s.Query, fields, size)
}

// readerFor opens the indices of a search that the caller's plan has room for.
func (c *Control) readerFor(ctx context.Context, caller engine.User, s Search) (index.Reader, error) {
	if err := c.AdmitQuery(caller, s.Query, s.Offset); err != nil {
		return nil, err
	}
	return c.reader(ctx, caller, s.Indices)
}

// reader opens the indices named, each once, or all the caller may read.
func (c *Control) reader(ctx context.Context, caller engine.User, indices []engine.ScanID) (index.Reader, error) {
	ids, err := c.named(ctx, caller, indices)
	if len(indices) == 0 && err == nil {
		ids, err = c.searchable(ctx, caller)
	}
	if err != nil {
		return nil, err
	}
	return c.Shelf.Union(ctx, ids)
}

// named gives the scans that are named, which the caller has to be allowed to read.
func (c *Control) named(ctx context.Context, caller engine.User, ids []engine.ScanID) ([]engine.ScanID, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for _, id := range ids {
		if _, err := c.Scan(ctx, caller, id); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// skip leaves out the first n.
func skip(documents iter.Seq2[index.Document, error], n int) iter.Seq2[index.Document, error] {
	return func(yield func(index.Document, error) bool) {
		left := n
		for document, err := range documents {
			if left > 0 && err == nil {
				left--
				continue
			}
			if !yield(document, err) {
				return
			}
		}
	}
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
	return slices.DeleteFunc(ids, func(id engine.ScanID) bool {
		_, err := c.Shelf.Open(ctx, id)
		return engine.KindOf(err) == engine.NotFound // deleted since we looked
	}), err
}

// Findings yields the findings of a scan behind the first offset.
func (c *Control) Findings(ctx context.Context, caller engine.User, id engine.ScanID, filter index.FindingFilter, offset int) iter.Seq2[engine.Finding, error] {
	return func(yield func(engine.Finding, error) bool) {
		ix, err := c.indexOf(ctx, caller, id)
		if err != nil {
			yield(engine.Finding{}, err)
			return
		}
		if ix != nil {
			ix.Findings(ctx, filter, offset)(yield)
		}
	}
}

// CountFindings counts the findings of a scan by severity; hosts, ports and tasks are
// those of the whole scan.
func (c *Control) CountFindings(ctx context.Context, caller engine.User, id engine.ScanID, filter index.FindingFilter) (sum engine.Summary, err error) {
	scan, err := c.Scan(ctx, caller, id)
	if err != nil {
		return sum, err
	}
	ix, err := c.indexOf(ctx, caller, id)
	if err == nil && ix != nil {
		sum, err = ix.CountFindings(ctx, filter)
	}
	sum.HostsUp, sum.OpenPorts, sum.TasksFailed = scan.Summary.HostsUp, scan.Summary.OpenPorts, scan.Summary.TasksFailed
	return sum, err
}

// OpenPorts gives the open ports a scan has seen.
func (c *Control) OpenPorts(ctx context.Context, caller engine.User, id engine.ScanID) ([]engine.Endpoint, error) {
	ix, err := c.indexOf(ctx, caller, id)
	if err != nil || ix == nil {
		return nil, err
	}
	return ix.OpenPorts(ctx)
}

// AnsweredHosts gives every address that answered a scan, if only that a port is closed.
func (c *Control) AnsweredHosts(ctx context.Context, caller engine.User, id engine.ScanID) ([]netip.Addr, error) {
	ix, err := c.indexOf(ctx, caller, id)
	if err != nil || ix == nil {
		return nil, err
	}
	return ix.Hosts(ctx)
}

// maxServed is how many ports are told what speaks at each: as many conditions as a
// query may have.
const maxServed = 1000

// ServedPorts gives the first open ports that a scan has seen, at most maxServed, with
// what speaks there, and how many there are in all.
func (c *Control) ServedPorts(ctx context.Context, caller engine.User, id engine.ScanID) (served []engine.ServedPort, total int, err error) {
	ix, err := c.indexOf(ctx, caller, id)
	if err != nil || ix == nil {
		return nil, 0, err
	}
	open, err := ix.OpenPorts(ctx)
	if err != nil {
		return nil, 0, err
	}
	total = len(open)
	open = open[:min(total, maxServed)]
	services, err := servicesAt(ctx, ix, open)
	for _, e := range open {
		served = append(served, engine.ServedPort{Endpoint: e, Service: services.At(e)})
	}
	return served, total, err
}

// servicesAt reads what the documents about some addresses say.
func servicesAt(ctx context.Context, ix index.Index, open []engine.Endpoint) (s engine.Services, err error) {
	var clauses []string
	for _, e := range open {
		clauses = append(clauses, fmt.Sprintf("ip:%q", e.Addr.Unmap()))
	}
	clauses = slices.Compact(clauses) // ports of one address follow each other
	if len(clauses) == 0 {
		return s, nil
	}
	q, err := query.Parse(strings.Join(clauses, " OR "))
	if err != nil {
		return s, err
	}
	for document, err := range ix.Documents(ctx, q, 0) {
		if err == nil {
			err = s.Learn(document.Data)
		}
		if err != nil {
			return s, err
		}
	}
	return s, nil
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
