package contest

// pageSize is how many documents the first page has, as the API's.
const pageSize = 20

// questions are what is asked of an index, one of each kind that people ask.
func questions() []string {
	return []string{
		"host:*.example.com",
		"http.status_code:[400 TO 499]",
		"ip:10.0.0.0/8",
		"host:*.example.com AND http.status_code:[400 TO 499] AND ip:10.0.0.0/8 AND NOT tag.name:nginx",
		`http.title:"gitlab jenkins"`,
		"tag.name:(nginx OR apache) AND port:443",
		`certificate.issuer.common_name:"GTS CA" AND certificate.validity.end:[* TO 2025-06-01]`,
		"cve.base_score:>9",
		`host:/gw-77[0-9]*\..*/`,
		"http.headers.server:nginx*",
		"http.body:(welcome AND login NOT admin)",
		"host:*mail*",
	}
}

// facet is a field whose values are counted among what a query finds.
type facet struct{ Query, Field string }

// String says the facet in words.
func (f facet) String() string { return f.Field + " of " + f.Query }

const facetSize = 10

func facets() []facet {
	return []facet{
		{"*", "tag.name"},
		{"*", "geo.country"},
		{"http.status_code:[400 TO 499]", "tag.name"},
		{"ip:10.0.0.0/8", "geo.country"},
	}
}
