// Package contest measures Portolan's index beside Bleve: the same documents,
// the same questions, each step in a process of its own. Begin with [Run];
// measure.go is the list of what is measured and which bars hold.
//
// It is for people who work on the index. What it says about speed holds for
// the machine it ran on; ratios between the two hold in general.
package contest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/index/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
	"github.com/portolan-io/terraform-provider-portolan/tools/search/peer"
)

// contestant is an index that is measured.
type contestant interface {
	// Add commits one report.
	Add(ctx context.Context, responses []engine.Response) error
	Count(ctx context.Context, q *query.Query) (int, error)
	// First gives the names of the first n documents, newest first.
	First(ctx context.Context, q *query.Query, n int) ([]string, error)
	// Facet counts the commonest values of a field.
	Facet(ctx context.Context, q *query.Query, field string, size int) (map[string]int, error)
	// Download writes at most so many documents and says how many.
	Download(ctx context.Context, out io.Writer, most int) (int, error)
	Close() error
}

// The contestants.
const (
	Portolan = "portolan"
	Bleve    = "bleve"
)

// create makes an empty index below a folder, open opens it again.
func create(ctx context.Context, name, dir string) (contestant, error) {
	if name == Bleve {
		ix, err := peer.Create(filepath.Join(dir, "index"), peer.Options{})
		return bleveIndex{ix}, err
	}
	shelf, err := sqlite.Open(dir)
	if err != nil {
		return nil, err
	}
	ix, err := shelf.Create(ctx, scan)
	return portolanIndex{shelf, ix}, err
}

func open(ctx context.Context, name, dir string) (contestant, error) {
	if name == Bleve {
		ix, err := peer.Open(filepath.Join(dir, "index"), peer.Options{})
		return bleveIndex{ix}, err
	}
	shelf, err := sqlite.Open(dir)
	if err != nil {
		return nil, err
	}
	ix, err := shelf.Open(ctx, scan)
	return portolanIndex{shelf, ix}, err
}

// scan is the one scan whose index is measured.
const scan engine.ScanID = 1

// portolanIndex is the index as control uses it.
type portolanIndex struct {
	shelf index.Shelf
	index.Index
}

// Close implements contestant.
func (p portolanIndex) Close() error { return p.shelf.Close() }

// Add implements contestant.
func (p portolanIndex) Add(ctx context.Context, responses []engine.Response) error {
	return p.Append(ctx, engine.Report{ScanID: scan, Responses: responses})
}

// First implements contestant.
func (p portolanIndex) First(ctx context.Context, q *query.Query, n int) ([]string, error) {
	var names []string
	for d, err := range p.Search(ctx, q, 0) {
		if err != nil {
			return nil, err
		}
		name, err := nameOf(d)
		if err != nil {
			return nil, err
		}
		if names = append(names, name); len(names) == n {
			break
		}
	}
	return names, nil
}

// nameOf gives the name of a document, by which the contestants are compared.
func nameOf(d index.Document) (string, error) {
	var r engine.Response
	if err := json.Unmarshal(d.Data, &r); err != nil {
		return "", fmt.Errorf("decode: %w", err)
	}
	return r.Key(), nil
}

// Facet implements contestant.
func (p portolanIndex) Facet(ctx context.Context, q *query.Query, field string, size int) (map[string]int, error) {
	buckets, err := p.Index.Facet(ctx, q, []string{field}, size)
	values := map[string]int{}
	for _, b := range buckets {
		values[fmt.Sprint(b.Key[0])] = b.Count
	}
	return values, err
}

// Download implements contestant.
func (p portolanIndex) Download(ctx context.Context, out io.Writer, most int) (n int, err error) {
	for d, err := range p.Documents(ctx, &query.Query{Root: &query.All{}}, 0) {
		if err != nil || n == most {
			return n, err
		}
		if _, err := out.Write(append(d.Data, '\n')); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// bleveIndex is Bleve with the same documents.
type bleveIndex struct{ *peer.Index }

// Add implements contestant.
func (b bleveIndex) Add(_ context.Context, responses []engine.Response) error {
	documents := make([]peer.Document, 0, len(responses))
	for i := range responses {
		data, err := json.Marshal(responses[i])
		if err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		documents = append(documents, peer.Document{Name: responses[i].Key(), JSON: data})
	}
	return b.Index.Add(documents)
}

// Download implements contestant.
func (b bleveIndex) Download(_ context.Context, out io.Writer, most int) (int, error) {
	return b.Index.Download(out, most)
}

// top gives a facet in words, for comparing.
func top(values map[string]int) []string {
	var lines []string
	for _, value := range slices.Sorted(maps.Keys(values)) {
		lines = append(lines, fmt.Sprintf("%s %d", value, values[value]))
	}
	return lines
}
