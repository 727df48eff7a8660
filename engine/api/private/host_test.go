package private_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// secure is a document of a TLS service with a certificate; at is the second it was
// seen in.
func secure(host, name string, port int, fingerprint string, at int) engine.Response {
	r := web(host, port, "x", at)
	if name != "" {
		e := engine.Endpoint{Addr: netip.MustParseAddr(host), Port: uint16(port), Transport: engine.TCP, Target: engine.Target(name), Name: name}
		r = engine.NewResponse(e, "http", "https", "/", time.Date(2026, 1, 2, 3, 4, at, 0, time.UTC))
	}
	r.Blocks["certificate"] = map[string]any{
		"fingerprint_sha256": fingerprint, "names": []string{"www." + fingerprint + ".example"}, "version": 3, "serial_number": "12345678901234567890",
		"validity": map[string]any{"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z", "length": 31536000},
	}
	return r
}

// host is the answer as typed clients read it: a wrong type anywhere fails.
type host struct {
	IP      string `json:"ip"`
	Domain  string `json:"domain"`
	Type    string `json:"type"`
	Privacy struct {
		VPN bool `json:"is_vpn"`
	} `json:"privacy"`
	Organization string `json:"organization"`
	Geo          struct {
		Continent string `json:"continent"`
		Location  struct {
			Latitude float64 `json:"latitude"`
			Accuracy int     `json:"accuracy_radius"`
			TimeZone string  `json:"time_zone"`
		} `json:"location"`
	} `json:"geo"`
	DomainsCount int      `json:"domains_count"`
	Domains      []string `json:"domains"`
	PTR          []string `json:"ptr"`
	Related      []string `json:"related_domains"`
	DNS          struct {
		A     []string `json:"a"`
		TXT   []string `json:"txt"`
		MX    []string `json:"mx"`
		NS    []string `json:"ns"`
		Zone  string   `json:"zone"`
		Level int      `json:"level"`
	} `json:"dns"`
	Whois struct {
		Abuse string `json:"abuse"`
		IP    struct {
			From string `json:"gte"`
			To   string `json:"lte"`
		} `json:"ip"`
		Net map[string]any `json:"net"`
	} `json:"whois"`
	Software []struct {
		URI string       `json:"uri"`
		Tag []engine.Tag `json:"tag"`
	} `json:"software"`
	Ports []struct {
		Port     int    `json:"port"`
		Protocol string `json:"protocol"`
		Prot4    string `json:"prot4"`
		Prot7    string `json:"prot7"`
	} `json:"ports"`
	Certificates []map[string]any `json:"certificate"`
	FirstSeen    string           `json:"fseen"`
	LastSeen     string           `json:"lseen"`
}

// hostRoom has scans of two addresses, one of them by two names.
func hostRoom(t *testing.T) *room {
	r := open(t)
	r.done("older", []engine.Response{web("192.0.2.1", 80, "x", 1), web("192.0.2.9", 80, "x", 1)}, nil)
	r.done("newer", []engine.Response{
		web("192.0.2.1", 80, "x", 5), secure("192.0.2.1", "", 443, "aa", 6), secure("192.0.2.1", "www.example.com", 443, "aa", 7),
		secure("192.0.2.1", "shop.example.com", 443, "bb", 8),
	}, nil)
	return r
}

func TestHostByAddress(t *testing.T) {
	r := hostRoom(t)
	for _, path := range []string{"/api/host/192.0.2.1", "/api/host/192.0.2.1/?source_type=include", "/api/host/::ffff:192.0.2.1?public_indices_only=true"} {
		var got host
		r.own("GET "+path, "").is(200).into(&got)
		if got.IP != "192.0.2.1" || got.Type != "ip" || got.DomainsCount != 2 || fmt.Sprint(got.Domains) != "[shop.example.com www.example.com]" {
			t.Errorf("%s: %+v", path, got)
		}
		if len(got.Ports) != 3 || got.Ports[0].Port != 80 || got.Ports[1].Port != 443 || got.Ports[0].Prot4 != "tcp" {
			t.Errorf("%s: ports %+v", path, got.Ports)
		}
		if len(got.Software) == 0 || got.Software[0].Tag[0].Name != "nginx" || len(got.Certificates) != 2 {
			t.Errorf("%s: software %+v, certificates %+v", path, got.Software, got.Certificates)
		}
		if !strings.HasPrefix(got.FirstSeen, "2026-01-02T03:04:05") || !strings.HasPrefix(got.LastSeen, "2026-01-02T03:04:08") {
			t.Errorf("%s: seen from %s to %s", path, got.FirstSeen, got.LastSeen)
		}
	}
}

func TestHostByName(t *testing.T) {
	r := hostRoom(t)
	var got host
	r.own("GET /api/host/WWW.example.com", "").is(200).into(&got)
	if got.Domain != "www.example.com" || got.Type != "domain" || fmt.Sprint(got.DNS.A) != "[192.0.2.1]" || got.DNS.Zone != "com" || got.DNS.Level != 3 || len(got.Ports) != 1 {
		t.Errorf("%+v", got)
	}
}

// What the DNS said of a name when a scan examined it is there; it is no port.
func TestHostOfExaminedName(t *testing.T) {
	r := open(t)
	examined := engine.NewDomainResponse("example.com", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	examined.Blocks["dns"] = map[string]any{"a": []string{"192.0.2.1"}, "mx": []string{"mail.example.com"}, "ns": []string{"ns1.example.com", "ns2.example.com"}, "txt": []string{"v=spf1 -all"}}
	r.done("examined", []engine.Response{examined, secure("192.0.2.7", "example.com", 8443, "aa", 6)}, nil)
	var got host
	r.own("GET /api/host/example.com", "").is(200).into(&got)
	if d := got.DNS; fmt.Sprint(d.A, d.MX, d.NS, d.TXT) != "[192.0.2.1 192.0.2.7] [mail.example.com] [ns1.example.com ns2.example.com] [v=spf1 -all]" || len(got.Ports) != 1 {
		t.Errorf("%+v", got)
	}
	r.own("GET /api/host/192.0.2.7", "").is(200).into(&got)
	if len(got.Ports) != 1 {
		t.Errorf("ports %+v", got.Ports)
	}
}

// TestHostThatWasNeverScanned has every member that clients look up without asking.
func TestHostThatWasNeverScanned(t *testing.T) {
	r := open(t)
	for path, members := range map[string][]string{
		"/api/host/198.51.100.1": {"ip", "type", "privacy", "organization", "geo", "domains_count", "domains", "ptr", "software", "whois", "ports"},
		"/api/host/":             {"ip", "type", "privacy", "organization", "geo", "domains_count", "domains", "ptr", "software", "whois", "ports"},
		"/api/host/example.org":  {"domain", "type", "related_domains_count", "related_domains", "dns", "whois", "software", "ports"},
	} {
		object := r.own("GET "+path, "").is(200).object()
		for _, member := range members {
			if value, there := object[member]; !there || value == nil {
				t.Errorf("%s: %s is %v", path, member, value)
			}
		}
	}
	var own host
	r.own("GET /api/host?source_type=include", "").is(200).into(&own)
	if own.IP != "127.0.0.1" {
		t.Errorf("the caller's own address is %s", own.IP)
	}
}

func TestHostIsOnlyOfOwnScans(t *testing.T) {
	r := hostRoom(t)
	var got host
	r.send("GET /api/host/192.0.2.1", "", "X-API-Key: "+foreignKey).is(200).into(&got)
	if len(got.Ports) != 0 || len(got.Domains) != 0 || got.LastSeen != "" {
		t.Errorf("a stranger sees %+v", got)
	}
}

func TestHostFields(t *testing.T) {
	r := hostRoom(t)
	if got := r.own("GET /api/host/192.0.2.9?fields=ip,ports.port&source_type=include", "").is(200).body; got != `{"ip":"192.0.2.9","ports":[{"port":80}]}`+"\n" {
		t.Errorf("got %s", got)
	}
	for _, name := range []string{"192.0.2.0%2F24", "https:%2F%2Fexample.com", "*", "a%20b", "%22%20OR%20*", "192.0.2.300"} {
		r.own("GET /api/host/"+name+"/", "").fails(400, engine.Invalid, "host")
	}
}
