package private

import (
	"context"
	"iter"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// source is a collection of documents that can be searched.
type source struct {
	search func(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error]
	// download yields the same in an order that stays the same; nil if search's does.
	download func(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error]
	// count is how many documents search yields; nil counts by reading, which is
	// enough for where there are few.
	count func(ctx context.Context, caller engine.User, search control.Search) (int, error)
}

func (s source) total(call *api.Call, search control.Search) (total int, err error) {
	if s.count != nil {
		return s.count(call.Context(), call.Caller, search)
	}
	for _, err := range s.search(call.Context(), call.Caller, search) {
		if err != nil {
			return 0, err
		}
		total++
	}
	return total, nil
}

func (d *dialect) responses() source {
	return source{
		search: func(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error] {
			return d.control.Search(ctx, caller, search)
		},
		download: func(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error] {
			return d.control.Download(ctx, caller, search)
		},
		count: func(ctx context.Context, caller engine.User, search control.Search) (int, error) {
			return d.control.Count(ctx, caller, search)
		},
	}
}

func (d *dialect) certificates() source {
	return source{
		search: func(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error] {
			return d.control.Certificates(ctx, caller, search)
		},
		count: func(ctx context.Context, caller engine.User, search control.Search) (int, error) {
			return d.control.CountCertificates(ctx, caller, search)
		},
	}
}

func (d *dialect) domains() source {
	return source{search: func(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error] {
		return d.control.Domains(ctx, caller, search)
	}}
}

// nothing is a collection of the public service that an engine has no documents of.
// Queries and indices are looked at all the same, so that a wrong one is told.
func (d *dialect) nothing() source {
	return source{search: func(ctx context.Context, caller engine.User, search control.Search) iter.Seq2[index.Document, error] {
		return func(yield func(index.Document, error) bool) {
			for _, id := range search.Indices {
				if _, err := d.control.Scan(ctx, caller, id); err != nil {
					yield(index.Document{}, err)
					return
				}
			}
		}
	}}
}

// noGroups answers a facet of a collection that is not grouped.
func (d *dialect) noGroups(call *api.Call) error {
	search, err := searchOf(call.Parameters())
	if err != nil {
		return err
	}
	if _, err := d.nothing().total(call, search); err != nil {
		return err
	}
	return call.Answer(noGroupsObject{Aggregations: []struct{}{}})
}

type noGroupsObject struct {
	Took         int64      `json:"took" doc:"milliseconds"`
	Aggregations []struct{} `json:"aggregations" doc:"none"`
}

// listProducts answers for the shop of data sets, which an engine does not have.
func (d *dialect) listProducts(call *api.Call) error { return call.Answer([]struct{}{}) }
