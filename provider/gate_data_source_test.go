package provider_test

import (
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func isTrue(t testing.TB, v tftypes.Value, name string) (b bool) {
	t.Helper()
	if err := member(t, v, name).As(&b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGateData(t *testing.T) {
	const name = "portolan_gate"
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	w := onServer(t, e)
	w.created(scanOf(strconv.Itoa(zoo.Get("redis").Port), nil))
	gate := func(more object) object {
		config := object{"scan_id": "1", "policy": "high"}
		for k, v := range more {
			config[k] = v
		}
		return config
	}
	failed := w.data(name, gate(nil))
	violations := elements(t, failed, "violations")
	if isTrue(t, failed, "passed") || text(t, failed, "verdict") != "failed" || len(violations) == 0 || len(elements(t, failed, "matched")) != 1 {
		t.Errorf("the gate says %s", failed)
	}
	wantError(t, w.readData(name, gate(object{"enforce": true})), "policy", "Scan 1 has", "redis.no-auth")
	for what, more := range map[string]object{
		"never":      {"policy": "never", "enforce": true},
		"a baseline": {"policy": "new:any", "baseline_scan_id": "1", "enforce": true},
	} {
		if passed := w.data(name, gate(more)); !isTrue(t, passed, "passed") || text(t, passed, "verdict") != "passed" || len(elements(t, passed, "violations")) != 0 {
			t.Errorf("with %s the gate says %s", what, passed)
		}
	}
	aside := w.data(name, gate(object{"suppressions": []any{object{"rule": "*", "reason": "a test", "expires": "2026-12-31"}}}))
	if !isTrue(t, aside, "passed") || number(t, aside, "suppressed") == 0 {
		t.Errorf("with suppressions the gate says %s", aside)
	}
	wantError(t, w.readData(name, gate(object{"policy": "rule:redis.noauth"})), "policy", "redis.no")
	wantError(t, w.readData(name, gate(object{"scan_id": "4711"})), "scan_id", "4711")
	wantError(t, w.readData(name, gate(object{"baseline_scan_id": "4711"})), "baseline_scan_id", "4711")
	wantError(t, w.validateData(name, gate(object{"policy": "hihg"})), "policy", "high")
}

// What an incomplete scan did not find lets nothing pass.
func TestGateDataOfAnUnfinishedScan(t *testing.T) {
	const name = "portolan_gate"
	e := enginetest.Start(t)
	w := onServer(t, e)
	queued(t, e, 1)
	pending := w.data(name, object{"scan_id": "1", "policy": "any"})
	if isTrue(t, pending, "passed") || text(t, pending, "verdict") != "pending" {
		t.Errorf("the gate says %s", pending)
	}
	wantError(t, w.readData(name, object{"scan_id": "1", "policy": "any", "enforce": true}), "policy", "does not pass: pending")
}

func TestAccGateData(t *testing.T) {
	g := newGround(t)
	g.scanned("nightly")
	g.test("data-sources/portolan_gate")
	if out, code := g.run("plan"); code != 1 {
		t.Errorf("a plan ended with %d:\n%s", code, out)
	}
}
