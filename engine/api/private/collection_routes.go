package private

import (
	"net/http"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// certificateRoutes are of the certificates that scanned services have shown.
func (d *dialect) certificateRoutes() []api.Route {
	return collectionRoutes(d, collection{
		path: "certs", id: "Certificates", noun: "certificates", class: api.Certificates, from: d.certificates(),
		doc: "Those that scanned services have shown, each once. A document is {last_updated, @timestamp, certificate}.",
	})
}

// emptyRoutes are of collections that an engine has no documents of, or few: clients of the
// public service find them as they know them.
func (d *dialect) emptyRoutes() []api.Route {
	const chapter = "Other collections"
	routes := []api.Route{{
		Method: http.MethodGet, Path: "/api/datastore/products/", Handle: d.listProducts, Success: http.StatusOK,
		ID: "listProducts", Chapter: chapter, Summary: "List data sets for sale", Doc: "An engine has none.", Answer: []struct{}{},
	}}
	const none = "An engine has none: it knows what it has scanned."
	for _, c := range []collection{
		{path: "domains", id: "Domains", from: d.domains(), doc: "Names that scans have examined, each once. A document is {domain, a, aaaa, cname, mx, ns, txt, zone, level, last_updated, @timestamp}; it is never grouped."},
		{path: "whois_ip", id: "WhoisIP", from: d.nothing(), doc: none}, {path: "whois_domains", id: "WhoisDomains", from: d.nothing(), doc: none},
	} {
		c.noun = c.path
		routes = append(append(routes, collectionRoutes(d, c)...), api.Route{
			Method: http.MethodGet, Path: "/api/" + c.path + "_facet/", Handle: d.noGroups, Success: http.StatusOK,
			ID: "facet" + c.id, Chapter: chapter, Summary: "Group " + c.noun + " by fields", Doc: c.doc,
			Parameters: append(searchArguments(),
				api.Argument{Name: "facets", Kind: api.List, Doc: "the fields"},
				api.Argument{Name: "size", Kind: api.Number, Doc: "how many groups"}),
			Answer: noGroupsObject{}, Refuses: []engine.Kind{engine.NotFound},
		})
	}
	return routes
}

// collection is a set of documents beside the responses.
type collection struct {
	path, id, noun, doc string
	class               api.Class
	from                source
}

func collectionRoutes(d *dialect, c collection) []api.Route {
	const chapter = "Other collections"
	refuses := []engine.Kind{engine.NotFound, engine.Limit}
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/" + c.path + "/", Handle: d.searchIn(c.from), Success: http.StatusOK, Class: c.class,
			ID: "search" + c.id, Chapter: chapter, Summary: "Search " + c.noun, Doc: c.doc,
			Parameters: pageArguments(), Answer: searchObject{}, Refuses: refuses, Sized: true,
		},
		{
			Method: http.MethodGet, Path: "/api/" + c.path + "_count/", Handle: countIn(c.from), Success: http.StatusOK, Class: c.class,
			ID: "count" + c.id, Chapter: chapter, Summary: "Count " + c.noun, Doc: c.doc,
			Parameters: searchArguments(), Answer: countObject{}, Refuses: refuses,
		},
		{
			Method: http.MethodPost, Path: "/api/" + c.path + "/download/", Handle: d.downloadFrom(c.from), Scope: engine.KeyRead, Success: http.StatusOK,
			ID: "download" + c.id, Chapter: chapter, Summary: "Download " + c.noun, Doc: c.doc,
			Body: downloadArguments(), Answer: []item{}, Formats: downloadFormats(), Refuses: refuses, Sized: true,
		},
	}
}

// pageArguments are those of a page of documents.
func pageArguments() []api.Argument {
	return slices.Concat(searchArguments(), fieldArguments(), []api.Argument{
		{Name: "start", Kind: api.Number, Max: maxStart, Doc: "how many are passed over first"},
	})
}

func downloadArguments() []api.Argument {
	return slices.Concat(searchArguments(), fieldArguments(), []api.Argument{
		{Name: "size", Kind: api.Number, Doc: "how many at most; all if not given"},
		{Name: "start", Kind: api.Number, Doc: "how many are passed over first: as many as a download that broke off has brought"},
		{Name: "type", Kind: api.Text, Doc: "the format", Words: []string{"json", "csv"}},
		{Name: "raw", Kind: api.Flag, Doc: "one item a line instead of an array"},
	})
}

func downloadFormats() []api.Format {
	return []api.Format{{Type: "text/csv", Doc: "with type csv: a row of field names, then a row for each document"}}
}
