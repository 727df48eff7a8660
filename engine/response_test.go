package engine_test

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func sample() engine.Response {
	endpoint := engine.Endpoint{Addr: netip.MustParseAddr("2001:db8::1"), Port: 6379, Transport: engine.TCP, Target: "Example.com.", Name: "example.com"}
	r := engine.NewResponse(endpoint, "redis", "redis", "", time.Date(2026, 11, 23, 1, 2, 3, 4_000_000, time.UTC))
	r.Tags = []engine.Tag{{Name: "redis", FullName: "Redis", Category: []string{"Databases"}, CPE: []string{"cpe:2.3:a:redis:redis:6.2.6"}, Version: "6.2.6"}}
	r.Blocks["redis"] = map[string]any{"ping_response": "PONG"}
	return r
}

func TestResponseDocument(t *testing.T) {
	data, err := json.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	for member, want := range map[string]any{
		"uri": "redis://example.com:6379", "ip": "2001:db8::1", "host": "example.com", "host_type": "domain", "port": 6379.0,
		"prot4": "tcp", "prot7": "redis", "protocol": "redis", "scan_date": "2026-11-23", "last_updated": "2026-11-23T01:02:03.004Z",
		"target": map[string]any{"type": "domain", "domain": "example.com"}, "ptr": []any{}, "domain": []any{},
		"redis": map[string]any{"ping_response": "PONG"},
	} {
		if !reflect.DeepEqual(document[member], want) {
			t.Errorf("%s is %v, want %v", member, document[member], want)
		}
	}
}

func TestResponseSurvivesTheWire(t *testing.T) {
	want := sample()
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got engine.Response
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(data) {
		t.Errorf("came back as\n%s\nwas\n%s", again, data)
	}
	if got.Tags[0].Version != "6.2.6" || got.Key() != want.Key() {
		t.Errorf("came back as %+v", got)
	}
}

// The document of a domain has no address and no port, and comes back as it was.
func TestDomainResponse(t *testing.T) {
	r := engine.NewDomainResponse("Example.com.", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	r.Blocks["dns"] = map[string]any{"apex": true}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(data, &members); err != nil {
		t.Fatal(err)
	}
	if members["uri"] != "domain://example.com" || members["ip"] != nil || members["port"] != nil || members["host"] != "example.com" || members["host_type"] != "domain" {
		t.Errorf("%s", data)
	}
	var back engine.Response
	if err := json.Unmarshal(data, &back); err != nil || len(back.Blocks) != 1 || back.Key() != r.Key() || back.Target.Domain != "example.com" {
		t.Errorf("came back as %+v, %v", back, err)
	}
}

func TestResponseKeyTellsPlacesApart(t *testing.T) {
	a, b := sample(), sample()
	b.LastUpdate, b.Blocks = "later", nil
	if a.Key() != b.Key() {
		t.Error("the same place seen again has another key")
	}
	b.IP = "192.0.2.1"
	if a.Key() == b.Key() {
		t.Error("another address has the same key")
	}
}

func TestFingerprintDependsOnThePlaceOnly(t *testing.T) {
	a := engine.Fingerprint("redis.no-auth", "EXAMPLE.com.", 6379, "redis", "")
	if b := engine.Fingerprint("redis.no-auth", "example.com", 6379, "redis", ""); a != b || len(a) != 16 {
		t.Errorf("%q and %q, want one fingerprint of 16 digits", a, b)
	}
	for _, other := range []string{
		engine.Fingerprint("redis.exposed", "example.com", 6379, "redis", ""),
		engine.Fingerprint("redis.no-auth", "example.com", 6380, "redis", ""),
		engine.Fingerprint("redis.no-auth", "example.net", 6379, "redis", ""),
	} {
		if other == a {
			t.Error("another finding has the same fingerprint")
		}
	}
}
