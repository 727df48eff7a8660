package private

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// Limits of a search (contract part 2.2).
const (
	pageSize = 20
	maxStart = 9980
	// maxQuery is the longest query in bytes: forty times the longest one known to
	// be in use.
	maxQuery = 64 << 10
	// maxIndices is how many indices may be named: each is looked up.
	maxIndices = 10_000
)

// item is one document of an answer.
type item struct {
	Data json.RawMessage `json:"data"`
}

// searchObject is a page of documents. It has no total; that is what count is for.
type searchObject struct {
	Items     []item `json:"items"`
	Took      int64  `json:"took" doc:"milliseconds"`
	Timestamp int64  `json:"timestamp" doc:"Unix time"`
}

type countObject struct {
	Count int `json:"count"`
}

// searchIn answers a page of a collection.
func (d *dialect) searchIn(from source) api.Handler {
	return func(call *api.Call) error { return d.searchPage(call, from) }
}

func (d *dialect) searchPage(call *api.Call, from source) error {
	began := time.Now()
	parameters := call.Parameters()
	search, err := searchOf(parameters)
	if err != nil {
		return err
	}
	if search.Offset, err = startOf(parameters); err != nil {
		return err
	}
	fields, err := selectionOf(parameters)
	if err != nil {
		return err
	}
	answer := searchObject{Items: []item{}, Timestamp: began.Unix()}
	for document, err := range from.search(call.Context(), call.Caller, search) {
		if err != nil {
			return err
		}
		data, err := fields.apply(document.Data)
		if err != nil {
			return err
		}
		if answer.Items = append(answer.Items, item{data}); len(answer.Items) == pageSize {
			break
		}
	}
	answer.Took = time.Since(began).Milliseconds()
	return call.Answer(answer)
}

// countIn answers how many documents of a collection match.
func countIn(from source) api.Handler {
	return func(call *api.Call) error {
		search, err := searchOf(call.Parameters())
		if err != nil {
			return err
		}
		count, err := from.total(call, search)
		if err != nil {
			return err
		}
		return call.Answer(countObject{count})
	}
}

// searchOf reads what search, count and download have in common.
func searchOf(args api.Arguments) (search control.Search, err error) {
	text, err := args.Text("q")
	if err != nil {
		return search, err
	}
	if search.Query, err = parseQuery(text); err != nil {
		return search, err
	}
	search.Indices, err = args.ScanIDs("indices")
	if n := len(search.Indices); n > maxIndices {
		return search, tooMany("indices", n, maxIndices, "leave indices out to search all of them")
	}
	return search, err
}

func parseQuery(text string) (*query.Query, error) {
	switch {
	case text == "":
		return nil, missing("q", "write a query such as port:443; * finds everything")
	case len(text) > maxQuery:
		return nil, invalid("q", fmt.Sprintf("the query has %d bytes, at most %d are taken", len(text), maxQuery), "ask in several queries")
	}
	q, err := query.Parse(text)
	var syntax *query.SyntaxError
	if errors.As(err, &syntax) {
		return nil, &engine.Error{
			Kind: engine.Invalid, Title: "Query is not valid", Field: "q", Err: err,
			Detail: fmt.Sprintf("query, column %d: %s", syntax.Column, syntax.Message), Hint: syntax.Hint,
		}
	}
	return q, err
}

func startOf(parameters api.Arguments) (int, error) {
	start, _, err := parameters.Int("start")
	if err != nil {
		return 0, err
	}
	if start < 0 || start > maxStart {
		return 0, invalid("start", fmt.Sprintf("start is %d, outside of 0 to %d", start, maxStart), "download what lies further, or narrow the query")
	}
	return int(start), nil
}
