package application

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine/probe"
	"github.com/portolan-io/terraform-provider-portolan/engine/web"
)

// Applications lists them all. Sources are the manuals of the HTTP interface of each.
func Applications() []Application {
	return slices.Concat(dashboards(), stores(), clusters())
}

func dashboards() []Application {
	return []Application{
		{
			Product: probe.Product{Name: "grafana", FullName: "Grafana", Category: "Monitoring", Vendor: "grafana", CPE: "grafana"},
			Signs:   []string{"<title>Grafana</title>", "grafanaBootData"}, Proof: "/api/health", Proves: member("database"),
			Data: "/api/search?limit=1", IsData: isList,
		},
		{
			Product: probe.Product{Name: "prometheus", FullName: "Prometheus", Category: "Monitoring", Vendor: "prometheus", CPE: "prometheus"},
			Signs:   []string{"Prometheus Time Series", "location: /graph", "location: /query"},
			Proof:   "/api/v1/status/buildinfo", Proves: inside("data", "version", "revision"), Data: "/api/v1/status/runtimeinfo", IsData: has("status", "data"),
		},
		{
			Product: probe.Product{Name: "kibana", FullName: "Kibana", Category: "Monitoring", Vendor: "elastic", CPE: "kibana"},
			Signs:   []string{"kbn_name: ", "kbn_license_sig: "}, Proof: "/api/status", Proves: inside("version", "number", "build_hash"),
			Data: "/api/saved_objects/_find?type=index-pattern&per_page=1", IsData: has("saved_objects"),
		},
		{
			Product: probe.Product{Name: "jenkins", FullName: "Jenkins", Category: "CI", Vendor: "jenkins", CPE: "jenkins"},
			Signs:   []string{"x_jenkins: "}, Proof: "/", Proves: header("X-Jenkins"), Data: "/api/json?tree=mode", IsData: has("_class"),
		},
		{
			Product: probe.Product{Name: "jupyter", FullName: "Jupyter", Category: "Notebooks", Vendor: "jupyter", CPE: "notebook"},
			Signs:   []string{"server: TornadoServer"}, Proof: "/api", Proves: member(),
			Data: "/api/contents?content=0", IsData: has("name", "path"),
		},
		{
			Product: probe.Product{Name: "vault", FullName: "HashiCorp Vault", Category: "Secrets", Vendor: "hashicorp", CPE: "vault"},
			Signs:   []string{"<title>Vault</title>", "location: /ui/"}, Proof: "/v1/sys/health", Proves: member("initialized", "sealed"),
		},
		{
			Product: probe.Product{Name: "nomad", FullName: "HashiCorp Nomad", Category: "Containers", Vendor: "hashicorp", CPE: "nomad"},
			Signs:   []string{"<title>Nomad", "location: /ui/"}, Proof: "/v1/agent/self", Proves: nomadVersion, Data: "/v1/jobs?per_page=1", IsData: isList,
		},
		{
			Product: probe.Product{Name: "rabbitmq", FullName: "RabbitMQ", Category: "Message brokers", Vendor: "vmware", CPE: "rabbitmq"},
			Signs:   []string{"<title>RabbitMQ Management</title>"}, Proof: "/api/overview", Proves: rabbitVersion, Data: "/api/overview", IsData: has("rabbitmq_version"),
		},
		{
			Product: probe.Product{Name: "ollama", FullName: "Ollama", Category: "Machine learning", Vendor: "ollama", CPE: "ollama"},
			Signs:   []string{"Ollama is running"}, Proof: "/api/version", Proves: member(), Data: "/api/tags", IsData: has("models"),
		},
	}
}

func stores() []Application {
	return []Application{
		{
			Product: probe.Product{Name: "couchdb", FullName: "CouchDB", Category: "Databases", Vendor: "apache", CPE: "couchdb"},
			Signs:   []string{`"couchdb":"Welcome"`}, Proof: "/", Proves: member("couchdb"), Data: "/_all_dbs", IsData: isList,
		},
		{
			Product: probe.Product{Name: "influxdb", FullName: "InfluxDB", Category: "Databases", Vendor: "influxdata", CPE: "influxdb"},
			Signs:   []string{"x_influxdb_version: "}, Proof: "/ping", Proves: header("X-Influxdb-Version"),
			Data: "/query?q=SHOW%20DATABASES", IsData: has("results"),
		},
		{
			Product: probe.Product{Name: "clickhouse", FullName: "ClickHouse", Category: "Databases", Vendor: "clickhouse", CPE: "clickhouse"},
			Signs:   []string{"x_clickhouse_summary: ", "x_clickhouse_server_display_name: "}, Proof: "/?query=SELECT%20version()", Proves: clickHouseVersion,
			Data: "/?query=SELECT%20version()", IsData: func(p *web.Page) bool { return plainVersion.Match(p.Body) },
		},
		{
			Product: probe.Product{Name: "apache_solr", FullName: "Apache Solr", Category: "Search engines", Vendor: "apache", CPE: "solr"},
			Signs:   []string{"solrAdminApp", "location: /solr/"}, Proof: "/solr/admin/info/system?wt=json", Proves: inside("lucene", "solr-spec-version"),
			Data: "/solr/admin/cores?wt=json&indexInfo=false", IsData: has("status"),
		},
		{
			Product: probe.Product{Name: "minio", FullName: "MinIO", Category: "Cloud storage", Vendor: "minio", CPE: "minio"},
			Signs:   []string{"server: MinIO"}, Proof: "/", Proves: named("Server", "MinIO"),
		},
		{
			Product: probe.Product{Name: "registry", FullName: "Docker Registry", Category: "Repositories"},
			Signs:   []string{"docker_distribution_api_version: ", "content_length: 0$", "x_registry_supports_signatures: "},
			Proof:   "/v2/", Proves: named("Docker-Distribution-Api-Version", "registry/2.0"), Data: "/v2/_catalog?n=1", IsData: has("repositories"),
		},
	}
}

// clusters run what they are told to. Airflow has an interface for each of its versions;
// Hadoop has YARN's and HDFS's, and Spark that of a master and that of what runs.
func clusters() []Application {
	airflow := probe.Product{Name: "airflow", FullName: "Apache Airflow", Category: "Data", Vendor: "apache", CPE: "airflow"}
	spark := probe.Product{Name: "spark", FullName: "Apache Spark", Category: "Data", Vendor: "apache", CPE: "spark"}
	hadoop := probe.Product{Name: "hadoop", FullName: "Apache Hadoop", Category: "Data", Vendor: "apache", CPE: "hadoop"}
	return []Application{
		{
			Product: airflow, Signs: []string{"Airflow</title>", "location: /home", "location: /login/?next="},
			Proof: "/api/v1/version", Proves: member("git_version"), Data: "/api/v1/dags?limit=1", IsData: has("dags", "total_entries"),
		},
		{
			Product: airflow, Signs: []string{"<title>Airflow"},
			Proof: "/api/v2/version", Proves: member("git_version"), Data: "/api/v2/dags?limit=1", IsData: has("dags", "total_entries"),
		},
		{
			Product: spark, Signs: []string{"Spark Master at "}, Proof: "/json/", Proves: isSparkMaster,
			Data: "/json/", IsData: has("workers", "activeapps"),
		},
		{
			Product: spark, Signs: []string{"<title>History Server</title>", "- Spark Jobs</title>"},
			Proof: "/api/v1/version", Proves: sparkVersion, Data: "/api/v1/applications?limit=1", IsData: isList,
		},
		{
			Product: hadoop, Signs: []string{"location: /cluster", "hadoop.css"}, Proof: "/ws/v1/cluster/info",
			Proves: inside("clusterInfo", "hadoopVersion"), Data: "/ws/v1/cluster/apps?limit=1", IsData: has("apps"),
		},
		{
			Product: hadoop, Signs: []string{"dfshealth."}, Proof: "/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo",
			Proves: nameNodeVersion, Data: "/webhdfs/v1/?op=LISTSTATUS", IsData: has("FileStatuses"),
		},
	}
}

// member wants an object with a member "version" and others.
func member(others ...string) func(*web.Page) (string, bool) {
	return func(p *web.Page) (string, bool) {
		o := p.Object()
		return number(o.Text("version")), o.Has(others...) && o.Text("version") != ""
	}
}

// inside wants an object within the answer with the version and other members.
func inside(name, version string, others ...string) func(*web.Page) (string, bool) {
	return func(p *web.Page) (string, bool) {
		o := p.Object().Object(name)
		return number(o.Text(version)), p.Status == http.StatusOK && o.Has(version) && o.Has(others...)
	}
}

// header wants a header that is the version.
func header(name string) func(*web.Page) (string, bool) {
	return func(p *web.Page) (string, bool) {
		version := p.Header.Get(name)
		return number(version), version != ""
	}
}

// named wants a header of a value that tells no version.
func named(name, value string) func(*web.Page) (string, bool) {
	return func(p *web.Page) (string, bool) { return "", p.Header.Get(name) == value }
}

func nomadVersion(p *web.Page) (string, bool) {
	version := p.Object().Object("config").Object("Version").Text("Version")
	return number(version), p.Status == http.StatusOK && version != ""
}

// rabbitVersion: whoever is refused by the realm of its own is at the right place.
func rabbitVersion(p *web.Page) (string, bool) {
	version := p.Object().Text("rabbitmq_version")
	isRefused := p.Status == http.StatusUnauthorized && bytes.Contains([]byte(p.Header.Get("WWW-Authenticate")), []byte("RabbitMQ Management"))
	return number(version), isRefused || p.Status == http.StatusOK && version != ""
}

// clickHouseVersion: a refusal carries a header of its own.
func clickHouseVersion(p *web.Page) (string, bool) {
	if p.Status == http.StatusOK && plainVersion.Match(p.Body) {
		return number(string(p.Body)), true
	}
	return "", p.Header.Get("X-ClickHouse-Exception-Code") != ""
}

func isSparkMaster(p *web.Page) (string, bool) {
	return "", p.Status == http.StatusOK && p.Object().Has("workers", "activeapps")
}

func sparkVersion(p *web.Page) (string, bool) {
	version := p.Object().Text("spark")
	return number(version), p.Status == http.StatusOK && version != ""
}

// nameNodeVersion: the bean is the first and only one that was asked for.
func nameNodeVersion(p *web.Page) (string, bool) {
	match := nameNode.FindSubmatch(p.Body)
	if p.Status != http.StatusOK || match == nil {
		return "", false
	}
	return string(match[1]), true
}

var (
	nameNode      = regexp.MustCompile(`"name"\s*:\s*"Hadoop:service=NameNode,name=NameNodeInfo"[^]]*?"SoftwareVersion"\s*:\s*"(\d+(?:\.\d+)*)`)
	plainVersion  = regexp.MustCompile(`^\d+(?:\.\d+){2,3}\n?$`)
	versionNumber = regexp.MustCompile(`^v?(\d+(?:\.\d+)*)`)
)

// number is a version as the CPE dictionary has it: "v2.7.1+ent" is "2.7.1".
func number(version string) string {
	if match := versionNumber.FindStringSubmatch(version); match != nil {
		return match[1]
	}
	return ""
}

func has(names ...string) func(*web.Page) bool {
	return func(p *web.Page) bool { return p.Object().Has(names...) }
}

// isList tells a list in JSON; an empty one was given as well.
func isList(p *web.Page) bool {
	return bytes.HasPrefix(bytes.TrimSpace(p.Body), []byte("[")) && bytes.HasSuffix(bytes.TrimSpace(p.Body), []byte("]"))
}
