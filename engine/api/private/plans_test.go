package private_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// paying is a user of a plan.
func (r *room) paying(plan string) {
	r.t.Helper()
	r.add(engine.User{Email: plan + "@example.com", Plan: plan}, payingKey)
}

func (r *room) pays(line, body string) answer {
	r.t.Helper()
	return r.send(line, body, "X-API-Key: "+payingKey)
}

// TestDownloadsOfAnySizeAreHeldAgainstThePlan: start and size together may be more than
// a number holds.
func TestDownloadsOfAnySizeAreHeldAgainstThePlan(t *testing.T) {
	r := open(t)
	r.done("few", webs(3), nil)
	r.paying("Freelancer")
	for _, body := range []string{
		`{"q":"*","start":2,"size":9223372036854775806}`, `{"q":"*","start":2147483647,"size":9223372036854775806}`,
		`{"q":"*","start":1,"size":1000}`, `{"q":"*","start":1001,"size":0}`,
	} {
		got := r.pays("POST /api/responses/download/", body).is(402).object()
		if got["title"] != "Pricing Plan Limit Exceeded" || got["limit"] != 1000.0 {
			t.Errorf("%s: %v", body, got)
		}
	}
}

// TestPlanErrorsOverHTTP are those clients know, with the limit, the current figure and
// what to do.
func TestPlanErrorsOverHTTP(t *testing.T) {
	for plan, test := range map[string]struct {
		line, body     string
		status         int
		title          string
		limit, current float64
	}{
		"Community":  {"POST /api/scanner/", `{"targets":["192.0.2.1"]}`, 400, "Tool is not available for current subscription plan", 0, 0},
		"freelancer": {"POST /api/scanner/", `{"targets":["192.0.2.0/22"]}`, 400, "Max number of targets per scan exceeded", 512, 1024},
		"Freelancer": {"POST /api/responses/download/", `{"q":"*","size":1001}`, 402, "Pricing Plan Limit Exceeded", 1000, 1001},
		"Business":   {"GET /api/responses/?q=*&start=2000", "", 402, "Pricing Plan Limit Exceeded", 2000, 2000},
	} {
		r := open(t)
		r.paying(plan)
		got := r.pays(test.line, test.body).is(test.status).object()
		if got["title"] != test.title || got["kind"] != "limit" || got["limit"] != test.limit || got["current"] != test.current || got["hint"] == nil || got["detail"] == "" {
			t.Errorf("%s %s: %v", plan, test.line, got)
		}
	}
}

func TestCoinsOverHTTP(t *testing.T) {
	r := open(t)
	r.paying("Freelancer")
	for range 10 {
		r.pays("POST /api/scanner/", `{"targets":["192.0.2.0/23"]}`).is(201)
	}
	got := r.pays("POST /api/scanner/", `{"targets":["192.0.2.1"]}`).fails(400, engine.Limit, "targets")
	if got["title"] != "Not enough scan coins" || got["limit"] != 5120.0 || got["current"] != 5120.0 {
		t.Errorf("without coins: %v", got)
	}
	counters := r.pays("GET /api/users/profile_data/", "").is(200).object()
	coins, _ := counters["scan_coins"].(map[string]any)
	if coins["plan_scan_coins_amount"] != 5120.0 || coins["left"] != 0.0 || coins["reserved_coins"] != 5120.0 {
		t.Errorf("counters are %v", counters)
	}
	requests, _ := counters["requests_left"].(map[string]any)
	if requests["limit"] != 1000.0 || requests["remained"] != 1000.0-12 || requests["will_be_updated"] == nil {
		t.Errorf("counters are %v", counters)
	}
}

// TestThrottlingOverHTTP is in the form that clients wait by (contract part 1.1).
func TestThrottlingOverHTTP(t *testing.T) {
	r := open(t)
	r.paying("Community") // 50 requests a day
	for range 50 {
		r.pays("GET /api/scanner/", "").is(200)
	}
	got := r.pays("GET /api/scanner/", "").is(429)
	seconds, err := strconv.Atoi(got.header.Get("Retry-After"))
	object := got.object()
	if err != nil || seconds < 1 || seconds > 24*60*60 || object["type"] != "request_was_throttled" || object["detail"] != "Request was throttled." {
		t.Errorf("throttled with Retry-After %q and %v", got.header.Get("Retry-After"), object)
	}
	if object["limit"] != 50.0 || object["hint"] == "" {
		t.Errorf("throttled with %v", object)
	}
	r.pays("GET /api/engine/", "").is(200) // counts against nothing
	r.own("GET /api/scanner/", "").is(200)
}

func TestPaidFilters(t *testing.T) {
	r := open(t)
	r.paying("Freelancer")
	for _, line := range []string{"GET /api/responses/?q=", "GET /api/responses_count/?q="} {
		for _, q := range []string{`cve.name:"CVE-2021-1"`, "port:80%20AND%20NOT%20tag.nginx:*", `\*.name:x`} {
			got := r.pays(line+q, "").fails(403, engine.Forbidden, "q")
			if got["title"] != "Current subscription plan does not allow making this request" || got["hint"] == "" {
				t.Errorf("%s: %v", q, got)
			}
			r.own(line+q, "").is(200)
		}
		r.pays(line+`\*.banner:x%20OR%20http.title:y`, "").is(200)
	}
	r.pays("POST /api/responses/download/", `{"q":"tag.name:nginx"}`).fails(403, engine.Forbidden, "q")
}

func TestDownloadOfEverythingIsHeldAgainstThePlan(t *testing.T) {
	r := open(t)
	r.done("many", webs(201), nil)
	r.paying("Community")
	for _, team := range []string{"Community@example.com", r.user.Email} {
		_, _ = r.control.AddTeam(t.Context(), "red")
		if _, err := r.control.AddMember(t.Context(), "red", team); err != nil {
			t.Fatal(err)
		}
	}
	got := r.pays("POST /api/responses/download/", `{"q":"*"}`).is(402).object()
	if got["limit"] != 200.0 || got["current"] != 201.0 {
		t.Errorf("refused with %v", got)
	}
	if lines := strings.Count(r.pays("POST /api/responses/download/", `{"q":"*","size":200,"raw":true}`).is(200).body, "\n"); lines != 200 {
		t.Errorf("%d of the 200 allowed", lines)
	}
}

func TestChangeName(t *testing.T) {
	r := open(t)
	got := r.own("PATCH /api/users/current/", `{"first_name":"Ada","email":"other@example.com"}`).is(200).object()
	if got["first_name"] != "Ada" || got["last_name"] != "" || got["email"] != "own@example.com" {
		t.Errorf("changed to %v", got)
	}
	r.own("PATCH /api/users/current", `{"last_name":"Lovelace"}`).is(200)
	for _, path := range []string{"/api/users/current/", "/api/users/profile/", "/api/users/profile"} {
		if got := r.own("GET "+path, "").is(200).object(); got["first_name"] != "Ada" || got["last_name"] != "Lovelace" {
			t.Errorf("%s: %v", path, got)
		}
	}
	r.own("PATCH /api/users/current/", `{}`).fails(400, engine.Invalid, "first_name")
	r.own("PATCH /api/users/current/", `{"last_name":"a\u0007b"}`).fails(400, engine.Invalid, "last_name")
	r.own("PATCH /api/users/current/", fmt.Sprintf(`{"first_name":%q}`, strings.Repeat("x", 101))).fails(400, engine.Invalid, "first_name")
}

func TestResetKeyOverHTTP(t *testing.T) {
	r := open(t)
	r.paying("Business")
	r.send("HEAD /api/api_keys/reset_api_key/", "", "X-API-Key: "+payingKey).is(400)
	key := payingKey
	for _, method := range []string{"GET", "POST"} {
		fresh, _ := r.send(method+" /api/api_keys/reset_api_key/", "", "X-API-Key: "+key).is(200).object()["customer_api_key"].(string)
		if engine.ValidateKey(fresh) != nil || fresh == key {
			t.Fatalf("the new key is %q", fresh)
		}
		r.send("GET /api/users/current/", "", "X-API-Key: "+key).fails(400, engine.Unauthorized, "api_key")
		r.send("GET /api/users/current/", "", "Authorization: Bearer "+fresh).is(200)
		key = fresh
	}
}
