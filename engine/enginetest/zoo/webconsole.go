package zoo

// webConsoles are applications for people.
func webConsoles() []Species {
	login := func(to string) answer { return answer{302, "Location: " + to + "\r\n", ""} }
	grafana := goServer("", map[string]answer{"/": login("/login"), "/login": page(`<title>Grafana</title><script>window.grafanaBootData = {settings:{"buildInfo":{"version":"9.3.6","commit":"978237e7cb"}}}</script>`), "/api/health": data("{\n  \"commit\": \"978237e7cb\",\n  \"database\": \"ok\",\n  \"version\": \"9.3.6\"\n}")})
	prometheus := goServer("", map[string]answer{"/": login("/graph"), "/graph": page("<title>Prometheus Time Series Collection and Processing Server</title>"), "/api/v1/status/buildinfo": data(`{"status":"success","data":{"version":"2.42.0","revision":"225c61122d88b01d1f0eaaee0e05b6f3e0567ac0"}}`)})
	jenkins := website{head: "X-Jenkins: 2.387.1\r\nServer: Jetty(10.0.13)\r\n", bad: answer{400, "Connection: close\r\n", "<h1>Bad Message 400</h1>"}, missing: answer{403, "Content-Type: text/html\r\n", "<html><head><meta http-equiv='refresh' content='1;url=/login?from=%2F'/></head><body>Authentication required</body></html>"}}
	kibana := website{head: "kbn-name: kibana\r\nkbn-license-sig: 5e\r\n", bad: answer{400, "", ""}, missing: answer{404, "", `{"statusCode":404,"error":"Not Found","message":"Not Found"}`}, pages: map[string]answer{"/": login("/app/home"), "/app/home": page("<title>Elastic</title>"), "/api/status": data(`{"name":"kibana","uuid":"5b","version":{"number":"7.17.9","build_hash":"a","build_number":1},"status":{"overall":{"level":"available"}}}`)}}
	jupyter := website{head: "Server: TornadoServer/6.2\r\n", bad: answer{400, "", ""}, missing: answer{404, "Content-Type: text/html\r\n", "<title>Jupyter Server</title>"}, pages: map[string]answer{"/": login("/tree?"), "/tree": page("<title>Home Page - Select or create a notebook</title>"), "/api": data(`{"version": "6.5.2"}`), "/api/contents": data(`{"name": "", "path": "", "content": []}`)}}
	minio := website{head: "Server: MinIO\r\nX-Amz-Request-Id: 17\r\n", bad: answer{400, "", ""}, missing: answer{403, "Content-Type: application/xml\r\n", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code></Error>"}}
	rabbit := website{head: "Server: Cowboy\r\n", bad: answer{400, "", ""}, missing: answer{401, "WWW-Authenticate: Basic realm=\"RabbitMQ Management\"\r\n", `{"error":"not_authorised"}`}, pages: map[string]answer{"/": page("<title>RabbitMQ Management</title>")}}
	vault := goServer("Cache-Control: no-store\r\n", map[string]answer{"/": {307, "Location: /ui/\r\n", ""}, "/ui/": page("<title>Vault</title>"), "/v1/sys/health": data(`{"initialized":true,"sealed":false,"standby":false,"version":"1.13.1","cluster_name":"vault-cluster"}`)})
	nomad := goServer("", map[string]answer{"/": {307, "Location: /ui/\r\n", ""}, "/ui/": page("<title>Nomad</title>"), "/v1/agent/self": data(`{"config":{"Datacenter":"dc1","Version":{"Version":"1.5.3"}},"member":{"Name":"a.global","Tags":{"build":"1.5.3"}},"stats":{"nomad":{"leader":"true"}}}`)})
	return []Species{
		web("grafana", "grafana", "9.3.6", 3000, grafana), web("prometheus", "prometheus", "2.42.0", 9090, prometheus),
		web("jenkins", "jenkins", "2.387.1", 8080, jenkins), web("kibana", "kibana", "7.17.9", 5601, kibana),
		web("jupyter", "jupyter", "", 8888, jupyter), web("minio", "minio", "", 9000, minio), web("rabbitmq-management", "rabbitmq", "", 15672, rabbit),
		web("vault", "vault", "1.13.1", 8200, vault), web("nomad", "nomad", "1.5.3", 4646, nomad),
	}
}
