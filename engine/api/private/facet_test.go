package private_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestFacets(t *testing.T) {
	r := open(t)
	old := append(webs(5), web("192.0.2.1", 80, "a", 3), web("192.0.2.2", 80, "b", 3))
	r.done("old", old, nil)
	r.done("new", []engine.Response{web("192.0.2.1", 80, "newer", 9), web("192.0.2.3", 22, "c", 3)}, nil)
	for query, want := range map[string]string{
		"responses_facet/?q=*&facets=port&size=2":                           `{"key":[80],"key_as_string":"80","doc_count":2},{"key":[22],"key_as_string":"22","doc_count":1}`,
		"responses_facet/?q=http.title:a&facets=port":                       ``,
		"responses_facet/?q=*&facets=port,prot7&size=1":                     `{"key":[80,"http"],"key_as_string":"80,http","doc_count":2}`,
		"responses_facet/?q=*&facets=ip&indices=2,2":                        `{"key":["192.0.2.1"],"key_as_string":"192.0.2.1","doc_count":1},{"key":["192.0.2.3"],"key_as_string":"192.0.2.3","doc_count":1}`,
		"responses_facet/?q=*&facets=tag.name&indices=1":                    `{"key":["nginx"],"key_as_string":"nginx","doc_count":7},{"key":["php"],"key_as_string":"php","doc_count":7}`,
		"responses_facet/?q=*&facets=nosuchfield":                           ``,
		"stat/?q=*&fields=prot7&size=3&index_type=responses&indices=":       `{"key":["http"],"key_as_string":"http","doc_count":8}`,
		"stat/?q=port:22&fields=http.status_code,host&index_type=responses": `{"key":[200,"192.0.2.3"],"key_as_string":"200,192.0.2.3","doc_count":1}`,
	} {
		got := r.own("GET /api/"+query, "").is(200).body
		_, got, _ = strings.Cut(strings.TrimSpace(got), ",")
		if got != `"aggregations":[`+want+`]}` {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for query, field := range map[string]string{
		"responses_facet/?q=*":                          "facets",
		"responses_facet/?facets=port":                  "q",
		"responses_facet/?q=*&facets=port&size=0":       "size",
		"responses_facet/?q=*&facets=port&size=1001":    "size",
		"responses_facet/?q=*&facets=a,b,c,d,e,f,g,h,i": "facets",
		"stat/?q=*&fields=port&index_type=certs":        "index_type",
		"stat/?q=*":                                     "fields",
	} {
		r.own("GET /api/"+query, "").fails(400, engine.Invalid, field)
	}
	r.send("GET /api/responses_facet/?q=*&facets=port&indices=1", "", "X-API-Key: "+foreignKey).is(404)
	if got := r.send("GET /api/responses_facet/?q=*&facets=port", "", "X-API-Key: "+foreignKey).is(200).body; !strings.Contains(got, `"aggregations":[]`) {
		t.Errorf("a stranger sees %s", got)
	}
}

// TestANewerDocumentHidesAnOlderOne though only the older one matches.
func TestANewerDocumentHidesAnOlderOne(t *testing.T) {
	r := open(t)
	r.done("old", []engine.Response{web("192.0.2.1", 80, "jenkins", 1)}, nil)
	r.done("new", []engine.Response{web("192.0.2.1", 80, "grafana", 2)}, nil)
	for query, want := range map[string]float64{
		"q=http.title:jenkins": 0, "q=http.title:grafana": 1, "q=*": 1, "q=http.title:jenkins&indices=1": 1, "q=http.title:jenkins&indices=2,1,2": 0,
	} {
		if got := r.own("GET /api/responses_count/?"+query, "").object()["count"]; got != want {
			t.Errorf("%s: %v counted, want %v", query, got, want)
		}
		if got := r.own("GET /api/responses/?"+query, "").items(); float64(len(got)) != want {
			t.Errorf("%s: %d found, want %v", query, len(got), want)
		}
	}
}

func TestSummary(t *testing.T) {
	r := open(t)
	r.done("old", append(webs(12), web("192.0.2.1", 80, "hidden", 3)), nil)
	r.done("new", []engine.Response{web("192.0.2.1", 80, "Page 1", 9)}, nil)
	var summary struct {
		Took, Count int
		Facets      []struct {
			Field        string
			Aggregations []struct {
				Key       []any
				Word      string `json:"key_as_string"`
				Documents int    `json:"doc_count"`
			}
		}
	}
	r.own("GET /api/responses_summary?q=prot7:http&indices=", "").is(200).into(&summary)
	if summary.Count != 13 {
		t.Errorf("count %d", summary.Count)
	}
	got := map[string]string{}
	for _, facet := range summary.Facets {
		got[facet.Field] = fmt.Sprint(facet.Aggregations)
		if n := len(facet.Aggregations); n > 10 || facet.Aggregations == nil {
			t.Errorf("%d groups of %s", n, facet.Field)
		}
	}
	for field, want := range map[string]string{
		"protocol": "[{[http] http 13}]", "cve.severity": "[]", "tag.name": "[{[nginx] nginx 13} {[php] php 13}]", "http.status_code": "[{[200] 200 13}]", "geo.country": "[]",
	} {
		if got[field] != want {
			t.Errorf("%s: %s, want %s", field, got[field], want)
		}
	}
	if titles := got["http.title"]; len(got) != 10 || !strings.HasPrefix(titles, "[{[Page 1] Page 1 2} {[Page 0] Page 0 1}") {
		t.Errorf("%d facets, titles %s", len(got), titles)
	}
	r.own("GET /api/responses_summary/?q=(", "").fails(400, engine.Invalid, "q")
	r.own("GET /api/responses_summary/?q=*&indices=9", "").fails(404, engine.NotFound, "id")
	r.send("GET /api/responses_summary/?q=*&indices=1", "", "X-API-Key: "+foreignKey).is(404)
}
