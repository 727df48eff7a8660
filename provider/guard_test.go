package provider_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestGuard(t *testing.T) {
	withoutEnvironment(t)
	allowed := object{"allowed_targets": []string{"192.0.2.0/24", "2001:db8::1", "Example.com", "*.example.org"}}
	denied := object{"denied_targets": []string{"192.0.2.128/25", "*.bank.example", "bank.example"}}
	for name, test := range map[string]struct {
		block, scan object
		path        string // of the error; "" if there is none
	}{
		"addresses within":         {allowed, object{"targets": []string{"192.0.2.1", "192.0.2.64/26", "2001:db8::1"}}, ""},
		"names":                    {allowed, object{"targets": []string{"EXAMPLE.com.", "www.example.org", "a.b.example.org"}}, ""},
		"a wider range":            {allowed, object{"targets": []string{"192.0.2.1", "192.0.0.0/16"}}, "targets[1]"},
		"another name":             {allowed, object{"targets": []string{"www.example.com"}}, "targets[0]"},
		"the name itself":          {allowed, object{"targets": []string{"example.org"}}, "targets[0]"},
		"a name that ends so":      {allowed, object{"targets": []string{"anexample.org"}}, "targets[0]"},
		"nothing is allowed":       {object{"allowed_targets": []string{}}, object{"targets": []string{"192.0.2.1"}}, "targets[0]"},
		"known beside unknown":     {allowed, object{"targets": []any{unknown{}, "192.0.3.1"}}, "targets[1]"},
		"not denied":               {denied, object{"targets": []string{"192.0.2.1", "example.com", "notbank.example"}}, ""},
		"denied":                   {denied, object{"targets": []string{"192.0.2.1", "192.0.2.129"}}, "targets[1]"},
		"denied below":             {denied, object{"targets": []string{"www.bank.example"}}, "targets[0]"},
		"a range that holds it":    {denied, object{"targets": []string{"192.0.0.0/16"}}, "targets[0]"},
		"… with it taken out":      {denied, object{"targets": []string{"192.0.0.0/16"}, "exclude": []string{"192.0.2.0/24"}}, ""},
		"… with half of it":        {denied, object{"targets": []string{"192.0.0.0/16"}, "exclude": []string{"192.0.2.128/26"}}, "targets[0]"},
		"exclusions not known yet": {denied, object{"targets": []string{"192.0.0.0/16"}, "exclude": unknown{}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			resp := configured(t, test.block).plan(noState, test.scan)
			if test.path == "" {
				newWire(t).clean(resp)
				return
			}
			wantError(t, resp, test.path, "provider")
		})
	}
}

// The environment and the block both have a say.
func TestGuardOfEnvironment(t *testing.T) {
	withoutEnvironment(t)
	t.Setenv("PORTOLAN_ALLOWED_TARGETS", "192.0.2.0/24, example.com,")
	t.Setenv("PORTOLAN_DENIED_TARGETS", "192.0.2.7")
	scan := func(target string) object { return object{"targets": []string{target}} }
	w := configured(t, object{})
	w.planned(w.plan(noState, scan("192.0.2.1")))
	wantError(t, w.plan(noState, scan("192.0.3.1")), "targets[0]", "PORTOLAN_ALLOWED_TARGETS")
	wantError(t, w.plan(noState, scan("192.0.2.0/28")), "targets[0]", "192.0.2.7")
	w = configured(t, object{"allowed_targets": []string{"192.0.2.0/25"}})
	wantError(t, w.plan(noState, scan("192.0.2.200")), "targets[0]", "allowed_targets")
	t.Setenv("PORTOLAN_ALLOWED_TARGETS", "nonsense/99")
	wantError(t, newWire(t).configure(object{}, false), "", "PORTOLAN_ALLOWED_TARGETS")
}

// A target that is known only at apply is judged there, before anything is created.
func TestGuardAtApply(t *testing.T) {
	withoutEnvironment(t)
	e := enginetest.Start(t)
	w := configured(t, object{"endpoint": e.Endpoint, "api_key": e.Key, "allowed_targets": []string{"192.0.2.1"}})
	planned := w.plan(noState, object{"targets": []any{unknown{}}})
	w.clean(planned)
	resp := w.applyPlan(noState, object{"targets": []string{"127.0.0.1"}}, w.stateOf(object{"targets": []string{"127.0.0.1"}, "wait": true, "id": unknown{}}))
	wantError(t, resp, "targets[0]", "not allowed")
	if scans, err := e.Client.Scans(t.Context()); err != nil || len(scans) != 0 {
		t.Errorf("%d scans were created, %v", len(scans), err)
	}
}

// What is kept to be scanned later is judged when it is declared.
func TestGuardOfRecords(t *testing.T) {
	withoutEnvironment(t)
	e := enginetest.Start(t)
	w := configured(t, object{"endpoint": e.Endpoint, "api_key": e.Key, "allowed_targets": []string{"192.0.2.0/24"}, "denied_targets": []string{"192.0.2.7"}})
	schedule := func(target any, exclude ...string) object {
		return object{"name": "nightly", "targets": []any{"192.0.2.1", target}, "exclude": exclude, "cron": "0 2 * * *"}
	}
	schedules, targets := w.of("portolan_schedule"), w.of("portolan_target")
	wantError(t, schedules.plan(noState, schedule("192.0.3.1")), "targets[1]", "allowed_targets")
	wantError(t, schedules.plan(noState, schedule("192.0.2.0/28")), "targets[1]", "192.0.2.7")
	schedules.clean(schedules.plan(noState, schedule("192.0.2.0/28", "192.0.2.7")))
	schedules.clean(schedules.plan(noState, schedule(unknown{})))
	wantError(t, targets.plan(noState, object{"address": "192.0.3.1"}), "address", "allowed_targets")
	targets.clean(targets.plan(noState, object{"address": "192.0.2.1"}))
	wantError(t, targets.applyPlan(noState, object{"address": "192.0.3.1"}, targets.stateOf(object{"address": "192.0.3.1", "id": unknown{}})), "address", "allowed_targets")
}
