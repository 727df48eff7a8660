package elasticsearch_test

import (
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/elasticsearch"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

// page is an answer of JSON with further lines of head.
func page(status, head, body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 %s\r\n%scontent-type: application/json; charset=UTF-8\r\ncontent-length: %d\r\n\r\n%s", status, head, len(body), body)
}

const (
	elastic7 = `{
  "name" : "node-1",
  "cluster_name" : "docker-cluster",
  "cluster_uuid" : "gm1Ub0u4T2OVBkUC0SxxxQ",
  "version" : {
    "number" : "7.17.9",
    "build_flavor" : "default",
    "build_type" : "docker",
    "build_hash" : "ef48222227ee6b9e70e502f0f0daa52435ee634d",
    "build_snapshot" : false,
    "lucene_version" : "8.11.1",
    "minimum_wire_compatibility_version" : "6.8.0"
  },
  "tagline" : "You Know, for Search"
}
`
	openSearch = `{"name":"os1","cluster_name":"opensearch","cluster_uuid":"u","version":{"distribution":"opensearch","number":"2.11.0","build_type":"tar","lucene_version":"9.7.0"},"tagline":"The OpenSearch Project: https://opensearch.org/"}`
	refusal    = `{"error":{"root_cause":[{"type":"security_exception","reason":"missing authentication credentials for REST request [/]"}],"type":"security_exception","reason":"missing authentication credentials for REST request [/]"},"status":401}`
	indices    = `[{"health":"yellow","status":"open","index":"customers","docs.count":"3"},{"health":"green","status":"open","index":".kibana"}]`
	list       = "/_cat/indices?format=json"
)

func TestRecorded(t *testing.T) {
	for name, tt := range map[string]struct {
		pages   map[string][]byte
		want    elasticsearch.Block
		product string
	}{
		"open": {
			map[string][]byte{"/": page("200 OK", "X-elastic-product: Elasticsearch\r\n", elastic7), list: page("200 OK", "", indices)},
			elasticsearch.Block{Distribution: "elasticsearch", Version: "7.17.9", Flavor: "default", Lucene: "8.11.1", NodeName: "node-1", ClusterName: "docker-cluster", ClusterUUID: "gm1Ub0u4T2OVBkUC0SxxxQ", Readable: true, Indices: 2},
			"cpe:2.3:a:elastic:elasticsearch:7.17.9:*:*:*:*:*:*:*",
		},
		"main page only": {
			map[string][]byte{"/": page("200 OK", "", openSearch), list: page("403 Forbidden", "", `{"status":403}`)},
			elasticsearch.Block{Distribution: "opensearch", Version: "2.11.0", Lucene: "9.7.0", NodeName: "os1", ClusterName: "opensearch", ClusterUUID: "u"},
			"cpe:2.3:a:amazon:opensearch:2.11.0:*:*:*:*:*:*:*",
		},
		"same answer to everything": {
			map[string][]byte{"": page("200 OK", "", openSearch)},
			elasticsearch.Block{Distribution: "opensearch", Version: "2.11.0", Lucene: "9.7.0", NodeName: "os1", ClusterName: "opensearch", ClusterUUID: "u"},
			"cpe:2.3:a:amazon:opensearch:2.11.0:*:*:*:*:*:*:*",
		},
		"login": {
			map[string][]byte{"": page("401 Unauthorized", "WWW-Authenticate: Basic realm=\"security\" charset=\"UTF-8\"\r\n", refusal)},
			elasticsearch.Block{Distribution: "elasticsearch", AuthRequired: true}, "cpe:2.3:a:elastic:elasticsearch:*:*:*:*:*:*:*:*",
		},
		"OpenSearch login": {
			map[string][]byte{"": page("401 Unauthorized", "WWW-Authenticate: Basic realm=\"OpenSearch Security\"\r\n", "Unauthorized")},
			elasticsearch.Block{Distribution: "opensearch", AuthRequired: true}, "cpe:2.3:a:amazon:opensearch:*:*:*:*:*:*:*:*",
		},
	} {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, elasticsearch.New(nil), probetest.Recording{Peer: probetest.Site(tt.pages), Base: "http", Protocol: "elasticsearch", Check: func(t *testing.T, rs []engine.Response) {
				got, ok := rs[0].Blocks["elasticsearch"].(*elasticsearch.Block)
				if !ok || got.Banner == "" {
					t.Fatalf("%+v", rs[0].Blocks)
				}
				tt.want.Banner = got.Banner
				if *got != tt.want || rs[0].Tags[0].CPE[0] != tt.product || rs[0].URI != "elasticsearch://192.0.2.10:4711" {
					t.Errorf("%s: %+v\nwant %+v, tags %+v", rs[0].URI, got, tt.want, rs[0].Tags)
				}
			}})
		})
	}
}

func TestOthers(t *testing.T) {
	for name, answer := range map[string][]byte{
		"an article":         page("200 OK", "", "<html>You Know, for Search</html>"),
		"other JSON":         page("200 OK", "", `{"tagline":"You Know, for Search","version":"1"}`),
		"another login":      page("401 Unauthorized", "WWW-Authenticate: Basic realm=\"router\"\r\n", "Unauthorized"),
		"an error of others": page("401 Unauthorized", "", `{"error":"security_exception"}`),
	} {
		if result := elasticsearch.New(nil).Run(t.Context(), probetest.NewDialer(probetest.Site(map[string][]byte{"": answer})), probetest.Endpoint()); result.Outcome == engine.Answered {
			t.Errorf("%s: took it for %+v", name, result.Responses[0].Blocks["elasticsearch"])
		}
	}
}
