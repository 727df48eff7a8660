package private

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/query"
)

// fieldObject is one line of a mapping.
type fieldObject struct {
	Field string     `json:"field" doc:"a dotted path; * stands for every name"`
	Type  query.Type `json:"type" doc:"how its values are compared"`
}

// mappingRoutes tell which fields documents have, for each collection.
func (d *dialect) mappingRoutes() []api.Route {
	var routes []api.Route
	for _, c := range []struct {
		path, id string
		fields   func(string) bool
	}{
		{"responses", "Responses", func(string) bool { return true }}, {"certs", "Certificates", ofCertificates},
		{"domains", "Domains", none}, {"whois_ip", "WhoisIP", none}, {"whois_domains", "WhoisDomains", none},
	} {
		routes = append(routes, mappingRoute(c.path, "get"+c.id+"Mapping", "", c.fields))
		routes = append(routes, mappingRoute(c.path, "get"+c.id+"Facets", "facet/", func(field string) bool {
			t, _ := query.Mapped(field)
			return c.fields(field) && groups(t)
		}))
	}
	return routes
}

func mappingRoute(path, id, below string, wanted func(field string) bool) api.Route {
	doc := "Fields that a query may ask for. A field that is not listed is searched by its name and values."
	if below != "" {
		doc = "Fields that a facet may group by."
	}
	return api.Route{
		Method: http.MethodGet, Path: "/api/mapping/" + path + "/" + below, Success: http.StatusOK,
		ID: id, Chapter: "Mapping", Summary: "List fields of " + path, Doc: doc, Answer: []fieldObject{},
		Handle: func(call *api.Call) error { return call.Answer(mapping(wanted)) },
	}
}

// mapping lists fields by name.
func mapping(wanted func(field string) bool) []fieldObject {
	types := query.Mapping()
	fields := []fieldObject{}
	for _, field := range slices.Sorted(maps.Keys(types)) {
		if wanted(field) {
			fields = append(fields, fieldObject{Field: field, Type: types[field]})
		}
	}
	return fields
}

// groups says whether values of a type make groups.
func groups(t query.Type) bool {
	return t != query.TypeBinary && t != query.TypeObject && t != ""
}

func ofCertificates(field string) bool {
	return field == "certificate" || strings.HasPrefix(field, "certificate.") || field == "last_updated" || field == "@timestamp"
}

func none(string) bool { return false }
