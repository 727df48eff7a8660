package private

import (
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func (d *dialect) responseRoutes() []api.Route {
	const chapter = "Responses"
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/responses/", Handle: d.searchIn(d.responses()), Success: http.StatusOK,
			ID: "searchResponses", Chapter: chapter, Summary: "Search responses",
			Doc:        "Answers 20 documents, the newest first, and an empty page after the last. How many there are says the count.",
			Parameters: pageArguments(), Answer: searchObject{}, Refuses: []engine.Kind{engine.NotFound, engine.Limit}, Sized: true,
		},
		{
			Method: http.MethodGet, Path: "/api/responses_count/", Handle: countIn(d.responses()), Success: http.StatusOK,
			ID: "countResponses", Chapter: chapter, Summary: "Count responses", Doc: "The number is exact.",
			Parameters: searchArguments(), Answer: countObject{}, Refuses: []engine.Kind{engine.NotFound, engine.Limit},
		},
		{
			Method: http.MethodPost, Path: "/api/responses/download/", Handle: d.downloadFrom(d.responses()), Scope: engine.KeyRead, Success: http.StatusOK,
			ID: "downloadResponses", Chapter: chapter, Summary: "Download responses",
			Doc: "The answer is a stream, and not whole if it is cut off. With raw it is no array but one item a line. " +
				"The order stays the same while no scan is running and none is deleted, so whoever has n documents asks for the others with start n.",
			Body: downloadArguments(), Answer: []item{}, Formats: downloadFormats(), Refuses: []engine.Kind{engine.NotFound, engine.Limit}, Sized: true,
		},
		{
			Method: http.MethodGet, Path: "/api/responses_facet/", Handle: d.facetResponses("facets"), Success: http.StatusOK,
			ID: "facetResponses", Chapter: chapter, Summary: "Group responses by fields",
			Doc: "Counts documents by their value of a field, or by their values of several; the most frequent come first. " +
				"A document with several values is in several groups. A field that no document has gives no groups.",
			Parameters: append(searchArguments(), facetArguments("facets")...), Answer: facetObject{}, Refuses: []engine.Kind{engine.NotFound, engine.Limit},
		},
		{
			Method: http.MethodGet, Path: "/api/stat/", Handle: d.facetResponses("fields"), Success: http.StatusOK,
			ID: "statResponses", Chapter: chapter, Summary: "Group responses by fields, as older clients ask",
			Doc: "The same as responses_facet, under the names it had before.",
			Parameters: append(append(searchArguments(), facetArguments("fields")...),
				api.Argument{Name: "index_type", Kind: api.Text, Doc: "responses are all that can be grouped", Words: []string{"responses"}}),
			Answer: facetObject{}, Refuses: []engine.Kind{engine.NotFound, engine.Limit},
		},
		{
			Method: http.MethodGet, Path: "/api/responses_summary/", Handle: d.summarizeResponses, Success: http.StatusOK,
			ID: "summarizeResponses", Chapter: chapter, Summary: "Sum up responses",
			Doc:        "Counts them, and groups them by the fields that are asked for most, as responses_facet does.",
			Parameters: searchArguments(), Answer: overviewObject{}, Refuses: []engine.Kind{engine.NotFound, engine.Limit},
		},
		{
			Method: http.MethodGet, Path: "/api/indices/", Handle: d.listIndices, Success: http.StatusOK,
			ID: "listIndices", Chapter: chapter, Summary: "List indices",
			Doc:    "One for each scan that has found something. is_default says that a search without indices covers it.",
			Answer: []indexObject{},
		},
	}
}

// searchArguments are what search, count and download have in common.
func searchArguments() []api.Argument {
	return []api.Argument{
		{Name: "q", Kind: api.Text, Required: true, Doc: "the query; * finds everything", Example: "port:443"},
		{Name: "indices", Kind: api.IDs, Doc: "which indices; all the caller may read if not given", Example: []int{7}},
	}
}

// fieldArguments choose what of a document is answered.
func fieldArguments() []api.Argument {
	return []api.Argument{
		{Name: "fields", Kind: api.List, Doc: "dotted paths, each a whole subtree; everything if not given, or *", Example: []string{"uri", "http.title"}},
		{Name: "source_type", Kind: api.Text, Doc: "whether fields are those that are answered, or left out", Words: []string{"include", "exclude"}},
	}
}

// facetArguments choose groups; name is what the fields are called.
func facetArguments(name string) []api.Argument {
	return []api.Argument{
		{Name: name, Kind: api.List, Required: true, Doc: "the fields to group by, at most 8", Example: []string{"port"}},
		{Name: "size", Kind: api.Number, Min: 1, Max: maxGroups, Doc: "how many groups at most; 100 if not given"},
	}
}
