package contract_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/contract"
)

// sample is a document with everything that the checker is shown violations of.
const sample = `{
	"uri": "https://example.com:443/", "host": "example.com", "host_type": "domain", "ip": "192.0.2.1", "port": 443,
	"prot4": "tcp", "prot7": "http", "protocol": "https", "path": "/", "target": {"type": "domain", "domain": "example.com"},
	"referer": [], "domain": ["example.com"], "ptr": [], "scan_date": "2026-11-23", "iteration": "0",
	"last_updated": "2026-11-23T01:02:03.004Z", "@timestamp": "2026-11-23T01:02:03.004Z", "jarm": "JARM",
	"geo": {"country": "US", "location": {"lat": 1.5, "long": -2, "accuracy": 10}},
	"whois": {"net": {"cidr": ["192.0.2.0/24"], "net_size": 256, "start_ip": "192.0.2.0"}, "asn": {"number": ["64496"]},
		"related_nets": [{"cidr": ["192.0.2.0/23"]}]},
	"tag": [{"name": "nginx", "fullname": "nginx", "category": ["Web servers"], "description": "", "cpe": [], "nginx": {"version": "1.24.0"}}],
	"cve": [{"name": "CVE-2026-1", "base_score": "9.8", "severity": "critical", "description": "", "has_exploit": true, "exploit_links": []}],
	"http": {"status_code": 403, "status_line": "403 Forbidden", "http_version": {"major": 1, "minor": 1, "name": "HTTP/1.1"},
		"headers": {"content_type": ["text/html"]}, "unknown_headers": [{"key": "x_odd", "value": ["1"]}], "content_length": -1,
		"body": "<html>", "favicon": {"hash_sha256": "HASH", "perceptual_hash": "0c5ec8c181f37e2c", "path": "/favicon.ico",
			"uri": "https://example.com:443/favicon.ico", "host": "example.com", "ip": "192.0.2.1", "image": "aWNvbg==",
			"last_modified": ["2023-12-31T00:00:00Z"]}},
	"tls": {"version": "TLSv1.3", "versions": ["TLSv1.3"]},
	"certificate": {CERTIFICATE, "chain": [{CERTIFICATE}]}
}`

const certificate = `"version": 3, "serial_number": "18446744073709551616", "subject_dn": "CN=example.com", "issuer_dn": "CN=example.com",
	"subject": {"common_name": ["example.com"]}, "issuer": {"common_name": ["example.com"]}, "names": ["example.com"],
	"validity": {"start": "2026-11-23T00:00:00Z", "end": "2026-11-24T00:00:00Z", "length": 86400},
	"signature_algorithm": {"name": "SHA256-RSA", "oid": "1.2.840.113549.1.1.11"},
	"signature": {"valid": true, "self_signed": true, "value": "AAAA", "signature_algorithm": {"name": "SHA256-RSA"}},
	"fingerprint_md5": "MD5", "fingerprint_sha1": "SHA1", "fingerprint_sha256": "HASH", "tbs_fingerprint": "HASH",
	"tbs_noct_fingerprint": "HASH", "spki_subject_fingerprint": "HASH", "validation_level": "DV", "redacted": false, "src": "scan",
	"extensions": {"key_usage": {"value": 1, "digital_signature": true}, "basic_constraints": {"is_ca": false},
		"signed_certificate_timestamps": [{"log_id": "AAAA", "signature": "AAAA", "version": 0, "timestamp": 1700000000}]}`

// ssh is a document of another protocol.
const ssh = `{
	"uri": "ssh://192.0.2.1:22", "host": "192.0.2.1", "host_type": "ip", "ip": "192.0.2.1", "port": 22,
	"prot4": "tcp", "prot7": "ssh", "protocol": "ssh", "target": {"type": "ip", "ip": "192.0.2.1"},
	"referer": [], "domain": [], "ptr": [], "scan_date": "2026-11-23", "iteration": "0",
	"last_updated": "2026-11-23T01:02:03.004Z", "@timestamp": "2026-11-23T01:02:03.004Z",
	"ssh": {"banner": "SSH-2.0-x", "server_id": {"raw": "SSH-2.0-x", "version": "2.0", "software": "x"}, "notes": ["a"]}
}`

func fill(document string) string {
	return strings.NewReplacer("CERTIFICATE", certificate).Replace(document)
}

func digits(document string) string {
	return strings.NewReplacer(
		"JARM", strings.Repeat("0d", 31), "HASH", strings.Repeat("0a", 32), "SHA1", strings.Repeat("0b", 20), "MD5", strings.Repeat("0c", 16),
	).Replace(document)
}

func TestCheckAccepts(t *testing.T) {
	elastic := strings.NewReplacer(`"ssh"`, `"elasticsearch"`, "ssh:", "elasticsearch:", `"prot7": "ssh"`, `"prot7": "http"`).Replace(ssh)
	for name, document := range map[string]string{"page": digits(fill(sample)), "ssh": ssh, "over HTTP": elastic} {
		if err := contract.Check([]byte(document)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCheckRejects changes one thing in a document that is right, and wants a violation
// that names the place.
func TestCheckRejects(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"unknown member", `"jarm":`, `"sitemap": {}, "jarm":`, "sitemap: the contract has no such member"},
		{"block of another protocol", `"jarm":`, `"redis": {"banner": "", "ping_response": ""}, "ssh": 1, "jarm":`, "ssh: number 1 is no object"},
		{"missing member", `"host_type": "domain", `, ``, "host_type: is missing"},
		{"null", `"ptr": []`, `"ptr": null`, "ptr: null <nil> is no list"},
		{"text for a list", `"referer": []`, `"referer": "x"`, "referer: string x is no list"},
		{"port as text", `"port": 443`, `"port": "443"`, "port: string 443 is no int"},
		{"port with a fraction", `"port": 443`, `"port": 443.5`, "port: number 443.5 is no int"},
		{"closed list", `"prot4": "tcp"`, `"prot4": "sctp"`, "prot4: string sctp is no one:tcp|udp"},
		{"seconds without parts", `"@timestamp": "2026-11-23T01:02:03.004Z"`, `"@timestamp": "2026-11-23T01:02:03Z"`, "@timestamp: "},
		{"day", `"scan_date": "2026-11-23"`, `"scan_date": "23.11.2026"`, "scan_date: "},
		{"another day", `"scan_date": "2026-11-23"`, `"scan_date": "2026-11-22"`, "is not the day of"},
		{"uri without path", `"https://example.com:443/",`, `"https://example.com:443",`, "uri https://example.com:443 is not"},
		{"uri without port", `"https://example.com:443/",`, `"https://example.com/",`, "uri https://example.com/ is not"},
		{"host type", `"host_type": "domain"`, `"host_type": "ip"`, "is no ip"},
		{"target", `"target": {"type": "domain", "domain"`, `"target": {"type": "domain", "ip"`, "target"},
		{"protocol", `"prot7": "http"`, `"prot7": "ftp"`, "is no variant of ftp"},
		{"short jarm", `"jarm": "0d`, `"jarm": "`, "jarm: "},
		{"numeric autonomous system", `"number": ["64496"]`, `"number": [64496]`, "whois.asn.number[0]: number 64496 is no text"},
		{"cidr of a related net", `["192.0.2.0/23"]`, `"192.0.2.0/23"`, "whois.related_nets[0].cidr: "},
		{"size as text", `"net_size": 256`, `"net_size": "256"`, "whois.net.net_size: "},
		{"latitude", `"lat": 1.5`, `"lat": "1.5"`, "geo.location.lat: "},
		{"score as number", `"base_score": "9.8"`, `"base_score": 9.8`, "cve[0].base_score: "},
		{"severity", `"severity": "critical"`, `"severity": "CRITICAL"`, "cve[0].severity: "},
		{"version beside its name", `"nginx": {"version": "1.24.0"}`, `"version": {"version": "1.24.0"}`, "tag nginx has its version not under its name"},
		{"version as number", `"version": "1.24.0"`, `"version": 1.24`, "tag[0].nginx.version: "},
		{"status as text", `"status_code": 403`, `"status_code": "403"`, "http.status_code: "},
		{"status line of the wire", `"403 Forbidden"`, `"HTTP/1.1 403 Forbidden"`, "does not begin with 403"},
		{"version of HTTP", `"HTTP/1.1"`, `"1.1"`, "is not HTTP/1.1"},
		{"header as text", `["text/html"]`, `"text/html"`, "http.headers.content_type: "},
		{"name of a header", `"content_type"`, `"Content-Type"`, "http.headers.Content-Type: is no lower_case"},
		{"unknown header", `"key": "x_odd"`, `"key": "X-Odd"`, "http.unknown_headers[0].key: "},
		{"length", `"content_length": -1`, `"content_length": null`, "http.content_length: "},
		{"long body", `"<html>"`, `"` + strings.Repeat("x", 100<<10+1) + `"`, "http.body: 102401 bytes"},
		{"perceptual hash", `"0c5ec8c181f37e2c"`, `"0c5ec8c181f37e2"`, "http.favicon.perceptual_hash: "},
		{"picture", `"aWNvbg=="`, `"icon!"`, "http.favicon.image: "},
		{"date of HTTP", `["2023-12-31T00:00:00Z"]`, `["Sun, 31 Dec 2023 00:00:00 GMT"]`, "http.favicon.last_modified[0]: "},
		{"serial number", `"18446744073709551616"`, `18446744073709551616`, "certificate.chain[0].serial_number: "},
		{"name of a subject", `["example.com"]}, "issuer"`, `"example.com"}, "issuer"`, "certificate.subject.common_name: "},
		{"start", `"start": "2026-11-23T00:00:00Z"`, `"start": "2026-11-23 00:00:00"`, "certificate.chain[0].validity.start: "},
		{"length of validity", `86400`, `1`, "certificate.validity.length: 1 is not 86400 seconds"},
		{"time of a log", `"timestamp": 1700000000`, `"timestamp": "1700000000"`, "certificate.extensions.signed_certificate_timestamps[0].timestamp: "},
		{"level", `"DV"`, `"dv"`, "certificate.validation_level: "},
		{"member of a certificate", `"redacted": false`, `"redacted": false, "raw": ""`, "certificate.chain[0].raw: the contract has no such member"},
		{"typed client", `"redacted": false`, `"redacted": 0`, "a typed client loses the page"},
	} {
		reject(t, c.name, strings.ReplaceAll(digits(fill(sample)), c.old, c.new), digits(fill(sample)), c.want)
	}
}

func TestCheckRejectsBlocks(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"no banner", `"banner": "SSH-2.0-x", `, ``, "ssh.banner: is missing"},
		{"no block", `"ssh": {`, `"tls": {`, `there is no block "ssh"`},
		{"path", `"prot4"`, `"path": "/", "prot4"`, "is not ssh://192.0.2.1:22/"},
		{"null in a list", `["a"]`, `["a", null]`, "ssh.notes[1]: is null"},
		{"mixed list", `["a"]`, `["a", 1]`, "ssh.notes: is a list of string and number"},
		{"null", `["a"]`, `null`, "ssh.notes: is null"},
		{"name", `"notes"`, `"hostNotes"`, "ssh.hostNotes: is no lower_case"},
		{"server", `"software": "x"`, `"software": 1`, "ssh.server_id.software: "},
	} {
		reject(t, c.name, strings.Replace(ssh, c.old, c.new, 1), ssh, c.want)
	}
}

func reject(t *testing.T, name, changed, document, want string) {
	t.Helper()
	if changed == document {
		t.Errorf("%s: nothing is changed", name)
	}
	if err := contract.Check([]byte(changed)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q", name, err, want)
	}
}

func TestConsistency(t *testing.T) {
	document := func(uri string, members map[string]any) []byte {
		members["uri"] = uri
		data, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	one := document("a://1:1", map[string]any{"x": map[string]any{"version": "1"}, "list": []string{}})
	for want, other := range map[string][]byte{
		"":                                 document("a://2:1", map[string]any{"x": map[string]any{"version": "2"}, "list": []string{"one"}}),
		"two documents have the uri":       document("a://1:1", map[string]any{}),
		"x.version is string in a://1:1 a": document("a://2:1", map[string]any{"x": map[string]any{"version": 1}}),
		"list is array in a://1:1 and str": document("a://2:1", map[string]any{"list": "one"}),
	} {
		err := contract.Consistency([][]byte{one, other})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
