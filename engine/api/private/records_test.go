package private_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/api/private"
)

// profiles is a page of scan profiles as it is on the wire.
type profiles struct {
	Items []engine.ScanProfile
	Total int
}

// TestScanProfileLife declares, reads, lists, replaces and deletes a record over HTTP.
func TestScanProfileLife(t *testing.T) {
	r := open(t)
	var made, read engine.ScanProfile
	r.own("POST /api/profiles/", `{"name":"Gentle","description":"old\nprinters","ports":"80,443","rate":100,"mode":"connect"}`).is(201).into(&made)
	if made.ID < 1 || made.Version != 1 || made.CreatedBy == nil || made.CreatedBy.Email != "own@example.com" || made.CreatedAt.IsZero() || !reflect.DeepEqual(made.Profile, engine.Profile{Rate: 100, Mode: "connect"}) {
		t.Errorf("made is %+v", made)
	}
	line := fmt.Sprintf("/api/profiles/%d/", made.ID)
	whole := r.own("GET "+line, "").is(200)
	whole.into(&read)
	// What was read is sent back with one change.
	var replaced engine.ScanProfile
	r.own("PUT "+line, strings.Replace(whole.body, `"rate":100`, `"rate":200`, 1)).is(200).into(&replaced)
	if replaced.Rate != 200 || replaced.Version != 2 || replaced.Ports != "80,443" || !replaced.CreatedAt.Equal(made.CreatedAt) || !replaced.UpdatedAt.After(made.UpdatedAt) {
		t.Errorf("replaced it is %+v", replaced)
	}
	r.own("PUT "+line, whole.body).fails(409, engine.Conflict, "version")
	replaced = engine.ScanProfile{}
	r.own("PUT "+line, `{"name":"gentle","version":null}`).is(200).into(&replaced)
	if replaced.Rate != 0 || replaced.Version != 3 || replaced.Name != "gentle" {
		t.Errorf("replaced without a version it is %+v", replaced)
	}
	r.own("DELETE "+line, "").is(204)
	r.own("GET "+line, "").fails(404, engine.NotFound, "id")
	r.own("DELETE "+line, "").fails(404, engine.NotFound, "id")
}

func TestRecordsAreListed(t *testing.T) {
	r := open(t)
	for _, name := range []string{"b", "a", "c"} {
		r.own("POST /api/profiles/", fmt.Sprintf(`{"name":%q}`, name)).is(201)
	}
	r.send("POST /api/profiles/", `{"name":"a"}`, "X-API-Key: "+foreignKey).is(201)
	r.own("POST /api/targets/", `{"address":"example.com"}`).is(201)
	for parameters, want := range map[string]string{
		"": "b a c", "?start=1": "a c", "?size=1&start=1": "a", "?name=A": "a", "?name=x": "", "?id=1,3": "b c", "?id=4": "",
	} {
		var page profiles
		r.own("GET /api/profiles/"+parameters, "").is(200).into(&page)
		names := []string{}
		for _, profile := range page.Items {
			names = append(names, profile.Name)
		}
		if got := strings.Join(names, " "); got != want || page.Items == nil || !strings.Contains(parameters, "start") && page.Total != len(names) {
			t.Errorf("%q gives %q of %d, want %q", parameters, got, page.Total, want)
		}
	}
	for parameters, field := range map[string]string{"?size=0": "size", "?start=-1": "start", "?id=x": "id[0]"} {
		r.own("GET /api/profiles/"+parameters, "").fails(400, engine.Invalid, field)
	}
}

func TestRecordsRefuse(t *testing.T) {
	r := open(t)
	r.own("POST /api/profiles/", `{"name":"taken"}`).is(201)
	for body, field := range map[string]string{
		`{}`: "name", `{"name":" x"}`: "name", `{"name":3}`: "name", `{"name":"x","ports":"99999"}`: "ports", `{"name":"x","rate":"fast"}`: "rate",
		`{"name":"x","rate":-1}`: "rate", `{"name":"x","mode":"sin"}`: "mode", `{"name":"x","Mode":"syn"}`: "Mode", `{"name":"x","description":"\u0000"}`: "description",
		`{"name":"x","hostrate":9}`: "hostrate", `{"name":"x","checks":{"onlyy":[]}}`: "checks.onlyy", `{"name":"x","rate":99999999999999999999}`: "rate",
	} {
		r.own("POST /api/profiles/", body).fails(400, engine.Invalid, field)
		r.own("PUT /api/profiles/1/", body).fails(400, engine.Invalid, field)
	}
	r.own("POST /api/profiles/", `{"name":"TAKEN"}`).fails(409, engine.Conflict, "name")
	if got := r.own("POST /api/profiles/", `{"name":"x","hostrate":9}`).object(); got["hint"] != `did you mean "host_rate"?` {
		t.Errorf("a misspelt member is answered by %v", got)
	}
}

// TestForeignRecordsAreNotFound: for a stranger every route of a record says the same as
// for one that does not exist, and so it is for a record of another noun.
func TestForeignRecordsAreNotFound(t *testing.T) {
	r := open(t)
	r.declare("")
	d, err := documented()
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range nounRoutes() {
		_, body := exampleRequest(route.Method, route.Path, d.Paths[route.Path][strings.ToLower(route.Method)])
		id := "1"
		for _, p := range route.Parameters {
			if p.Name == "id" {
				id = fmt.Sprint(p.Example)
			}
		}
		line := route.Method + " " + strings.ReplaceAll(route.Path, "{id}", "%s")
		r.send(fmt.Sprintf(line, id), body, "X-API-Key: "+foreignKey).fails(404, engine.NotFound, "id")
		for _, wrong := range []string{"999999", "first", "0"} {
			r.own(fmt.Sprintf(line, wrong), body).fails(404, engine.NotFound, "id")
		}
	}
}

// isNoun reports whether the records of a noun are at a path.
func isNoun(path string) bool {
	return slices.ContainsFunc(private.Routes(nil), func(r api.Route) bool {
		return r.Method == "PUT" && r.Path == path+"{id}/" && strings.HasPrefix(r.ID, "replace")
	})
}

// nounRoutes are those of one record, of every noun.
func nounRoutes() (list []api.Route) {
	for _, candidate := range private.Routes(nil) {
		base, _, isOne := strings.Cut(candidate.Path, "{id}/")
		if isOne && isNoun(base) {
			list = append(list, candidate)
		}
	}
	return list
}

// TestNounsAreDescribed: what may be declared of a noun, with what the engine adds, are
// the members that are answered.
func TestNounsAreDescribed(t *testing.T) {
	r := open(t)
	r.declare("")
	for _, route := range private.Routes(nil) {
		if route.Method != "POST" || !isNoun(route.Path) {
			continue
		}
		var page struct{ Items []map[string]json.RawMessage }
		r.own("GET "+route.Path, "").is(200).into(&page)
		for member := range page.Items[0] {
			isDeclared := slices.ContainsFunc(route.Body, func(a api.Argument) bool { return a.Name == member })
			body, err := json.Marshal(page.Items[0])
			if err != nil {
				t.Fatal(err)
			}
			if got := r.own("POST "+route.Path, string(body)); got.status == 400 && !isDeclared && got.object()["field"] == member {
				t.Errorf("%s: %s is answered and refused: %s", route.Path, member, got.body)
			}
		}
	}
}

// TestScanWithAProfile: what the request says wins, the rest is the profile's, and the
// scan says which it was.
func TestScanWithAProfile(t *testing.T) {
	r := open(t)
	r.own("POST /api/profiles/", `{"name":"gentle","ports":"80,443","rate":100,"host_rate":9,"mode":"connect"}`).is(201)
	r.send("POST /api/profiles/", `{"name":"foreign"}`, "X-API-Key: "+foreignKey).is(201)
	var scan engine.Scan
	for _, ref := range []string{`"gentle"`, `"GENTLE"`, `"1"`, `1`} {
		r.own("POST /api/scanner/", `{"targets":["192.0.2.1"],"profile_id":`+ref+`,"profile":{"rate":500}}`).is(201).into(&scan)
		want := engine.Profile{Rate: 500, HostRate: 9, Mode: engine.ModeConnect}
		if scan.ProfileID != 1 || scan.Ports != "80,443" || !reflect.DeepEqual(scan.Profile, want) {
			t.Errorf("with the profile %s the scan is %+v", ref, scan)
		}
	}
	r.own("POST /api/scanner/", `{"targets":["192.0.2.1"],"profile_id":"gentle","ports":"22"}`).is(201).into(&scan)
	if scan.Ports != "22" || scan.Profile.Rate != 100 {
		t.Errorf("with ports of its own the scan is %+v", scan)
	}
	r.own("DELETE /api/profiles/1/", "").is(204)
	r.own(fmt.Sprintf("POST /api/scanner/%d/rescan/", scan.ID), "").is(201).into(&scan)
	if scan.Ports != "22" || scan.Profile.Rate != 100 || scan.ProfileID != 1 {
		t.Errorf("scanned again without the profile the scan is %+v", scan)
	}
	for _, ref := range []string{`"gentle"`, `"foreign"`, `2`} {
		r.own("POST /api/scanner/", `{"targets":["192.0.2.1"],"profile_id":`+ref+`}`).fails(400, engine.Invalid, "profile_id")
	}
}
