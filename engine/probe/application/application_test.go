package application_test

import (
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/application"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/probetest"
)

func page(status, head, body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, head, len(body), body)
}

// site answers paths, and all others with what is not there.
func site(pages map[string][]byte) probetest.Peer {
	if pages[""] == nil {
		pages[""] = page("404 Not Found", "", "404 page not found\n")
	}
	return probetest.Site(pages)
}

// cases are the main page, the proof and the data of an application, as its manual has
// them, and what must be learnt.
var cases = map[string]struct {
	pages map[string][]byte
	want  string
}{
	"grafana": {map[string][]byte{
		"/": page("302 Found", "Location: /login\r\n", ""), "/login": page("200 OK", "", "<title>Grafana</title>"),
		"/api/health":         page("200 OK", "", `{"commit":"978237e7cb","database":"ok","version":"9.3.6"}`),
		"/api/search?limit=1": page("401 Unauthorized", "", `{"message":"Unauthorized"}`),
	}, "9.3.6 auth=true readable=false"},
	"grafana, anonymous": {map[string][]byte{
		"/":           page("200 OK", "", "<title>Grafana</title>"),
		"/api/health": page("200 OK", "", `{"database":"ok","version":"9.3.6"}`), "/api/search?limit=1": page("200 OK", "", `[]`),
	}, "9.3.6 auth=false readable=true"},
	"prometheus": {map[string][]byte{
		"/":                          page("302 Found", "Location: /graph\r\n", ""),
		"/api/v1/status/buildinfo":   page("200 OK", "", `{"status":"success","data":{"version":"2.42.0","revision":"225c61"}}`),
		"/api/v1/status/runtimeinfo": page("200 OK", "", `{"status":"success","data":{"startTime":"2023"}}`),
	}, "2.42.0 auth=false readable=true"},
	"kibana": {map[string][]byte{
		"/":           page("302 Found", "kbn-name: kibana\r\nLocation: /app/home\r\n", ""),
		"/api/status": page("200 OK", "", `{"name":"kibana","version":{"number":"7.17.9","build_hash":"a"}}`),
	}, "7.17.9 auth=false readable=false"},
	"jenkins": {map[string][]byte{
		"": page("403 Forbidden", "X-Jenkins: 2.387.1\r\n", "Authentication required"),
	}, "2.387.1 auth=true readable=false"},
	"jupyter": {map[string][]byte{
		"/": page("302 Found", "Server: TornadoServer/6.2\r\nLocation: /tree?\r\n", ""), "/api": page("200 OK", "", `{"version": "6.5.2"}`),
		"/api/contents?content=0": page("200 OK", "", `{"name": "", "path": "", "type": "directory"}`),
	}, "6.5.2 auth=false readable=true"},
	"vault": {map[string][]byte{
		"/": page("307 Temporary Redirect", "Location: /ui/\r\n", ""), "/v1/sys/health": page("503 Service Unavailable", "", `{"initialized":true,"sealed":true,"version":"1.13.1+ent"}`),
	}, "1.13.1 auth=false readable=false"},
	"nomad": {map[string][]byte{
		"/":                   page("307 Temporary Redirect", "Location: /ui/\r\n", ""),
		"/v1/agent/self":      page("200 OK", "", `{"config":{"Version":{"Version":"1.5.3"}},"member":{}}`),
		"/v1/jobs?per_page=1": page("200 OK", "", "[]"),
	}, "1.5.3 auth=false readable=true"},
	"rabbitmq": {map[string][]byte{
		"/":             page("200 OK", "", "<title>RabbitMQ Management</title>"),
		"/api/overview": page("401 Unauthorized", "WWW-Authenticate: Basic realm=\"RabbitMQ Management\"\r\n", `{"error":"not_authorised"}`),
	}, " auth=true readable=false"},
	"ollama": {map[string][]byte{
		"/": page("200 OK", "", "Ollama is running"), "/api/version": page("200 OK", "", `{"version":"0.5.4"}`), "/api/tags": page("200 OK", "", `{"models":[]}`),
	}, "0.5.4 auth=false readable=true"},
	"couchdb": {map[string][]byte{
		"/": page("200 OK", "", `{"couchdb":"Welcome","version":"3.3.2"}`), "/_all_dbs": page("200 OK", "", `["_users"]`),
	}, "3.3.2 auth=false readable=true"},
	"influxdb": {map[string][]byte{
		"": page("404 Not Found", "X-Influxdb-Version: 1.8.10\r\n", "404 page not found\n"), "/query?q=SHOW%20DATABASES": page("401 Unauthorized", "", `{"error":"unable to parse authentication credentials"}`),
	}, "1.8.10 auth=true readable=false"},
	"clickhouse": {map[string][]byte{
		"/": page("200 OK", "X-ClickHouse-Summary: {}\r\n", "Ok.\n"), "/?query=SELECT%20version()": page("200 OK", "", "23.3.1.2823\n"),
	}, "23.3.1.2823 auth=false readable=true"},
	"apache_solr": {map[string][]byte{
		"/":                               page("302 Found", "Location: /solr/\r\n", ""),
		"/solr/admin/info/system?wt=json": page("200 OK", "", `{"responseHeader":{"status":0},"lucene":{"solr-spec-version":"9.1.1"}}`), "/solr/admin/cores?wt=json&indexInfo=false": page("401 Unauthorized", "", ""),
	}, "9.1.1 auth=true readable=false"},
	"airflow": {map[string][]byte{
		"/": page("302 Found", "Location: /home\r\n", ""), "/home": page("302 Found", "Location: /login/?next=http%3A%2F%2F192.0.2.7%2Fhome\r\n", ""),
		"/api/v1/version": page("200 OK", "", `{"git_version":".release:0b5d2a","version":"2.8.1"}`), "/api/v1/dags?limit=1": page("401 Unauthorized", "", `{"status":401}`),
	}, "2.8.1 auth=true readable=false"},
	"airflow, public": {map[string][]byte{
		"/": page("302 Found", "Location: /home\r\n", ""), "/home": page("200 OK", "", "<title>DAGs - Airflow</title>"),
		"/api/v1/version": page("200 OK", "", `{"git_version":null,"version":"2.8.1"}`), "/api/v1/dags?limit=1": page("200 OK", "", `{"dags":[],"total_entries":0}`),
	}, "2.8.1 auth=false readable=true"},
	"airflow, 3": {map[string][]byte{
		"/": page("200 OK", "", "<title>Airflow 3</title>"), "/api/v2/version": page("200 OK", "", `{"version":"3.0.2","git_version":null}`),
		"/api/v2/dags?limit=1": page("401 Unauthorized", "", `{"detail":"Not authenticated"}`),
	}, "3.0.2 auth=true readable=false"},
	"spark": {map[string][]byte{
		"/": page("200 OK", "", "<title>Spark Master at spark://a:7077</title>"), "/json/": page("200 OK", "", `{"url":"spark://a:7077","workers":[],"activeapps":[],"status":"ALIVE"}`),
	}, " auth=false readable=true"},
	"spark, history": {map[string][]byte{
		"/": page("200 OK", "", "<title>History Server</title>"), "/api/v1/version": page("200 OK", "", `{"spark":"3.5.0"}`), "/api/v1/applications?limit=1": page("200 OK", "", "[ ]"),
	}, "3.5.0 auth=false readable=true"},
	"hadoop, YARN": {map[string][]byte{
		"/": page("302 Found", "Location: /cluster\r\n", ""), "/ws/v1/cluster/info": page("200 OK", "", `{"clusterInfo":{"id":1700000000000,"state":"STARTED","hadoopVersion":"3.3.4"}}`),
		"/ws/v1/cluster/apps?limit=1": page("200 OK", "", `{"apps":null}`),
	}, "3.3.4 auth=false readable=true"},
	"hadoop, HDFS": {map[string][]byte{
		"/": page("200 OK", "", `<meta http-equiv="REFRESH" content="0;url=dfshealth.html" />`),
		"/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo": page("200 OK", "", `{"beans" : [ { "name" : "Hadoop:service=NameNode,name=NameNodeInfo", "SoftwareVersion" : "3.3.4" } ] }`),
		"/webhdfs/v1/?op=LISTSTATUS":                         page("403 Forbidden", "", `{"RemoteException":{"exception":"AccessControlException"}}`),
	}, "3.3.4 auth=true readable=false"},
	"minio": {map[string][]byte{"": page("403 Forbidden", "Server: MinIO\r\n", "<Error/>")}, " auth=false readable=false"},
	"registry": {map[string][]byte{
		"/": page("200 OK", "", ""), "/v2/": page("200 OK", "Docker-Distribution-Api-Version: registry/2.0\r\n", "{}"),
		"/v2/_catalog?n=1": page("200 OK", "", `{"repositories":[]}`),
	}, " auth=false readable=true"},
}

func TestApplications(t *testing.T) {
	found := map[string]bool{}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			probetest.Run(t, application.New(nil), probetest.Recording{Peer: site(tt.pages), Base: "http", Protocol: "http", Check: func(t *testing.T, rs []engine.Response) {
				product := rs[0].Tags[0].Name
				found[product] = true
				b, ok := rs[0].Blocks[product].(*application.Block)
				if !ok || len(rs[0].Blocks) != 1 || name[:len(product)] != product {
					t.Fatalf("%+v", rs[0].Blocks)
				}
				if got := fmt.Sprintf("%s auth=%v readable=%v", b.Version, b.AuthRequired, b.Readable); got != tt.want || rs[0].Tags[0].Version != b.Version {
					t.Errorf("%s, want %s", got, tt.want)
				}
			}})
		})
	}
	for _, a := range application.Applications() {
		if !found[a.Product.Name] {
			t.Errorf("%s has no case", a.Product.Name)
		}
	}
}

// TestOthers: a server that says the same to everything is none of the applications,
// however many of their signs it bears.
func TestOthers(t *testing.T) {
	signs := ""
	for _, a := range application.Applications() {
		for _, sign := range a.Signs {
			signs += sign + "\n"
		}
	}
	for name, answer := range map[string][]byte{
		"a page of signs": page("200 OK", "Location: /ui/\r\n", signs), "JSON for all": page("200 OK", "", `{"status":"ok"}`+signs),
	} {
		result := application.New(nil).Run(t.Context(), probetest.NewDialer(probetest.Site(map[string][]byte{"": answer})), probetest.Endpoint())
		if result.Outcome == engine.Answered {
			t.Errorf("%s: took it for %v", name, result.Responses[0].Tags)
		}
	}
}

// TestSameForAll: nothing is readable where every path has the same answer.
func TestSameForAll(t *testing.T) {
	answer := page("200 OK", "", `{"couchdb":"Welcome","version":"3.3.2"}`)
	result := application.New(nil).Run(t.Context(), probetest.NewDialer(probetest.Site(map[string][]byte{"": answer})), probetest.Endpoint())
	if b, ok := result.Responses[0].Blocks["couchdb"].(*application.Block); !ok || b.Readable {
		t.Errorf("%+v", result.Responses[0].Blocks)
	}
}
