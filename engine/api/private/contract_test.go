package private_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// The requests here are those that clients were recorded to send (contract part 2).

func TestScannerCommands(t *testing.T) {
	r := open(t)
	var created engine.Scan
	r.own("POST /api/scanner/", `{"targets":["192.0.2.1","2001:db8::1","example.com"],"name":"X"}`).is(201).into(&created)
	if created.Label != "X" || !slices.Equal(created.Targets, []engine.Target{"192.0.2.1", "2001:db8::1", "example.com"}) {
		t.Errorf("created %+v", created)
	}
	var list []engine.Scan
	r.own("GET /api/scanner/", "").is(200).into(&list)
	if len(list) != 1 || list[0].ID != created.ID {
		t.Errorf("list %+v", list)
	}
	path := fmt.Sprintf("/api/scanner/%d/", created.ID)
	if got := r.own("GET "+path, "").is(200).object(); got["name"] != "X" || got["label"] != "X" || got["status"] != "pending" {
		t.Errorf("got %v", got)
	}
	if got := r.own("PATCH "+path, `{"name":"Y"}`).is(200).object(); got["label"] != "Y" {
		t.Errorf("renamed to %v", got["label"])
	}
	if got := r.own("PUT "+path, `{"label":"Z"}`).is(200).object(); got["label"] != "Z" {
		t.Errorf("renamed to %v", got["label"])
	}
	if got := r.own("DELETE "+path, "").is(204); got.body != "" {
		t.Errorf("a body after delete: %q", got.body)
	}
	r.own("GET "+path, "").fails(404, engine.NotFound, "id")
}

func TestQueueCommands(t *testing.T) {
	r := open(t)
	first, second, third := r.pending("1"), r.pending("2"), r.pending("3")
	position := func(a answer) any { return a.is(200).object()["queue_position"] }
	if got := position(r.own("POST /api/scanner/change_priority/", fmt.Sprintf(`{"id":%d,"shift":-2}`, third))); got != 1.0 {
		t.Errorf("position %v, want 1", got)
	}
	if got := position(r.own("POST /api/scanner/change_priority/", fmt.Sprintf(`{"id":"%d","shift":"-2"}`, second))); got != 1.0 {
		t.Errorf("position %v after numbers as strings, want 1", got)
	}
	if got := position(r.own("POST /api/scanner/change_priority", fmt.Sprintf(`{"id":%d,"shift":99999999999}`, second))); got != 3.0 {
		t.Errorf("position %v, want the last", got)
	}
	ended := r.done("ended", nil, nil)
	r.own("POST /api/scanner/change_priority/", fmt.Sprintf(`{"id":%d,"shift":-1}`, ended)).fails(400, engine.Conflict, "")
	got := r.own("POST /api/scanner/bulk_delete/", fmt.Sprintf(`{"ids":["%d","%d","%d"]}`, first, third, first)).is(200).object()
	if deleted, ok := got["deleted"].([]any); !ok || len(deleted) != 2 {
		t.Errorf("deleted %v", got)
	}
	r.own(fmt.Sprintf("GET /api/scanner/%d/", first), "").is(404)
	r.own(fmt.Sprintf("GET /api/scanner/%d/", second), "").is(200)
}

func TestOneWrongIDDeletesNothing(t *testing.T) {
	r := open(t)
	id := r.pending("x")
	r.own("POST /api/scanner/bulk_delete/", fmt.Sprintf(`{"ids":[%d,999]}`, id)).fails(404, engine.NotFound, "ids[1]")
	r.own(fmt.Sprintf("GET /api/scanner/%d/", id), "").is(200)
}

func TestCancelKeepsTheScanAndMayBeRepeated(t *testing.T) {
	r := open(t)
	path := fmt.Sprintf("POST /api/scanner/%d/cancel/", r.pending("x"))
	for range 2 {
		if got := r.own(path, "").is(200).object(); got["status"] != "cancelled" {
			t.Errorf("status %v", got["status"])
		}
	}
}

func TestReportSumsUpTheScan(t *testing.T) {
	r := open(t)
	ports := openPorts(1001)
	speaks := engine.NewResponse(ports[1], "redis", "redis", "", time.Now())
	speaks.Tags = []engine.Tag{{Name: "redis", FullName: "Redis", Version: "7.2"}}
	found := []engine.Finding{finding("x.low", engine.Low, 1), finding("redis.no-auth", engine.High, 6379)}
	id := r.done("x", append(webs(2), speaks), found, ports...)
	var report struct {
		Scan     engine.Scan         `json:"scan"`
		Targets  []engine.Target     `json:"targets"`
		Counts   map[string]int      `json:"counts"`
		Findings []engine.Finding    `json:"findings"`
		Ports    []engine.ServedPort `json:"ports"`
	}
	r.own(fmt.Sprintf("GET /api/scanner/%d/report", id), "").is(200).into(&report)
	if report.Scan.ID != id || !slices.Equal(report.Targets, []engine.Target{"192.0.2.1"}) || report.Counts["responses"] != 3 || report.Counts["high"] != 1 {
		t.Errorf("report %+v", report)
	}
	if len(report.Findings) != 2 || report.Findings[0].Rule != "redis.no-auth" {
		t.Errorf("findings %+v", report.Findings)
	}
	want := engine.ServedPort{Endpoint: ports[1], Service: engine.Service{Protocol: "redis", Product: "Redis", Version: "7.2"}}
	if len(report.Ports) != 1000 || report.Counts["open_ports"] != 1001 || report.Ports[0].Service != (engine.Service{}) || report.Ports[1] != want {
		t.Errorf("%d of %d ports, the second is %+v, want %+v", len(report.Ports), report.Counts["open_ports"], report.Ports[1], want)
	}
}

// openPorts are the first ports of n addresses, in order.
func openPorts(n int) []engine.Endpoint {
	ports, addr := make([]engine.Endpoint, n), netip.MustParseAddr("198.18.0.0")
	for i := range ports {
		addr = addr.Next()
		ports[i] = engine.Endpoint{Addr: addr, Port: 6379, Transport: engine.TCP, Target: engine.Target(addr.String())}
	}
	return ports
}

func TestSearchCommands(t *testing.T) {
	r := open(t)
	id := r.done("x", webs(45), nil)
	for path, want := range map[string]int{
		fmt.Sprintf("/api/responses/?q=port:8001&indices=%d&start=0&fields=port&source_type=include", id): 1,
		"/api/responses/?q=*":                                              20,
		"/api/responses/?q=*&start=40":                                     5,
		"/api/responses/?q=*&start=60":                                     0,
		"/api/responses/?q=*&start=9980":                                   0,
		"/api/responses/?q=http.title:Page+AND+port:>8040":                 4,
		"/api/responses?q=port:(8001%20OR%208002)&indices=&fields=&start=": 2,
		"/api/responses/?q=nosuchfield:x":                                  0,
	} {
		if got := r.own("GET "+path, "").items(); len(got) != want {
			t.Errorf("%s: %d documents, want %d", path, len(got), want)
		}
	}
	if got := r.own("GET /api/responses_count/?q=*&indices=", "").is(200).body; got != "{\"count\":45}\n" {
		t.Errorf("count: %s", got)
	}
	page := r.own("GET /api/responses/?q=*", "").object()
	for _, name := range []string{"took", "timestamp"} {
		if _, ok := page[name].(float64); !ok {
			t.Errorf("%s is %v", name, page[name])
		}
	}
}

// TestFieldAloneIsAllThatComesBack is the check of the SDK's own test.
func TestFieldAloneIsAllThatComesBack(t *testing.T) {
	r := open(t)
	r.done("x", []engine.Response{web("192.0.2.1", 80, "x", 0)}, nil)
	got := r.own("GET /api/responses/?q=*&fields=port&source_type=include", "").is(200).body
	if !strings.HasPrefix(got, `{"items":[{"data":{"port":80}}],`) {
		t.Errorf("got %s", got)
	}
}

func TestDefaultSearchCoversAllOwnIndices(t *testing.T) {
	r := open(t)
	older := r.done("older", []engine.Response{web("192.0.2.1", 80, "Old", 1), web("192.0.2.2", 80, "Only here", 2)}, nil)
	newer := r.done("newer", []engine.Response{web("192.0.2.1", 80, "New", 3)}, nil)
	documents := r.own("GET /api/responses/?q=*", "").items()
	want := []string{"http://192.0.2.1:80/", "http://192.0.2.2:80/"}
	if got := uris(t, documents); !slices.Equal(got, want) || !strings.Contains(string(documents[0]), `"New"`) {
		t.Errorf("got %v, want the newest of each: %v", got, want)
	}
	for indices, count := range map[string]int{fmt.Sprint(older): 2, fmt.Sprint(newer): 1, fmt.Sprintf("%d,%d", older, newer): 2, fmt.Sprintf("%d,%d", newer, newer): 1} {
		if got := r.own("GET /api/responses_count/?q=*&indices="+indices, "").object(); got["count"] != float64(count) {
			t.Errorf("indices %s: %v, want %d", indices, got["count"], count)
		}
	}
	for _, request := range []string{"GET /api/responses/?q=*&indices=%d", "GET /api/responses_count/?q=*&indices=%d"} {
		r.send(fmt.Sprintf(request, older), "", "X-API-Key: "+foreignKey).is(404)
		r.own(fmt.Sprintf(request, 999), "").is(404)
	}
	if got := r.send("GET /api/responses_count/?q=*", "", "X-API-Key: "+foreignKey).object(); got["count"] != 0.0 {
		t.Errorf("a stranger finds %v", got["count"])
	}
}

func TestIndices(t *testing.T) {
	r := open(t)
	r.done("found nothing", nil, nil)
	id := r.done("My label", webs(2), nil)
	r.pending("pending")
	var list []map[string]any
	r.own("GET /api/indices/", "").is(200).into(&list)
	if len(list) != 1 {
		t.Fatalf("%d indices, want that of the scan that found something: %v", len(list), list)
	}
	ended := list[0]["scan_ended_dt"]
	want := map[string]any{"id": float64(id), "name": "My label", "type": "responses", "count": 2.0, "is_default": true, "speed": "fast", "state": "full", "scan_started_dt": ended, "scan_ended_dt": ended}
	for name := range want {
		if name != "scan_started_dt" && list[0][name] != want[name] {
			t.Errorf("%s is %v, want %v", name, list[0][name], want[name])
		}
	}
	if ended == nil {
		t.Error("the scan has ended, its index does not say when")
	}
}

func TestAccount(t *testing.T) {
	r := open(t)
	user := r.own("GET /api/users/current/", "").is(200).object()
	if user["email"] != "own@example.com" || user["subscription_reminder_period"] != "2" || user["next_plan"] != nil {
		t.Errorf("user %v", user)
	}
	var plan struct {
		Plan struct {
			ID      int                 `json:"id"`
			Name    string              `json:"name"`
			Limit   int                 `json:"limit_per_one_download"`
			Exclude map[string][]string `json:"exclude_from_results"`
		} `json:"plan"`
		Key struct {
			Key string `json:"customer_api_key"`
		} `json:"api_key"`
	}
	r.own("GET /api/users/current", "").is(200).into(&plan)
	if plan.Plan.Name != "self-hosted" || plan.Plan.Limit < 1_000_000 || len(plan.Plan.Exclude) != 7 || plan.Key.Key != ownKey {
		t.Errorf("plan %+v", plan)
	}
	for collection, fields := range plan.Plan.Exclude {
		if fields == nil {
			t.Errorf("excluded fields of %s are null, not an empty list", collection)
		}
	}
	want := `{"requests_left":{"remained":-1,"limit":-1,"will_be_updated":null},"coins":{"total_coins_spent":0,"left":-1,"plan_coins_amount":-1,"next_time_coins_will_be_updated":null},"scan_coins":{"plan_scan_coins_amount":-1,"left":-1,"reserved_coins":0,"spent_coins":0,"next_time_coins_will_be_updated":null}}` + "\n"
	if got := r.own("GET /api/users/profile_data/", "").is(200).body; got != want {
		t.Errorf("profile data %s", got)
	}
	about := r.own("GET /api/engine/", "").is(200).object()
	if about["version"] != "test" || about["mode"] != "server" || about["engine_id"] == "" {
		t.Errorf("about %v", about)
	}
}

func TestDownloadCommands(t *testing.T) {
	r := open(t)
	id := r.done("x", webs(30), nil)
	for body, want := range map[string]int{
		`{"q":"*","size":3,"indices":null,"raw":true,"fields":"*","source_type":"include"}`:                    3,
		fmt.Sprintf(`{"q":"*","size":3,"indices":"%d","raw":true,"fields":"f,g","source_type":"include"}`, id): 3,
		`{"q":"port:8001","size":100,"raw":true}`:                                                              1,
		`{"q":"*","raw":true}`:                  30,
		`{"q":"*","size":0,"raw":true}`:         0,
		`{"q":"nothing:x","size":5,"raw":true}`: 0,
	} {
		lines := strings.Split(r.own("POST /api/responses/download/", body).is(200).body, "\n")
		if last := lines[len(lines)-1]; last != "" {
			t.Errorf("%s: ends with %q, not a line break", body, last)
		}
		lines = lines[:len(lines)-1]
		for _, line := range lines {
			var item map[string]map[string]any
			if err := json.Unmarshal([]byte(line), &item); err != nil || item["data"] == nil {
				t.Errorf("%s: line %q", body, line)
			}
		}
		if len(lines) != want {
			t.Errorf("%s: %d lines, want %d", body, len(lines), want)
		}
	}
}
