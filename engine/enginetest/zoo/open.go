package zoo

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
)

// Open lists services that let everybody in, or agree to what nobody should, whose brothers
// are in [All]. They are there for checks, and so are [Sites]; what each has wrong stands in
// testdata/flaws.txt.
func Open() []Species {
	return slices.Concat(openConsoles(), openStores(), openClusters(), openMachines(), weakTLS(), flawedTLS(), weakShells(), openRelays(), printers())
}

// printers print whatever they are sent, and answer questions in HP's Printer Job Language.
func printers() []Species {
	return []Species{{Name: "printer", Base: "pjl", Protocol: "pjl", Port: 9100, Serve: func(conn net.Conn) {
		const leave = "\x1b%-12345X"
		in := bufio.NewReader(io.LimitReader(conn, 1<<20))
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			if strings.TrimPrefix(line, leave) == "@PJL INFO ID\r\n" {
				_, _ = io.WriteString(conn, "@PJL INFO ID\r\n\"Zoo LaserJet 4250\"\r\n\f") // a client that has left needs none
			}
		}
	}}}
}

// weakTLS are servers of TLS with one weakness each.
func weakTLS() []Species {
	page := web("page", "", "", 443, goServer("", map[string]answer{"/": text("page")}))
	return []Species{
		old("dh-1024", oldTLS{version: tls.VersionTLS12, suites: []uint16{0x009e}, prime: 1024, modern: true}),
		old("dh-2048", oldTLS{version: tls.VersionTLS12, suites: []uint16{0x009e}, prime: 2048, modern: true}),
		old("static-rsa", oldTLS{version: tls.VersionTLS12, suites: []uint16{0x009c}, modern: true}),
		old("3des", oldTLS{version: tls.VersionTLS12, suites: []uint16{0xc02f, 0x000a}, modern: true}),
		old("no-scsv", oldTLS{version: tls.VersionTLS12, suites: []uint16{0xc02f, 0xc013}, modern: true, oldest: tls.VersionTLS10}),
		old("polite", oldTLS{version: tls.VersionTLS12, suites: []uint16{0xc02f, 0x000a}, modern: true, polite: true}),
		old("heartbeat", oldTLS{version: tls.VersionTLS12, suites: []uint16{0xc02f}, modern: true, beats: true}),
		old("heartbleed", oldTLS{version: tls.VersionTLS12, suites: []uint16{0xc02f}, modern: true, beats: true, bleeds: true}),
		old("renegotiation", oldTLS{version: tls.VersionTLS12, suites: []uint16{0xc02f}}),
		configured("x25519", page, func() (*tls.Config, error) {
			certificate, err := selfSigned("zoo.example", nil)
			return &tls.Config{Certificates: []tls.Certificate{certificate}, CurvePreferences: []tls.CurveID{tls.X25519}}, err
		}),
	}
}

func openConsoles() []Species {
	redirect := func(to string) answer { return answer{302, "Location: " + to + "\r\n", ""} }
	grafana := goServer("", map[string]answer{"/": redirect("/login"), "/login": page("<title>Grafana</title>"), "/api/health": data(`{"commit":"978237e7cb","database":"ok","version":"9.3.6"}`), "/api/search": data(`[{"id":1,"title":"Power"}]`)})
	prometheus := goServer("", map[string]answer{"/": redirect("/graph"), "/graph": page("<title>Prometheus Time Series Collection and Processing Server</title>"), "/api/v1/status/buildinfo": data(`{"status":"success","data":{"version":"2.42.0","revision":"225c61122d"}}`), "/api/v1/status/runtimeinfo": data(`{"status":"success","data":{"startTime":"2026-01-01T00:00:00Z"}}`)})
	kibana := goServer("kbn-name: kibana\r\nkbn-license-sig: 5e\r\n", map[string]answer{"/": redirect("/app/home"), "/app/home": page("<title>Elastic</title>"), "/api/status": data(`{"name":"kibana","version":{"number":"7.17.9","build_hash":"a"}}`), "/api/saved_objects/_find": data(`{"page":1,"per_page":1,"total":1,"saved_objects":[{"type":"index-pattern"}]}`)})
	jenkins := goServer("X-Jenkins: 2.387.1\r\nServer: Jetty(10.0.13)\r\n", map[string]answer{"/": page("<title>Dashboard [Jenkins]</title>"), "/api/json": data(`{"_class":"hudson.model.Hudson","mode":"NORMAL"}`)})
	ollama := func(list answer) website {
		return goServer("", map[string]answer{"/": text("Ollama is running"), "/api/version": data(`{"version":"0.5.7"}`), "/api/tags": list})
	}
	return []Species{
		web("grafana-open", "grafana", "9.3.6", 3000, grafana), web("prometheus-open", "prometheus", "2.42.0", 9090, prometheus),
		web("kibana-open", "kibana", "7.17.9", 5601, kibana), web("jenkins-open", "jenkins", "2.387.1", 8080, jenkins),
		web("ollama-open", "ollama", "0.5.7", 11434, ollama(data(`{"models":[{"name":"llama3.2:latest"}]}`))),
		web("ollama-login", "ollama", "0.5.7", 11434, ollama(answer{401, "", "unauthorized"})),
	}
}

func openStores() []Species {
	couchdb := goServer("Server: CouchDB/1.6.1 (Erlang OTP/18)\r\n", map[string]answer{"/": data(`{"couchdb":"Welcome","uuid":"d3","version":"1.6.1","vendor":{"name":"The Apache Software Foundation"}}`), "/_all_dbs": data(`["_replicator","_users","customers"]`)})
	clickhouse := goServer("X-ClickHouse-Summary: {\"read_rows\":\"0\"}\r\n", map[string]answer{"GET /": text("Ok.\n"), "/ping": text("Ok.\n"), "GET /?query=SELECT%20version()": text("23.8.9.54\n")})
	solr := goServer("", map[string]answer{"/": {302, "Location: /solr/\r\n", ""}, "/solr/": page("<html ng-app=\"solrAdminApp\"><title>Solr Admin</title></html>"), "/solr/admin/info/system": data(`{"lucene":{"solr-spec-version":"9.1.1"}}`), "/solr/admin/cores": data(`{"responseHeader":{"status":0},"status":{"shop":{"name":"shop"}}}`)})
	registry := goServer("Docker-Distribution-Api-Version: registry/2.0\r\n", map[string]answer{"/": {200, "Cache-Control: no-cache\r\n", ""}, "/v2/": data("{}"), "/v2/_catalog": data(`{"repositories":["shop"]}`)})
	return []Species{
		web("couchdb-open", "couchdb", "1.6.1", 5984, couchdb), web("clickhouse-open", "clickhouse", "23.8.9.54", 8123, clickhouse),
		web("solr-open", "apache_solr", "9.1.1", 8983, solr), web("registry-open", "registry", "", 5000, registry),
	}
}

func openClusters() []Species {
	kubernetes := goServer("Audit-Id: 52d6ef8e\r\n", map[string]answer{
		"/": data(`{"paths":["/api","/apis","/apis/apps"]}`), "/api/v1/namespaces": data(`{"kind":"NamespaceList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"default"}}]}`),
		"/version": data(`{"major":"1","minor":"27","gitVersion":"v1.27.3","gitCommit":"25b4e43193bcda6c7328a6d147b1fb73a33f1598","platform":"linux/amd64"}`),
	})
	nomad := goServer("", map[string]answer{"/": {307, "Location: /ui/\r\n", ""}, "/ui/": page("<title>Nomad</title>"), "/v1/agent/self": data(`{"config":{"Version":{"Version":"1.5.3"}},"member":{"Name":"a.global"}}`), "/v1/jobs": data(`[{"ID":"shop","Status":"running"}]`)})
	return append(openWorkers(), []Species{
		apiInTLS(api("kubernetes-open", "kubernetes", "kubernetes", "1.27.3", 6443, kubernetes)), web("nomad-open", "nomad", "1.5.3", 4646, nomad),
	}...)
}

// openWorkers run jobs for whoever asks, and one of each that does not.
func openWorkers() []Species {
	redirect := func(to string) answer { return answer{302, "Location: " + to + "\r\n", ""} }
	version := data(`{"git_version":".release:0b5d2a","version":"2.8.1"}`)
	airflow := goServer("Server: gunicorn\r\n", map[string]answer{"/": redirect("/home"), "/home": page("<title>DAGs - Airflow</title>"), "/api/v1/version": version, "/api/v1/dags": data(`{"dags":[{"dag_id":"bills"}],"total_entries":1}`)})
	login := goServer("Server: gunicorn\r\n", map[string]answer{"/": redirect("/home"), "/home": redirect("/login/?next=http%3A%2F%2Fzoo.example%2Fhome"), "/api/v1/version": version, "/api/v1/dags": {401, "Content-Type: application/problem+json\r\n", `{"status":401,"title":"Unauthorized"}`}})
	spark := goServer("", map[string]answer{"/": page("<title>Spark Master at spark://zoo:7077</title>"), "/json/": data(`{"url":"spark://zoo:7077","workers":[],"aliveworkers":0,"activeapps":[],"status":"ALIVE"}`)})
	history := goServer("", map[string]answer{"/": page("<title>History Server</title>"), "/api/v1/version": data(`{"spark":"3.5.0"}`), "/api/v1/applications": data(`[{"id":"app-1","name":"bills"}]`)})
	yarn := goServer("", map[string]answer{"/": redirect("/cluster"), "/cluster": page("<title>All Applications</title>"), "/ws/v1/cluster/info": data(`{"clusterInfo":{"id":1700000000000,"state":"STARTED","hadoopVersion":"3.3.4"}}`), "/ws/v1/cluster/apps": data(`{"apps":{"app":[{"id":"application_1_1"}]}}`)})
	name := data(`{"beans" : [ { "name" : "Hadoop:service=NameNode,name=NameNodeInfo", "SoftwareVersion" : "3.3.4" } ]}`)
	welcome := page(`<meta http-equiv="REFRESH" content="0;url=dfshealth.html" /><title>Hadoop Administration</title>`)
	hdfs := goServer("", map[string]answer{"/": welcome, "/jmx": name, "/webhdfs/v1/": data(`{"FileStatuses":{"FileStatus":[{"pathSuffix":"bills","type":"DIRECTORY"}]}}`)})
	kerberos := goServer("", map[string]answer{"/": welcome, "/jmx": name, "/webhdfs/v1/": {401, "WWW-Authenticate: Negotiate\r\n", "Authentication required"}})
	return []Species{
		web("airflow-open", "airflow", "2.8.1", 8080, airflow), web("airflow-login", "airflow", "2.8.1", 8080, login),
		web("spark-master", "spark", "", 8080, spark), web("spark-history", "spark", "3.5.0", 18080, history),
		web("hadoop-yarn", "hadoop", "3.3.4", 8088, yarn), web("hadoop-hdfs", "hadoop", "3.3.4", 9870, hdfs), web("hadoop-kerberos", "hadoop", "3.3.4", 9870, kerberos),
	}
}

// openMachines are a broker, a file server and a controller of hardware.
func openMachines() []Species {
	broker := Species{Name: "amqp-anonymous", Base: "amqp", Protocol: "amqp", Port: 5672, Serve: serveAMQP([]byte("AMQP\x03\x01\x00\x00"), []byte("AMQP\x03\x01\x00\x00\x00\x00\x00\x1f\x02\x01\x00\x00\x00\x53\x40\xc0\x12\x01\xe0\x0f\x01\xb3\x00\x00\x00\x09ANONYMOUS"))}
	shares := func(name, host string) Species {
		return Species{Name: name, Base: "rpcbind", Protocol: "rpcbind", Port: 111, Serve: serveMount(host)}
	}
	hardware := func(name string, types, status byte) Species {
		return Species{Name: name, Base: "ipmi", Protocol: "ipmi", Port: 623, Answer: datagrams(func(m []byte) []byte { return ipmiAnswer(m, types, status) })}
	}
	return []Species{broker, shares("rpcbind-exports", "*"), shares("rpcbind-exports-few", "10.0.0.0/24"), hardware("ipmi-no-password", 0x95, 4), hardware("ipmi-nobody", 0x94, 5), hardware("ipmi-1.5", 0x14, 4)}
}

// serveMount is a portmapper and the mount service it tells of at once, which shares a
// folder with one host (RFC 1813 section 5.2.5).
func serveMount(host string) func(net.Conn) {
	text := func(s string) []byte {
		return slices.Concat(be32(uint32(len(s))), []byte(s), make([]byte, (4-len(s)%4)%4))
	}
	return func(conn net.Conn) {
		program := slices.Concat(be32(1), be32(100005), be32(3), be32(6), be32(uint32(addrPort(conn.LocalAddr()).Port())))
		messages(4, func(head []byte) int { return 4 + int(binary.BigEndian.Uint32(head)&0x7fffffff) }, func(record []byte) []byte {
			var reply []byte
			switch call := record[4:]; {
			case len(call) < 40:
				return nil
			case binary.BigEndian.Uint32(call[12:]) == 100005:
				reply = rpcReply(call, 0, be32(1), text("/srv/files"), be32(1), text(host), be32(0), be32(0))
			default:
				reply = rpcReply(call, 0, program, be32(0))
			}
			return append(be32(1<<31|uint32(len(reply))), reply...)
		})(conn)
	}
}
