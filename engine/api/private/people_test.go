package private_test

import (
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

const (
	mateKey   = "MateKey0123456789MateKey01234567"
	payingKey = "PayingKey0123456789PayingKey0123"
)

// TestMatesReadOverHTTP: a mate sees the scan, whose it is, and its documents, and is
// told why nothing else may be done with it.
func TestMatesReadOverHTTP(t *testing.T) {
	r := open(t)
	id := r.done("hers", webs(1), nil)
	mate := r.add(engine.User{Email: "mate@example.com", Plan: r.user.Plan}, mateKey)
	if _, err := r.control.AddTeam(t.Context(), "red"); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{mate.Email, r.user.Email} {
		if _, err := r.control.AddMember(t.Context(), "red", email); err != nil {
			t.Fatal(err)
		}
	}
	scan := r.send(fmt.Sprintf("GET /api/scanner/%d/", id), "", "X-API-Key: "+mateKey).is(200).object()
	owner, _ := scan["owner"].(map[string]any)
	if scan["is_scan_from_team"] != true || owner["email"] != r.user.Email || owner["id"] != float64(r.user.ID) {
		t.Errorf("a mate sees %v", scan)
	}
	if got := r.own(fmt.Sprintf("GET /api/scanner/%d/", id), "").object(); got["is_scan_from_team"] != false {
		t.Errorf("the owner sees is_scan_from_team %v", got["is_scan_from_team"])
	}
	if got := r.send("GET /api/responses/?q=*", "", "X-API-Key: "+mateKey).items(); len(got) != 1 {
		t.Errorf("a mate finds %d documents", len(got))
	}
	for line, body := range map[string]string{
		"PATCH /api/scanner/%d/":                `{"label":"x"}`,
		"DELETE /api/scanner/%d/":               "",
		"POST /api/scanner/%d/cancel/":          "",
		"POST /api/scanner/change_priority/?%d": fmt.Sprintf(`{"id":%d,"shift":1}`, id),
	} {
		r.send(fmt.Sprintf(line, id), body, "X-API-Key: "+mateKey).fails(403, engine.Forbidden, "id")
	}
	r.send("POST /api/scanner/bulk_delete/", fmt.Sprintf(`{"ids":[%d]}`, id), "X-API-Key: "+mateKey).fails(403, engine.Forbidden, "ids[0]")
}

func TestKeysThatOpenNoDoor(t *testing.T) {
	r := open(t)
	r.add(engine.User{Email: "off@example.com", Disabled: true}, mateKey)
	r.send("GET /api/scanner/", "", "X-API-Key: "+mateKey).fails(403, engine.Forbidden, "")
	r.send("GET /api/scanner/", "").fails(401, engine.Unauthorized, "api_key")
	wrong := r.send("GET /api/scanner/", "", "X-API-Key: nobodyHasThisKey").fails(400, engine.Unauthorized, "api_key")
	if wrong["detail"] != "Request had invalid authorization credentials: API key not found" {
		t.Errorf("a wrong key is told %q", wrong["detail"])
	}
}

// TestAccountAndChecks: what the caller may do, and what the engine looks for.
func TestAccountAndChecks(t *testing.T) {
	r := open(t)
	account := r.own("GET /api/account/", "").is(200).object()
	user, _ := account["user"].(map[string]any)
	limits, _ := account["limits"].(map[string]any)
	if user["email"] != r.user.Email || limits["targets_per_scan"] != float64(engine.Unlimited) {
		t.Errorf("the account is %v", account)
	}
	var checks []engine.Rule
	r.own("GET /api/checks/", "").is(200).into(&checks)
	one := r.own("GET /api/checks/software.kev/", "").is(200).object()
	if len(checks) != 2 || checks[0].ID != one["id"] || checks[0].Title != one["title"] || one["id"] != engine.RuleExploited {
		t.Errorf("the engine looks for %v, and of them one is %v", checks, one)
	}
	r.own("GET /api/checks/no.such/", "").is(404)
	if about := r.own("GET /api/engine/", "").is(200).object(); about["capabilities"] == nil {
		t.Errorf("the capabilities are missing from %v", about)
	}
}
