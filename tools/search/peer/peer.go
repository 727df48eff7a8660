// Package peer is Bleve, asked what Portolan's index is asked. Begin with
// [Create]; translate.go turns a query of engine/query into Bleve's.
//
// The types of fields are Portolan's, since both have to search the same
// fields in the same way; how text is cut into words, how an index is kept and
// how it is searched are Bleve's own. It is no index of the product.
package peer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	api "github.com/blevesearch/bleve_index_api"

	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Options say what an index holds besides the values of fields.
type Options struct {
	// Exact keeps the exact form of TEXT too, under FIELD.keyword, and the paths
	// that exist, for _exists_.
	Exact bool
}

// Index is one of Bleve's.
type Index struct {
	bleve    bleve.Index
	options  Options
	analyzer analysis.Analyzer
}

// Document is a document under a name that is its own.
type Document struct {
	Name string
	JSON json.RawMessage // an object
}

// Create makes an index in a folder that does not exist; "" keeps it in memory.
func Create(folder string, o Options) (*Index, error) {
	if folder == "" {
		ix, err := bleve.NewMemOnly(bleve.NewIndexMapping())
		return newIndex(ix, o), err
	}
	ix, err := bleve.New(folder, bleve.NewIndexMapping())
	return newIndex(ix, o), err
}

// Open opens an index for reading. It waits a second for who has it open.
func Open(folder string, o Options) (*Index, error) {
	ix, err := bleve.OpenUsing(folder, map[string]any{"read_only": true, "bolt_timeout": "1s"})
	return newIndex(ix, o), err
}

func newIndex(ix bleve.Index, o Options) *Index {
	analyzer := &analysis.DefaultAnalyzer{
		Tokenizer:    unicode.NewUnicodeTokenizer(),
		TokenFilters: []analysis.TokenFilter{lowercase.NewLowerCaseFilter()},
	}
	return &Index{bleve: ix, options: o, analyzer: analyzer}
}

// Close closes the index.
func (ix *Index) Close() error { return ix.bleve.Close() }

// Add indexes documents in one batch.
func (ix *Index) Add(documents []Document) error {
	batch := ix.bleve.NewBatch()
	for _, d := range documents {
		prepared, err := ix.document(d)
		if err != nil {
			return fmt.Errorf("document %s: %w", d.Name, err)
		}
		if err := batch.IndexAdvanced(prepared); err != nil {
			return err
		}
	}
	return ix.bleve.Batch(batch)
}

// Count is the exact number of documents a query finds.
func (ix *Index) Count(ctx context.Context, q *query.Query) (int, error) {
	result, err := ix.search(ctx, q, 0, nil)
	if err != nil {
		return 0, err
	}
	return int(result.Total), nil
}

// First gives the names of the first n documents a query finds, newest first.
func (ix *Index) First(ctx context.Context, q *query.Query, n int) ([]string, error) {
	result, err := ix.search(ctx, q, n, nil)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, n)
	for _, hit := range result.Hits {
		names = append(names, hit.ID)
	}
	return names, nil
}

// Facet counts the commonest values of a field among the documents a query finds.
func (ix *Index) Facet(ctx context.Context, q *query.Query, field string, size int) (map[string]int, error) {
	result, err := ix.search(ctx, q, 0, bleve.FacetsRequest{field: bleve.NewFacetRequest(field+whole, size)})
	if err != nil {
		return nil, err
	}
	values := map[string]int{}
	for _, term := range result.Facets[field].Terms.Terms() {
		values[term.Term] = term.Count
	}
	return values, nil
}

func (ix *Index) search(ctx context.Context, q *query.Query, size int, facets bleve.FacetsRequest) (*bleve.SearchResult, error) {
	translated, err := ix.translate(q)
	if err != nil {
		return nil, err
	}
	request := bleve.NewSearchRequestOptions(translated, size, 0, false)
	request.Score = "none"
	request.SortBy([]string{"-last_updated" + date, "uri" + whole})
	request.Facets = facets
	return ix.bleve.SearchInContext(ctx, request)
}

// Download writes every document and a line end after each, in no order. It
// goes below Bleve's searches, which are slower, and counts what it wrote.
func (ix *Index) Download(out io.Writer, most int) (n int, err error) {
	internal, err := ix.bleve.Advanced()
	if err != nil {
		return 0, err
	}
	reader, err := internal.Reader()
	if err != nil {
		return 0, err
	}
	defer func() { _ = reader.Close() }()
	ids, err := reader.DocIDReaderAll()
	if err != nil {
		return 0, err
	}
	defer func() { _ = ids.Close() }()
	for ; n < most; n++ {
		id, err := ids.Next()
		if err != nil || id == nil {
			return n, err
		}
		if err := writeSource(out, reader, id); err != nil {
			return n, err
		}
	}
	return n, nil
}

func writeSource(out io.Writer, reader api.IndexReader, id api.IndexInternalID) error {
	name, err := reader.ExternalID(id)
	if err != nil {
		return err
	}
	stored, err := reader.Document(name)
	if err != nil {
		return err
	}
	stored.VisitFields(func(f api.Field) {
		if f.Name() == source && err == nil {
			_, err = fmt.Fprintf(out, "%s\n", f.Value())
		}
	})
	return err
}
