package zoo

import "fmt"

// webAPIs are stores that are spoken to in HTTP.
func webAPIs() []Species {
	elastic := "X-elastic-product: Elasticsearch\r\n"
	root := func(number, extra, tagline string) answer {
		return data(fmt.Sprintf(`{"name":"node-1","cluster_name":"zoo","cluster_uuid":"gm1Ub0u4T2OVBkUC0SxxxQ","version":{%s"number":%q,"build_type":"deb","lucene_version":"9.4.2"},"tagline":%q}`, extra, number, tagline))
	}
	refusal := answer{401, "WWW-Authenticate: Basic realm=\"security\", charset=\"UTF-8\"\r\nContent-Type: application/json\r\n", `{"error":{"root_cause":[{"type":"security_exception","reason":"missing authentication credentials for REST request [/]"}],"type":"security_exception","reason":"missing authentication credentials for REST request [/]"},"status":401}`}
	bad := answer{400, "Content-Type: application/json\r\n", `{"error":{"type":"illegal_argument_exception"},"status":400}`}
	store := func(pages map[string]answer, missing answer, head string) website {
		return website{head: head, bad: bad, missing: missing, pages: pages}
	}
	indices := data(`[{"health":"yellow","status":"open","index":"customers"}]`)
	none := answer{404, "Content-Type: application/json\r\n", `{"error":"no handler found","status":404}`}
	search := "You Know, for Search"
	return []Species{
		api("elasticsearch-7", "elasticsearch", "elasticsearch", "7.17.9", 9200, store(map[string]answer{"/": root("7.17.9", "", search), "/_cat/indices": indices}, none, "")),
		api("elasticsearch-8", "elasticsearch", "elasticsearch", "8.6.2", 9200, store(map[string]answer{"/": root("8.6.2", "", search), "/_cat/indices": indices}, none, elastic)),
		api("elasticsearch-login", "elasticsearch", "elasticsearch", "", 9200, store(nil, refusal, elastic)),
		apiInTLS(api("elasticsearch-8-login", "elasticsearch", "elasticsearch", "", 9200, store(nil, refusal, elastic))),
		api("opensearch", "elasticsearch", "opensearch", "2.11.0", 9200, store(map[string]answer{"/": root("2.11.0", `"distribution":"opensearch",`, "The OpenSearch Project: https://opensearch.org/"), "/_cat/indices": indices}, none, "")),
		apiInTLS(api("opensearch-login", "elasticsearch", "opensearch", "", 9200, store(nil, answer{401, "WWW-Authenticate: Basic realm=\"OpenSearch Security\"\r\n", "Unauthorized"}, ""))),
		web("couchdb", "couchdb", "3.3.2", 5984, store(map[string]answer{"/": data(`{"couchdb":"Welcome","version":"3.3.2","git_sha":"11a234070","uuid":"d3","features":["scheduler"],"vendor":{"name":"The Apache Software Foundation"}}`), "/_all_dbs": {401, "", `{"error":"unauthorized","reason":"You are not a server admin."}`}}, answer{404, "", `{"error":"not_found","reason":"Database does not exist."}`}, "Server: CouchDB/3.3.2 (Erlang OTP/24)\r\n")),
		web("influxdb", "influxdb", "1.8.10", 8086, store(map[string]answer{"/ping": {204, "X-Influxdb-Build: OSS\r\nX-Influxdb-Version: 1.8.10\r\n", ""}, "/query": data(`{"results":[{"statement_id":0,"series":[{"name":"databases","columns":["name"],"values":[["_internal"]]}]}]}`)}, answer{404, "Content-Type: text/plain; charset=utf-8\r\nX-Influxdb-Version: 1.8.10\r\n", "404 page not found\n"}, "")),
		web("clickhouse", "clickhouse", "", 8123, store(map[string]answer{"/": text("Ok.\n"), "/ping": text("Ok.\n")}, answer{404, "X-ClickHouse-Exception-Code: 60\r\n", "There is no handle /x"}, "X-ClickHouse-Summary: {\"read_rows\":\"0\"}\r\n")),
		web("solr", "apache_solr", "", 8983, store(map[string]answer{"/": {302, "Location: /solr/\r\n", ""}, "/solr/": page("<html ng-app=\"solrAdminApp\"><title>Solr Admin</title></html>"), "/solr/admin/info/system": data(`{"lucene":{"solr-spec-version":"9.1.1"}}`)}, none, "")),
	}
}

// clusterAPIs are what clusters and container hosts are run with.
func clusterAPIs() []Species {
	etcdHead := "Access-Control-Allow-Headers: accept, content-type, authorization\r\nAccess-Control-Allow-Origin: *\r\n"
	version := data(`{"etcdserver":"3.4.23","etcdcluster":"3.4.0"}`)
	keys := data(`{"header":{"cluster_id":"13455796455940752355","member_id":"443629905751424238","revision":"1","raft_term":"2"}}`)
	self := data(`{"Config":{"Datacenter":"dc1","NodeName":"server-1","Server":true,"Version":"1.15.2"},"Member":{"Name":"server-1"}}`)
	ui := answer{301, "Location: /ui/\r\n", "<a href=\"/ui/\">Moved Permanently</a>.\n\n"}
	denied := answer{403, "X-Consul-Default-Acl-Policy: deny\r\n", "Permission denied: anonymous token lacks permission 'agent:read' on \"server-1\""}
	dockerHead := "Api-Version: 1.41\r\nDocker-Experimental: false\r\nOstype: linux\r\nServer: Docker/20.10.24 (linux)\r\n"
	dockerPages := map[string]answer{"/version": data(`{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12","GitCommit":"5d6db84","GoVersion":"go1.19.7","Os":"linux","Arch":"amd64","KernelVersion":"5.10.0"}`), "/containers/json": data(`[{"Id":"8dfa","Names":["/web"],"Image":"nginx"}]`)}
	docker := goServer(dockerHead, dockerPages)
	docker.missing = answer{404, "Content-Type: application/json\r\n", `{"message":"page not found"}` + "\n"}
	kube := func(pages map[string]answer, code int, reason, message string) website {
		w := goServer("Audit-Id: 52d6ef8e\r\nCache-Control: no-cache, private\r\n", pages)
		w.missing = answer{code, "Content-Type: application/json\r\n", fmt.Sprintf(`{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":%q,"reason":%q,"details":{},"code":%d}`, message, reason, code)}
		return w
	}
	release := map[string]answer{"/version": data(`{"major":"1","minor":"27","gitVersion":"v1.27.3","gitCommit":"25b4e43193bcda6c7328a6d147b1fb73a33f1598","gitTreeState":"clean","goVersion":"go1.20.5","compiler":"gc","platform":"linux/amd64"}`)}
	kubelet := goServer("", map[string]answer{"/pods": data(`{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[]}`)})
	closedKubelet := goServer("", nil)
	closedKubelet.missing = answer{403, "Content-Type: text/plain\r\n", "Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)"}
	return []Species{
		api("etcd", "etcd", "etcd", "3.4.23", 2379, goServer(etcdHead, map[string]answer{"/version": version, "POST /v3/kv/range": keys})),
		api("etcd-login", "etcd", "etcd", "3.4.23", 2379, goServer(etcdHead, map[string]answer{"/version": version, "POST /v3/kv/range": {400, "", `{"error":"etcdserver: user name is empty","message":"etcdserver: user name is empty","code":3}`}})),
		apiInTLS(api("etcd-3.4", "etcd", "etcd", "3.4.23", 2379, goServer(etcdHead, map[string]answer{"/version": version, "POST /v3/kv/range": keys}))),
		api("consul", "consul", "consul", "1.15.2", 8500, goServer("", map[string]answer{"/": ui, "/ui/": page("<title>Consul by HashiCorp</title>"), "/v1/agent/self": self})),
		api("consul-login", "consul", "consul", "", 8500, goServer("", map[string]answer{"/": ui, "/ui/": page("<title>Consul by HashiCorp</title>"), "/v1/agent/self": denied})),
		api("docker", "docker", "docker", "20.10.24", 2375, docker), apiInTLS(api("docker-20", "docker", "docker", "20.10.24", 2376, docker)),
		apiInTLS(api("kubernetes", "kubernetes", "kubernetes", "1.27.3", 6443, kube(release, 403, "Forbidden", "forbidden: User \"system:anonymous\" cannot get path \"/\""))),
		apiInTLS(api("kubernetes-closed", "kubernetes", "kubernetes", "", 6443, kube(nil, 401, "Unauthorized", "Unauthorized"))),
		apiInTLS(api("kubelet-open", "kubernetes", "kubernetes", "", 10250, kubelet)), apiInTLS(api("kubelet", "kubernetes", "kubernetes", "", 10250, closedKubelet)),
		web("registry", "registry", "", 5000, goServer("", map[string]answer{"/": {200, "Cache-Control: no-cache\r\n", ""}, "/v2/": {200, "Content-Type: application/json; charset=utf-8\r\nDocker-Distribution-Api-Version: registry/2.0\r\n", "{}"}})),
	}
}
