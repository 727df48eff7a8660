package provider_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// The policy of the resource is that of the command line.
func TestGatePolicies(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	state := w.created(scanOf(zoo.Ports(), nil))
	for policy, closes := range map[string]bool{
		"never": false, "any": true, "high>=1": true, "critical>1000": false, "rule:redis.*": true, "rule:smb.*": false,
		"new:any": true, `expr: service == "redis" && severity >= medium`: true, "expr: count(port == 1) > 0": false, "expr: kev": false,
		"critical>100, rule:redis.no-auth": true,
	} {
		resp := w.apply(state, scanOf(zoo.Ports(), object{"fail_on": policy}))
		if closes {
			wantError(t, resp, "fail_on", "The policy matches")
			continue
		}
		w.clean(resp)
	}
	wantError(t, onEmbedded(t, t.TempDir()).plan(noState, scanOf("80", object{"fail_on": "rule:redsi.*"})), "fail_on", `No rule is called "redsi.*"`)
	wantWarning(t, w.plan(noState, scanOf("80", object{"fail_on": "rule:own.*"})), "fail_on", "not known to this version")
}

func TestSuppressions(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	redis := object{"rule": "redis.*", "reason": "test", "expires": soon()}
	config := scanOf(zoo.Ports(), object{"fail_on": "rule:redis.*", "suppressions": []any{redis}})
	state := w.created(config)

	redis["port"] = 1
	resp := w.apply(state, config)
	wantError(t, resp, "fail_on", "redis.no-auth")
	wantWarning(t, resp, "suppressions", "suppressions:1", "matches nothing")

	delete(redis, "port")
	redis["expires"] = time.Now().AddDate(0, 0, -2).Format(time.DateOnly)
	resp = w.apply(state, config)
	wantError(t, resp, "fail_on", "redis.no-auth")
	wantWarning(t, resp, "suppressions", "expired")
}

// A file of suppressions is judged by again when it says something else.
func TestSuppressionsFile(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	file := filepath.Join(t.TempDir(), "ignore.yml")
	entry := "version: 1\nsuppressions:\n  - rule: redis.*\n    reason: test\n    expires: " + soon() + "\n"
	writeFile(t, file, entry)
	config := scanOf(zoo.Ports(), object{"fail_on": "rule:redis.*", "suppressions_file": file})
	state := w.created(config)
	if planned := w.planned(w.plan(state, config)); !planned.Equal(state) {
		t.Errorf("planned %s, was %s", planned, state)
	}
	writeFile(t, file, strings.Replace(entry, "redis", "ssh", 1))
	plan := w.plan(state, config)
	w.clean(plan)
	if got := replaced(plan); got != nil || member(t, w.planned(plan), "suppressions_sha256").Equal(member(t, state, "suppressions_sha256")) {
		t.Errorf("planned %s, again because of %v", w.planned(plan), got)
	}
	resp := w.apply(state, config)
	wantError(t, resp, "fail_on", "redis.no-auth")
	after := w.state(w.resourceType(), resp.NewState)
	if planned := w.planned(w.plan(after, config)); planned.Equal(after) {
		t.Error("the gate that closed is not planned again")
	}
	writeFile(t, file, "version: 1\nsuppressions:\n  - rule: redis.*\n    reason: test\n    expires: never\n")
	wantError(t, w.plan(state, config), "suppressions_file", file+":5", "not a date")
}

// new: is what the baseline has not; summary counts it.
func TestBaseline(t *testing.T) {
	zoo := enginetest.Services(t)
	e := enginetest.Start(t)
	w := onServer(t, e)
	first := w.created(scanOf(zoo.Ports(), nil))
	if got := member(t, member(t, first, "summary"), "new"); !got.IsNull() {
		t.Errorf("without a baseline %s findings are new", got)
	}
	redis := zoo.Get("redis")
	if err := redis.Close(); err != nil {
		t.Fatal(err)
	}
	config := scanOf(zoo.Ports(), object{"fail_on": "new:any", "baseline_scan_id": text(t, first, "id")})
	second := w.created(config)
	summary := member(t, second, "summary")
	if added, fixed := number(t, summary, "new"), number(t, summary, "fixed"); added != 0 || fixed < 1 {
		t.Errorf("%d new and %d fixed findings", added, fixed)
	}
	read := w.read(second)
	w.clean(read)
	if got := w.state(w.resourceType(), read.NewState); !got.Equal(second) {
		t.Errorf("refreshed as %s, was %s", got, second)
	}
	config["baseline_scan_id"] = "4711"
	wantError(t, w.apply(noState, config), "baseline_scan_id", "no scan 4711")
	if scans, err := e.Client.Scans(t.Context()); err != nil || len(scans) != 2 {
		t.Errorf("%d scans, %v: one was made that cannot be judged", len(scans), err)
	}
	wantError(t, w.apply(second, config), "baseline_scan_id", "4711")
}
