package client

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// FacetRequest says which documents to count, and by what.
type FacetRequest struct {
	Query   string          // "*" is everything
	Indices []engine.ScanID // empty: all the key's owner may read, the newest document of each URI
	Fields  []string        // dotted paths, at most 8
	Size    int             // how many groups at most, up to 1000; 0 is 100
}

// Group is how many documents have the same values.
type Group struct {
	Key       []any  `json:"key"` // one for each field: a string, float64 or bool
	Text      string `json:"key_as_string"`
	Documents int    `json:"doc_count"`
}

// Facet counts documents by their values of fields, the largest groups first.
func (c *Client) Facet(ctx context.Context, r FacetRequest) ([]Group, error) {
	parameters := url.Values{"q": {r.Query}, "facets": {strings.Join(r.Fields, ",")}}
	set(parameters, "indices", commaList(r.Indices))
	if r.Size != 0 {
		parameters.Set("size", strconv.Itoa(r.Size))
	}
	var answer struct {
		Groups []Group `json:"aggregations"`
	}
	err := c.call(ctx, get("/api/responses_facet/", parameters), &answer)
	return answer.Groups, err
}
