package indextest

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// sampleSize is how many documents the search is tested on.
const sampleSize = 200

// sample gives response documents with every type of field the query language
// knows, the same ones each time. They must not be changed.
var sample = sync.OnceValue(func() []engine.Response {
	g := &generator{Rand: rand.New(rand.NewPCG(1, 2))}
	responses := make([]engine.Response, sampleSize)
	for i := range responses {
		responses[i] = g.response(i)
	}
	return responses
})

// page gives a web page whose key depends on n alone.
func page(n int, title, server string, status int) engine.Response {
	at := time.Date(2025, 3, 1+n%28, n%24, n%60, 0, n*1000000, time.UTC)
	addr := netip.AddrFrom4([4]byte{192, 0, 2, byte(n)})
	name := fmt.Sprintf("host-%d.example.net", n)
	r := engine.NewResponse(engine.Endpoint{Addr: addr, Port: 80, Transport: engine.TCP, Target: engine.Target(name), Name: name}, "http", "http", "/", at)
	r.Blocks["http"] = map[string]any{"title": title, "status_code": status, "headers": map[string]any{"server": []string{server}}}
	return r
}

// generator makes up documents.
type generator struct{ *rand.Rand }

func (g *generator) one(of ...any) any { return of[g.IntN(len(of))] }

func (g *generator) word(of ...string) string { return of[g.IntN(len(of))] }

func (g *generator) response(n int) engine.Response {
	e := engine.Endpoint{Addr: g.addr(), Port: uint16(g.port()), Transport: engine.TCP}
	e.Target = engine.Target(e.Addr.String())
	if g.IntN(2) == 0 {
		e.Name = g.name(n)
		e.Target = engine.Target(e.Name)
	}
	at := time.Date(2024+g.IntN(2), time.Month(1+g.IntN(12)), 1+g.IntN(28), g.IntN(24), g.IntN(60), g.IntN(60), 1e6*g.IntN(1000), time.UTC)
	base := g.word("http", "http", "http", "ssh", "redis", "dns", "smb")
	r := engine.NewResponse(e, base, base+g.word("", "", "s"), g.word("", "/", fmt.Sprintf("/Path/%d?q=A&b=%%20", n)), at)
	r.Domain, r.PTR = g.names(n), g.names(n)
	r.Tags = g.tags()
	g.fill(&r)
	return r
}

func (g *generator) addr() netip.Addr {
	switch g.IntN(5) {
	case 0:
		return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 15: byte(g.IntN(256))})
	case 1:
		return netip.AddrFrom4([4]byte{192, 168, byte(g.IntN(4)), byte(g.IntN(256))})
	}
	return netip.AddrFrom4([4]byte{10, byte(g.IntN(3)), byte(g.IntN(256)), byte(g.IntN(256))})
}

func (g *generator) port() int {
	if g.IntN(3) == 0 {
		return 1 + g.IntN(65535)
	}
	return []int{22, 53, 80, 443, 4000, 6379, 8080, 8443}[g.IntN(8)]
}

func (g *generator) name(n int) string {
	return g.word("www", "Mail", "api-"+fmt.Sprint(n), "a.b.c", "_sip", "xn--bcher-kva") + "." + g.word("example.com", "example.org", "mail.example.com", "google.com", "PayPal.com", "github.com")
}

func (g *generator) names(n int) (names []string) {
	for range g.IntN(4) {
		names = append(names, g.name(n))
	}
	return names
}

func (g *generator) tags() (tags []engine.Tag) {
	for range g.IntN(4) {
		tags = append(tags, engine.Tag{
			Name: g.word("nginx", "apache", "wordpress", "node.js", "vbulletin"), FullName: g.word("Apache HTTP Server", "Nginx", "WordPress"),
			Category: []string{g.word("Web servers", "CMS"), g.word("Blogs", "Reverse proxies")}, CPE: []string{"cpe:2.3:a:x:y"},
			Version: g.word("", "1.9", "1.10.3", "1.25", "5.6.9", "4.0", "8.0p1", "2.0-rc1", "v3"),
		})
	}
	return tags
}

// fill adds blocks, of the protocol and others.
func (g *generator) fill(r *engine.Response) {
	blocks := map[string]func() map[string]any{
		"http": g.http, "certificate": g.certificate, "geo": g.geo, "ssh": g.banner, "ftp": g.banner, "smb": g.smb, "whois": g.whois, "custom": g.custom,
	}
	for _, name := range []string{"http", "certificate", "geo", "ssh", "ftp", "smb", "whois", "custom"} {
		if name == r.Base || g.IntN(3) == 0 {
			r.Blocks[name] = blocks[name]()
		}
	}
	if g.IntN(3) == 0 {
		r.Blocks["cve"] = []any{g.cve(), g.cve()}
	}
	if g.IntN(4) == 0 {
		r.Blocks["jarm"] = strings.Repeat(g.word("0a", "2F", "00"), 31)
		r.Blocks["isp"] = g.word("Example Networks Ltd.", "ACME, Inc")
	}
}

func (g *generator) http() map[string]any {
	return map[string]any{
		"status_code": g.one(200, 200, 301, 403, 404, 500, 503, 99, -1), "status_line": "403 Forbidden", "content_length": g.one(-1, 0, 1234, 1<<40),
		"http_version": map[string]any{"major": 1, "minor": g.IntN(2), "name": "HTTP/1.1"},
		"title":        g.word("Index of /", "index of", "The INDEX, of things", "phpMyAdmin 5.2", "Grüße aus Köln", "登录 页面 Login", "GitLab", "superset", "o'reilly & sons", "", "camera online 12345678999", strings.Repeat("long title ", 40)),
		"body":         g.word("<h2>vmagent</h2>", "wp-content/plugins/mstore/x.js", "camera (online)", "Online camera", "stephen  hawking", "hawking stephen", "a_b mysql_fetch_array() warning: 1.2.3.4", strings.Repeat("x", 300)+" tail", "shop.example.onion forum"),
		"body_sha256":  strings.Repeat(g.word("ab", "AB", "0f"), 32), "meta": []any{g.word("generator WordPress 5.6", "viewport"), "robots noindex"},
		"headers":         map[string]any{"server": []any{g.word("nginx/1.20", "Apache/2.4.41 (Ubuntu)", "prtg", "PRTG/22.1", "nginx")}, "set_cookie": []any{"JSESSIONID=ABC; path=/", "lang=en"}, "x_powered_by": []any{"PHP/7.4"}},
		"unknown_headers": []any{map[string]any{"key": g.word("x_jenkins", "X-Custom"), "value": []any{"2.3", "b"}}, map[string]any{"key": "etag", "value": []any{`"5f-1"`}}},
		"favicon":         map[string]any{"hash_sha256": strings.Repeat(g.word("1a", "2b"), 32), "perceptual_hash": g.word("ffc3c3c3c3c3c3ff", "ffc3c3c3c3c3c3fe", "0000000000000000"), "image": "aGVsbG8=", "last_modified": []any{g.word("Mon, 02 Jan 2023 15:04:05 GMT", "2023-12-31", "never", "2024-01-01T00:00:00Z")}},
		"contacts":        map[string]any{"emails": []any{g.word("Info@example.com", "root@localhost")}},
	}
}

func (g *generator) certificate() map[string]any {
	return map[string]any{
		"version": 3, "serial_number": g.word("340282366920938463463374607431768211455", "1"), "names": g.names(7), "redacted": g.one(true, false),
		"subject": map[string]any{"common_name": []any{g.word("*.example.com", "Vigor Router", "unk")}, "organization": []any{g.word("KVH Industries", "Cobham SATCOM", "Example, Inc.")}},
		"issuer":  map[string]any{"common_name": []any{g.word("Vigor Router", "R3")}, "street_address": []any{"1 McGill Street"}}, "subject_dn": "CN=x, O=Example, C=US",
		"validity":               map[string]any{"start": g.word("2024-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2025-06-30T12:00:00Z"), "end": g.word("2025-03-21T00:00:00Z", "2025-03-21T23:59:59Z", "9999-12-31T23:59:59Z"), "length": g.one(7776000, 31536000)},
		"fingerprint_sha256":     strings.Repeat("cd", 32),
		"extensions":             map[string]any{"subject_alt_name": map[string]any{"dns_names": g.names(3), "ip_addresses": []any{"10.0.0.1", "2001:db8::5"}}, "basic_constraints": map[string]any{"is_ca": g.one(true, false, nil)}},
		"signature":              map[string]any{"self_signed": g.one(true, false), "valid": true},
		"signed_timestamps_here": []any{map[string]any{"timestamp": 1700000000000 + g.IntN(9)}},
	}
}

func (g *generator) geo() map[string]any {
	return map[string]any{
		"continent": g.word("Europe", "Asia", "North America"), "country": g.word("GB", "US", "AU", "gb"), "city": g.word("London", "San Francisco", "Xi'an"),
		"subdivisions": []any{"ENG"}, "location": map[string]any{"lat": g.one(51.5, -33.86, 0.0, 37.77), "long": g.one(-0.12, 151.2, -122.4), "accuracy": g.IntN(1000)},
	}
}

func (g *generator) banner() map[string]any {
	return map[string]any{"banner": g.word("SSH-2.0-OpenSSH_8.9p1 Ubuntu-3", "220 ProFTPD 1.3.5 Server (Collado)", "Welcome to the Router.\r\nlogin:", "e-mail: admin@example.com test"), "userauth": []any{"publickey", "password"}, "nothing": nil, "empty": []any{}, "hollow": map[string]any{"inside": nil}}
}

func (g *generator) smb() map[string]any {
	return map[string]any{"smbv1_support": g.one(true, false), "dialects": []any{2.1, 3, "NTLM 0.12"}}
}

func (g *generator) whois() map[string]any {
	return map[string]any{
		"abuse": "Abuse@example.com", "asn": map[string]any{"number": []any{"64500", "64501"}, "name": g.word("EXAMPLE-AS", "Other Net")},
		"net": map[string]any{"start_ip": "10.0.0.0", "end_ip": g.word("10.0.255.255", "10.255.255.255"), "net_size": g.one(255, 65535), "description": "a b c", "created": g.word("1993-05-01", "2001-09-01T12:30:00Z")},
	}
}

// custom has fields the mapping does not know, with values of any type.
func (g *generator) custom() map[string]any {
	return map[string]any{
		"mixed": g.one(true, false, 7, 7.5, -3, "7", "seven", "True", []any{1, "two", nil, false}, map[string]any{"deeper": "value"}),
		"token": g.word("Alpha Beta", "alpha", "ALPHA-7", "alpha beta gamma"), "file_hash": strings.Repeat(g.word("Z", "z"), 5), "count": g.IntN(20),
		"client": map[string]any{"ip": g.word("10.9.8.7", "::1", "not an address", "fe80::1%eth0", "::ffff:10.9.8.7"), "host": g.name(1)},
		"huge":   strings.Repeat("k", 250+g.IntN(20)) + g.word("", "é", "end"), "session_id": strings.Repeat("ab", 140) + g.word("1", "2"),
	}
}

func (g *generator) cve() map[string]any {
	return map[string]any{
		"name": g.word("CVE-2019-16759", "CVE-2022-22965", "CVE-2021-44228"), "base_score": g.word("9.8", "7.5", "10.0", "9", "4.3", ""), "severity": g.word("critical", "high", "medium"),
		"description": g.word("Microsoft Exchange", "Oracle WebLogic Server", "log4j"), "has_exploit": g.one(true, false),
	}
}
