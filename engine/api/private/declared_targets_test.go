package private_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// TestTargetLife: an address has one form and one target; what is known of it stays as
// long as it does.
func TestTargetLife(t *testing.T) {
	r := open(t)
	var made, replaced engine.DeclaredTarget
	r.own("POST /api/targets/", `{"address":"WWW.example.com.","name":"shop","tags":["eu","a","eu"],"criticality":"high","owner":"@web","labels":{"cost":"7"}}`).is(201).into(&made)
	if made.Address != "www.example.com" || !slices.Equal(made.Tags, []string{"a", "eu"}) || made.Criticality != engine.CriticalityHigh ||
		made.Owner != "@web" || !maps.Equal(made.Labels, map[string]string{"cost": "7"}) || made.Verification.Token == "" || made.Verification.VerifiedAt != nil {
		t.Errorf("made is %+v", made)
	}
	if got := r.own("POST /api/targets/", `{"address":"www.EXAMPLE.com"}`).fails(409, engine.Conflict, "address"); !strings.Contains(fmt.Sprint(got["detail"]), fmt.Sprint(made.ID)) {
		t.Errorf("a second one is refused by %v", got)
	}
	line := fmt.Sprintf("/api/targets/%d/", made.ID)
	r.own("PUT "+line, `{"address":"www.example.com"}`).is(200).into(&replaced)
	if replaced.Criticality != engine.CriticalityNormal || len(replaced.Tags) != 0 || replaced.Verification != made.Verification {
		t.Errorf("replaced it is %+v", replaced)
	}
	r.own("PUT "+line, `{"address":"192.0.2.77/24","verification":{"token":"mine","verified_at":"2026-01-01T00:00:00Z"}}`).is(200).into(&replaced)
	if replaced.Address != "192.0.2.0/24" || replaced.Verification.Token == made.Verification.Token || replaced.Verification.Token == "mine" || replaced.Verification.VerifiedAt != nil {
		t.Errorf("at another address it is %+v", replaced)
	}
	for body, field := range map[string]string{
		`{}`: "address", `{"address":"http://x"}`: "address", `{"address":"a.example","tags":["x,y"]}`: "tags[0]", `{"address":"a.example","tags":[""]}`: "tags[0]",
		`{"address":"a.example","criticality":"hi"}`: "criticality", `{"address":"a.example","labels":{"-":"x"}}`: "labels", `{"address":"a.example","labels":{"k":1}}`: "labels.k",
		`{"address":"a.example","name":"a\nb"}`: "name", `{"address":"a.example","criticalty":"high"}`: "criticalty",
	} {
		r.own("POST /api/targets/", body).fails(400, engine.Invalid, field)
	}
}

// TestTargetGroups: a group refers to targets, which cannot go while it does.
func TestTargetGroups(t *testing.T) {
	r := open(t)
	for _, address := range []string{"a.example", "b.example", "192.0.2.1"} {
		r.own("POST /api/targets/", fmt.Sprintf(`{"address":%q}`, address)).is(201)
	}
	r.send("POST /api/targets/", `{"address":"foreign.example"}`, "X-API-Key: "+foreignKey).is(201)
	var group engine.TargetGroup
	r.own("POST /api/target_groups/", `{"name":"web","target_ids":[2,1,2]}`).is(201).into(&group)
	if !slices.Equal(group.TargetIDs, []engine.RecordID{1, 2}) {
		t.Errorf("made is %+v", group)
	}
	for body, field := range map[string]string{
		`{"name":"x","target_ids":[1,4]}`: "target_ids[1]", `{"name":"x","target_ids":[5]}`: "target_ids[0]", `{"name":"x","target_ids":["y"]}`: "target_ids[0]", `{"target_ids":[1]}`: "name",
	} {
		r.own("POST /api/target_groups/", body).fails(400, engine.Invalid, field)
	}
	refused := r.own("DELETE /api/targets/1/", "").fails(409, engine.Conflict, "id")
	if !strings.Contains(fmt.Sprint(refused["detail"]), `needed by target group 5 ("web")`) {
		t.Errorf("deleting a target in use is refused by %v", refused)
	}
	var scan engine.Scan
	r.own("POST /api/scanner/", `{"target_group_ids":[5],"target_ids":[3,1],"targets":["B.example","c.example"]}`).is(201).into(&scan)
	if want := []engine.Target{"B.example", "c.example", "192.0.2.1", "a.example"}; !slices.Equal(scan.Targets, want) {
		t.Errorf("the scan is of %v, want %v", scan.Targets, want)
	}
	for body, field := range map[string]string{
		`{"target_ids":[4]}`: "target_ids[0]", `{"target_group_ids":[1]}`: "target_group_ids[0]", `{"target_ids":[]}`: "targets", `{}`: "targets",
	} {
		r.own("POST /api/scanner/", body).fails(400, engine.Invalid, field)
	}
	r.own("PUT /api/target_groups/5/", `{"name":"web"}`).is(200).into(&group)
	if group.TargetIDs == nil || len(group.TargetIDs) != 0 {
		t.Errorf("emptied it is %+v", group)
	}
	r.own("DELETE /api/targets/1/", "").is(204)
}

// TestTargetsAreVerified: the token is looked for in the DNS; what was proved stays so
// until the address is another.
func TestTargetsAreVerified(t *testing.T) {
	r := open(t)
	for _, address := range []string{"a.example", "192.0.2.0/24", "192.0.2.9"} {
		r.own("POST /api/targets/", fmt.Sprintf(`{"address":%q}`, address)).is(201)
	}
	var before, after engine.DeclaredTarget
	r.own("GET /api/targets/1/", "").is(200).into(&before)
	if before.Verification.DNSName != "_portolan-challenge.a.example" || before.Verification.URL != "http://a.example/.well-known/portolan-challenge.txt" {
		t.Errorf("the token is looked for in %+v", before.Verification)
	}
	r.wrong.Store(true)
	refused := r.own("POST /api/targets/1/verify/", `{"method":"dns"}`).fails(409, engine.Conflict, "id")
	if text := fmt.Sprint(refused["detail"], refused["hint"]); !strings.Contains(text, "_portolan-challenge.a.example holds something else") || !strings.Contains(text, before.Verification.Token) {
		t.Errorf("without its token it is refused by %v", refused)
	}
	r.wrong.Store(false)
	r.own("POST /api/targets/1/verify/", `{"method":"dns"}`).is(200).into(&after)
	if after.Verification.VerifiedAt == nil || after.Verification.Method != engine.VerifyDNS || after.Version != before.Version {
		t.Errorf("verified it is %+v", after)
	}
	r.own("PUT /api/targets/1/", fmt.Sprintf(`{"address":"A.example","version":%d}`, before.Version)).is(200).into(&after)
	if after.Verification.VerifiedAt == nil {
		t.Errorf("changed it is verified no more: %+v", after)
	}
	r.own("PUT /api/targets/1/", `{"address":"b.example"}`).is(200).into(&after)
	if after.Verification.VerifiedAt != nil {
		t.Errorf("at another address it is still verified: %+v", after)
	}
	for line, body := range map[string]string{"POST /api/targets/2/verify/": "{}", "POST /api/targets/3/verify/": `{"method":"dns"}`, "POST /api/targets/1/verify/": `{"method":"mail"}`} {
		r.own(line, body).fails(400, engine.Invalid, "method")
	}
	r.send("POST /api/targets/1/verify/", "{}", "X-API-Key: "+foreignKey).fails(404, engine.NotFound, "id")
}
