package client

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// SearchRequest says what to look for. Documents come newest first, twenty at a time.
type SearchRequest struct {
	Query      string          // "*" is everything
	Indices    []engine.ScanID // empty: all the key's owner may read, the newest document of each URI
	Start      int             // how many to leave out, at most 9980; not of [Client.Count]
	Fields     []string        // dotted paths, each a whole subtree; empty: everything; not of [Client.Count]
	SourceType string          // "include" (the default) or "exclude" Fields
}

func (r SearchRequest) parameters() url.Values {
	parameters := url.Values{"q": {r.Query}}
	set(parameters, "indices", commaList(r.Indices))
	return parameters
}

// Search gives one page of documents.
func (c *Client) Search(ctx context.Context, r SearchRequest) ([]json.RawMessage, error) {
	parameters := r.parameters()
	parameters.Set("start", strconv.Itoa(r.Start))
	set(parameters, "fields", strings.Join(r.Fields, ","))
	set(parameters, "source_type", r.SourceType)
	var answer struct {
		Items []item `json:"items"`
	}
	if err := c.call(ctx, get("/api/responses/", parameters), &answer); err != nil {
		return nil, err
	}
	documents := make([]json.RawMessage, len(answer.Items))
	for i, item := range answer.Items {
		documents[i] = item.Data
	}
	return documents, nil
}

// item is one document of an answer.
type item struct {
	Data json.RawMessage `json:"data"`
}

// Count gives the exact number of documents that a search finds.
func (c *Client) Count(ctx context.Context, r SearchRequest) (int, error) {
	var answer struct {
		Count int `json:"count"`
	}
	err := c.call(ctx, get("/api/responses_count/", r.parameters()), &answer)
	return answer.Count, err
}

// Index describes the index of a scan.
type Index struct {
	ID        engine.ScanID `json:"id"` // that of the scan
	Name      string        `json:"name"`
	Count     int           `json:"count"` // documents
	State     string        `json:"state"` // "indexing" while the scan runs, then "full"
	StartedAt *time.Time    `json:"scan_started_dt"`
	EndedAt   *time.Time    `json:"scan_ended_dt"`
}

// Indices gives the indices that the key's owner may search, newest first: those of scans
// that have found something.
func (c *Client) Indices(ctx context.Context) (indices []Index, err error) {
	err = c.call(ctx, get("/api/indices/", nil), &indices)
	return indices, err
}
