package provider_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// recorded is the state of a finished scan of targets.
func recorded(w *wire, members object) tftypes.Value {
	state := object{
		"id": "7", "status": "done", "wait": true, "on_destroy": "delete", "on_interrupt": "cancel", "label": "Scan", "result_count": 3, "engine_id": "e", "owner": "a@example.com",
		"is_scan_from_team": false, "coins_spent": 0,
		"created_at": "2026-01-02T03:04:05Z", "started_at": "2026-01-02T03:04:06Z", "ended_at": "2026-01-02T03:04:07Z", "index_id": 7,
		"summary": object{"critical": 0, "high": 1, "medium": 0, "low": 0, "info": 0, "total": 1, "hosts_up": 1, "open_ports": 1, "tasks_failed": 0},
	}
	for name, v := range members {
		state[name] = v
	}
	config := object{"targets": members["targets"]}
	planned := w.planned(w.plan(noState, config))
	state["address_count"], state["targets_sha256"] = number(w.t, planned, "address_count"), text(w.t, planned, "targets_sha256")
	return w.stateOf(state)
}

func TestPlanReplaces(t *testing.T) {
	withoutEnvironment(t)
	before := object{"targets": []string{"EXAMPLE.com.", "192.0.2.7/24"}, "exclude": []string{"192.0.2.1"}, "ports": "80,22", "triggers": object{"a": "1"}}
	with := func(name string, v any) object {
		after := object{}
		for n, old := range before {
			after[n] = old
		}
		after[name] = v
		return after
	}
	tests := map[string]struct {
		after object
		want  []string
	}{
		"nothing":                {before, nil},
		"another order":          {with("targets", []string{"192.0.2.7/24", "EXAMPLE.com."}), nil},
		"another spelling":       {with("targets", []string{"example.com", "192.0.2.0/24"}), nil},
		"the same twice":         {with("targets", []string{"example.com", "192.0.2.0/24", "EXAMPLE.COM"}), nil},
		"one more":               {with("targets", []string{"example.com", "192.0.2.0/24", "192.0.3.1"}), []string{"targets"}},
		"one less":               {with("targets", []string{"example.com"}), []string{"targets"}},
		"not known yet":          {with("targets", []any{"example.com", unknown{}}), []string{"targets"}},
		"exclusion spelt anew":   {with("exclude", []string{"192.0.2.1/32"}), nil},
		"no exclusion":           {with("exclude", nil), []string{"exclude"}},
		"ports in another order": {with("ports", "22, 80"), nil},
		"ports as a range":       {with("ports", "22,80-80"), nil},
		"another port":           {with("ports", "22"), []string{"ports"}},
		"no ports":               {with("ports", nil), []string{"ports"}},
		"another trigger":        {with("triggers", object{"a": "2"}), []string{"triggers"}},
		"no trigger":             {with("triggers", nil), []string{"triggers"}},
		"label":                  {with("label", "new"), nil},
		"gate":                   {with("fail_on", "low"), nil},
		"timeouts":               {with("timeouts", object{"create": "5m"}), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := configured(t, object{})
			resp := w.plan(recorded(w, before), test.after)
			w.clean(resp)
			if got := replaced(resp); !slices.Equal(got, test.want) {
				t.Errorf("scans again because of %v, want %v", got, test.want)
			}
		})
	}
}

// The default set of ports and no ports at all are the same.
func TestPlanDefaultPorts(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	prior := recorded(w, object{"targets": []string{"192.0.2.1"}})
	resp := w.plan(prior, object{"targets": []string{"192.0.2.1"}, "ports": "default"})
	w.clean(resp)
	if got := replaced(resp); got != nil {
		t.Errorf("scans again because of %v", got)
	}
}

// A change in place leaves everything known that does not change, so that other
// resources are not planned anew.
func TestPlanInPlaceKeepsValues(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	prior := recorded(w, object{"targets": []string{"192.0.2.1", "192.0.2.2"}})
	planned := w.planned(w.plan(prior, object{"targets": []string{"192.0.2.2", "192.0.2.1"}, "label": "new", "fail_on": "high"}))
	if !planned.IsFullyKnown() {
		t.Errorf("not everything is known: %s", planned)
	}
	for _, name := range []string{"id", "status", "created_at", "ended_at", "index_id", "queue_position", "summary", "engine_id", "targets_sha256"} {
		if got, want := member(t, planned, name), member(t, prior, name); !got.Equal(want) {
			t.Errorf("%s is planned as %s, was %s", name, got, want)
		}
	}
}

func TestPlanWithoutChangeIsEmpty(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	for name, state := range map[string]object{
		"done":        {"targets": []string{"192.0.2.1"}},
		"not done":    {"targets": []string{"192.0.2.1"}, "status": "pending", "ended_at": nil},
		"with a name": {"targets": []string{"Example.com"}, "label": "mine"},
	} {
		prior := recorded(w, state)
		if planned := w.planned(w.plan(prior, object{"targets": state["targets"]})); !planned.Equal(prior) {
			t.Errorf("%s: planned %s, was %s", name, planned, prior)
		}
	}
}

// What follows from the targets is known before apply, each target counted once.
func TestPlanAddressCount(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	for want, targets := range map[int64][]string{
		1:   {"192.0.2.1"},
		2:   {"192.0.2.1", "example.com", "EXAMPLE.com."},
		257: {"192.0.2.0/24", "2001:db8::1"},
	} {
		if got := number(t, w.planned(w.plan(noState, object{"targets": targets})), "address_count"); got != want {
			t.Errorf("%v: %d addresses, want %d", targets, got, want)
		}
	}
	planned := w.planned(w.plan(noState, object{"targets": unknown{}}))
	if member(t, planned, "address_count").IsKnown() || member(t, planned, "targets_sha256").IsKnown() {
		t.Error("unknown targets have a known count or hash")
	}
}

func TestPlanDigest(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	digest := func(targets ...string) string {
		return text(t, w.planned(w.plan(noState, object{"targets": targets})), "targets_sha256")
	}
	one := digest("EXAMPLE.com", "192.0.2.7/24")
	if other := digest("192.0.2.0/24", "example.com."); other != one {
		t.Error("the hash depends on order or spelling")
	}
	if other := digest("192.0.2.0/25", "example.com"); other == one || len(one) != 64 {
		t.Errorf("the hash of other targets is the same, or none: %q", one)
	}
}

// A scan nobody waits for would be cut off when the provider ends.
func TestPlanWaitEmbedded(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	config := object{"targets": []string{"127.0.0.1"}, "wait": false}
	w.clean(w.validate(config))
	wantError(t, w.plan(noState, config), "wait", "would not outlive", "endpoint", "wait = true")
}

func TestPlanLimit(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	wantError(t, w.plan(noState, object{"targets": []string{"127.0.0.1", "2001:db8::/64"}}), "targets[1]", "4294967296")
}

// Going over to waiting for a scan that runs will change how it ended.
func TestPlanBeginsToWait(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	prior := recorded(w, object{"targets": []string{"192.0.2.1"}, "status": "in_progress", "ended_at": nil, "wait": false})
	planned := w.planned(w.plan(prior, object{"targets": []string{"192.0.2.1"}, "wait": true}))
	for _, name := range []string{"status", "ended_at", "summary", "result_count"} {
		if member(t, planned, name).IsKnown() {
			t.Errorf("%s is planned as %s", name, member(t, planned, name))
		}
	}
	if !member(t, planned, "id").Equal(member(t, prior, "id")) {
		t.Error("the scan is planned as another")
	}
}
