package private_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestCertificates(t *testing.T) {
	r := hostRoom(t)
	for q, want := range map[string]int{
		"*": 2, "certificate.names:www.aa.example": 1, "certificate.fingerprint_sha256:bb": 1, "NOT+certificate.fingerprint_sha256:bb": 1, "certificate:*": 2,
		"port:443": 0, "NOT+port:443": 2, "www.aa.example": 1, "http.title:x": 0, "certificate.version:3+AND+NOT+host:x": 2, "certificate.version:4": 0,
	} {
		items := r.own("GET /api/certs/?q="+q, "").items()
		count := r.own("GET /api/certs_count/?q="+q, "").object()["count"]
		array := []any{}
		r.own("POST /api/certs/download/", fmt.Sprintf(`{"q":%q,"size":100}`, strings.ReplaceAll(q, "+", " "))).is(200).into(&array)
		if len(items) != want || count != float64(want) || len(array) != want {
			t.Errorf("%s: %d found, %v counted, %d downloaded, want %d", q, len(items), count, len(array), want)
		}
	}
	var newest struct {
		LastUpdated string `json:"last_updated"`
		Timestamp   string `json:"@timestamp"`
		Certificate struct {
			Serial string   `json:"serial_number"`
			Names  []string `json:"names"`
		} `json:"certificate"`
	}
	document := r.own("GET /api/certs/?q=*", "").items()[0]
	if err := json.Unmarshal(document, &newest); err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(document, &members); err != nil || len(members) != 3 {
		t.Errorf("members %v, %v", members, err)
	}
	if newest.Certificate.Names[0] != "www.bb.example" || newest.LastUpdated == "" || newest.Timestamp == "" || newest.Certificate.Serial != "12345678901234567890" {
		t.Errorf("newest %+v", newest)
	}
	if got := r.own("GET /api/certs/?q=*&start=1&fields=certificate.version", "").is(200).body; !strings.HasPrefix(got, `{"items":[{"data":{"certificate":{"version":3}}}],`) {
		t.Errorf("second page %s", got)
	}
	r.send("GET /api/certs/?q=*&indices=1", "", "X-API-Key: "+foreignKey).is(404)
	r.own("GET /api/certs/?q=(", "").fails(400, engine.Invalid, "q")
}

// TestDomains finds the names that scans have examined, as they were seen last.
func TestDomains(t *testing.T) {
	r := open(t)
	examined := func(name engine.Target, at int, mx string) engine.Response {
		response := engine.NewDomainResponse(name, time.Date(2026, 1, 2, 3, 4, at, 0, time.UTC))
		response.Blocks["dns"] = map[string]any{"a": []string{"192.0.2.1"}, "mx": []string{mx}, "zone": "example.com"}
		return response
	}
	r.done("older", []engine.Response{examined("example.com", 1, "old.example.com"), web("192.0.2.1", 80, "x", 1)}, nil)
	r.done("newer", []engine.Response{examined("example.com", 5, "mail.example.com"), examined("www.example.com", 5, "mail.example.com")}, nil)
	for q, want := range map[string]int{"*": 2, "domain:*.example.com": 1, "domain:example.com+AND+mx:mail.example.com": 1, "level:3": 1, "zone:com": 2, "a:192.0.2.1": 2, "host:example.com": 0} {
		items, count := r.own("GET /api/domains/?q="+q, "").items(), r.own("GET /api/domains_count/?q="+q, "").object()["count"]
		if len(items) != want || count != float64(want) {
			t.Errorf("%s: %d found, %v counted, want %d", q, len(items), count, want)
		}
	}
	array := []any{}
	r.own("POST /api/domains/download/", `{"q":"domain:*.example.com","size":100}`).is(200).into(&array)
	if len(array) != 1 {
		t.Errorf("downloaded %v", array)
	}
	r.send("GET /api/domains/?q=*&indices=1", "", "X-API-Key: "+foreignKey).is(404)
}

func TestEmptyCollections(t *testing.T) {
	r := hostRoom(t)
	for _, name := range []string{"domains", "whois_ip", "whois_domains"} {
		if got := r.own("GET /api/"+name+"/?q=*&start=20&indices=&fields=&source_type=include", "").is(200).body; !strings.HasPrefix(got, `{"items":[],"took":`) {
			t.Errorf("%s: %s", name, got)
		}
		if got := r.own("GET /api/"+name+"?q=domain:example.com", "").items(); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
		for request, want := range map[[2]string]string{
			{"GET /api/" + name + "_count/?q=*", ""}:                               "{\"count\":0}\n",
			{"POST /api/" + name + "/download/", `{"q":"*","size":5,"raw":true}`}:  "",
			{"POST /api/" + name + "/download/", `{"q":"*","size":"5"}`}:           "[]\n",
			{"GET /api/" + name + "_facet/?q=*&facets=domain&size=5&indices=", ""}: "{\"took\":0,\"aggregations\":[]}\n",
			{"GET /api/mapping/" + name + "/", ""}:                                 "[]\n", {"GET /api/mapping/" + name + "/facet", ""}: "[]\n",
		} {
			if got := r.own(request[0], request[1]).is(200).body; got != want {
				t.Errorf("%s: %q, want %q", request[0], got, want)
			}
		}
		r.own("GET /api/"+name+"/?q=(", "").fails(400, engine.Invalid, "q")
		r.own("GET /api/"+name+"/", "").fails(400, engine.Invalid, "q")
		for _, operation := range []string{"/?", "_count/?", "_facet/?facets=domain&"} {
			r.own("GET /api/"+name+operation+"q=*&indices=999", "").fails(404, engine.NotFound, "id")
		}
	}
	if got := r.own("GET /api/datastore/products/", "").is(200).body; got != "[]\n" {
		t.Errorf("products: %s", got)
	}
}

// TestWhatAnEngineHasNot is answered as an error that clients can read.
func TestWhatAnEngineHasNot(t *testing.T) {
	r := open(t)
	for _, line := range []string{
		"GET /api/datastore/products/7/", "GET /api/datastore/get_dataset_link/7/", "POST /api/discovery/node_count/", "POST /api/discovery/node_result/",
		"POST /api/discovery/group_of_nodes_count/", "POST /api/discovery/group_of_nodes_result/", "GET /api/discovery/status/abc/",
	} {
		r.own(line, "").fails(404, engine.Invalid, "")
	}
}

func TestMapping(t *testing.T) {
	r := open(t)
	types := func(path string) map[string]string {
		var fields []struct{ Field, Type string }
		r.own("GET "+path, "").is(200).into(&fields)
		named := map[string]string{}
		for _, f := range fields {
			named[f.Field] = f.Type
		}
		return named
	}
	all := types("/api/mapping/responses/")
	for field, want := range map[string]string{"port": "INTEGER", "ip": "IP", "http.title": "TEXT", "uri": "KEYWORD", "scan_date": "DATE", "http": "OBJECT", "http.favicon.image": "BINARY"} {
		if all[field] != want {
			t.Errorf("%s is %q, want %q", field, all[field], want)
		}
	}
	facets := types("/api/mapping/responses/facet/")
	if facets["port"] != "INTEGER" || facets["http"] != "" || facets["http.favicon.image"] != "" {
		t.Errorf("facets %v", facets)
	}
	certificates := types("/api/mapping/certs")
	if certificates["certificate.names"] != "KEYWORD" || certificates["port"] != "" || certificates["last_updated"] != "DATE" {
		t.Errorf("certificates %v", certificates)
	}
}
