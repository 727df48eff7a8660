package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// recordCase is what the tests need to know of the resource of a noun.
type recordCase struct {
	bare, full object            // configurations of one record: what is required, and everything
	same       object            // full in another spelling; nil if there is none
	name       string            // by which full is imported
	wrong      map[string]object // configurations that are refused, by the attribute that is at fault
}

// recordCases are the resources of records, by name.
func recordCases() map[string]recordCase {
	return map[string]recordCase{
		"portolan_scan_profile": {
			bare: object{"name": "gentle"},
			full: object{
				"name": "Gentle", "description": "old\nprinters", "ports": "22,80", "addresses": "all", "mode": "connect", "rate": 100, "host_rate": 9, "max_bytes": 1 << 40, "resolvers": "192.0.2.53",
				"checks": object{"only": []string{"tls", "redis.no-auth"}, "skip": []string{"tls.cert-expired"}},
			},
			same: object{
				"name": "Gentle", "description": "old\nprinters", "ports": "80,22", "addresses": "all", "mode": "connect", "rate": 100, "host_rate": 9, "max_bytes": 1 << 40, "resolvers": "192.0.2.53",
				"checks": object{"only": []string{"redis.no-auth", "tls"}, "skip": []string{"tls.cert-expired"}},
			},
			name:  "gentle",
			wrong: map[string]object{"name": {"name": ""}, "ports": {"name": "x", "ports": "99999"}, "mode": {"name": "x", "mode": "sin"}, "rate": {"name": "x", "rate": -1}, "resolvers": {"name": "x", "resolvers": "dns.example"}},
		},
		"portolan_schedule": {
			bare: object{"name": "nightly", "targets": []string{"192.0.2.1"}, "cron": "30 2 * * *"},
			full: object{
				"name": "Nightly", "targets": []string{"192.0.2.1", "WWW.example.com"}, "exclude": []string{"192.0.2.1"}, "ports": "22,80", "label": "night", "expect": []any{object{"port": "443"}},
				"rrule": "FREQ=DAILY;BYHOUR=2", "time_zone": "Europe/Berlin", "enabled": true, "start_at": "2040-01-01T00:00:00+01:00", "end_at": "2041-01-01T00:00:00Z", "max_runs": 7,
				"misfire": "run_once", "overlap": "queue",
			},
			same: object{
				"name": "Nightly", "targets": []string{"www.example.com", "192.0.2.1"}, "exclude": []string{"192.0.2.1/32"}, "ports": "80,22", "label": "night", "expect": []any{object{"port": "443"}},
				"rrule": "FREQ=DAILY;BYHOUR=2", "time_zone": "Europe/Berlin", "enabled": true, "start_at": "2039-12-31T23:00:00Z", "end_at": "2041-01-01T00:00:00Z", "max_runs": 7,
				"misfire": "run_once", "overlap": "queue",
			},
			name: "NIGHTLY",
			wrong: map[string]object{
				"cron":      {"name": "x", "targets": []string{"192.0.2.1"}, "cron": "61 * * * *"},
				"rrule":     {"name": "x", "targets": []string{"192.0.2.1"}, "rrule": "FREQ=DAYLY"},
				"time_zone": {"name": "x", "targets": []string{"192.0.2.1"}, "cron": "@daily", "time_zone": "Mars/Base"},
				"end_at":    {"name": "x", "targets": []string{"192.0.2.1"}, "cron": "@daily", "start_at": "2040-01-01T00:00:00Z", "end_at": "2039-01-01T00:00:00Z"},
			},
		},
		"portolan_notification": {
			bare: object{"name": "ops", "kind": "slack", "events": []string{"scan.done"}, "secret_wo": "https://hooks.slack.example/x", "secret_wo_version": 1},
			full: object{
				"name": "Ops", "kind": "webhook", "events": []string{"scan.failed", "findings.new"}, "min_severity": "high", "enabled": false, "url": "https://hooks.example.com/",
				"secret_wo": "a secret of the test", "secret_wo_version": 2,
			},
			name: "OPS",
			wrong: map[string]object{
				"kind": {"name": "x", "kind": "pager", "events": []string{"scan.done"}}, "url": {"name": "x", "kind": "webhook", "events": []string{"scan.done"}, "url": "ftp://x"},
				"to": {"name": "x", "kind": "email", "events": []string{"scan.done"}},
			},
		},
		"portolan_target": {
			bare: object{"address": "www.example.com"},
			full: object{
				"address": "WWW.example.com", "name": "shop", "tags": []string{"eu", "b"}, "criticality": "high", "owner": "@web", "labels": object{"cost": "7"},
			},
			same: object{
				"address": "www.example.com.", "name": "shop", "tags": []string{"b", "eu"}, "criticality": "high", "owner": "@web", "labels": object{"cost": "7"},
			},
			name: "www.EXAMPLE.com",
			wrong: map[string]object{
				"address": {"address": "http://example.com"}, "criticality": {"address": "a.example", "criticality": "hi"}, "labels": {"address": "a.example", "labels": object{"-": ""}},
			},
		},
		"portolan_target_group": {
			bare:  object{"name": "web"},
			full:  object{"name": "web", "description": "what faces the world"},
			name:  "WEB",
			wrong: map[string]object{"name": {"name": " x"}},
		},
	}
}

// TestRecordLife takes a record of each noun through every call of the protocol.
func TestRecordLife(t *testing.T) {
	w := onServer(t, enginetest.Start(t))
	for name, c := range recordCases() {
		t.Run(name, func(t *testing.T) { testRecordLife(t, w.of(name), c) })
	}
}

func testRecordLife(t *testing.T, w *wire, c recordCase) {
	w.t = t
	state := w.created(c.bare)
	if text(t, state, "id") == "" || number(t, state, "version") != 1 || text(t, state, "created_at") == "" || text(t, state, "engine_id") == "" {
		t.Errorf("created, the state is %s", state)
	}
	wantNoChange(t, w, state, c.bare)
	updated := w.applied(state, c.full)
	if text(t, updated, "id") != text(t, state, "id") || number(t, updated, "version") != 2 {
		t.Errorf("updated, the state is %s", updated)
	}
	wantNoChange(t, w, updated, c.full)
	if c.same != nil {
		if got := replaced(w.plan(updated, c.same)); got != nil {
			t.Errorf("another spelling replaces because of %v", got)
		}
		updated = w.applied(updated, c.same)
	}
	for _, ref := range []string{text(t, updated, "id"), c.name} {
		imported := w.imported(&tfprotov6.ImportResourceStateRequest{TypeName: w.resource, ID: ref})
		if text(t, imported, "id") != text(t, updated, "id") {
			t.Errorf("imported by %q it is %s, want %s", ref, imported, updated)
		}
		if got := replaced(w.plan(imported, c.full)); got != nil {
			t.Errorf("imported, the plan replaces it because of %v", got)
		}
	}
	refused, err := w.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: w.resource, ID: "none"})
	w.must(err)
	wantError(t, refused, "id", "No such")
	bare := w.applied(updated, c.bare) // what was set is taken away
	wantNoChange(t, w, bare, c.bare)
	w.clean(w.apply(bare, nil))
	w.clean(w.apply(bare, nil)) // it is gone already
	gone := w.read(bare)
	w.clean(gone)
	if !w.state(w.resourceType(), gone.NewState).IsNull() || w.identityID(gone.NewIdentity) != text(t, bare, "id") {
		t.Errorf("of what is gone %v is read", gone)
	}
}

// applied carries out config on top of a state.
func (w *wire) applied(prior tftypes.Value, config object) tftypes.Value {
	w.t.Helper()
	resp := w.apply(prior, config)
	w.clean(resp)
	return w.state(w.resourceType(), resp.NewState)
}

// wantNoChange fails unless the record is read as it is in the state, and the next plan
// changes nothing.
func wantNoChange(t *testing.T, w *wire, state tftypes.Value, config object) {
	t.Helper()
	read := w.read(state)
	w.clean(read)
	if got := w.state(w.resourceType(), read.NewState); !got.Equal(state) {
		t.Errorf("read it is\n%s, want\n%s", got, state)
	}
	if got := w.identityID(read.NewIdentity); got != text(t, state, "id") {
		t.Errorf("the identity is %q", got)
	}
	if planned := w.planned(w.plan(state, config)); !planned.Equal(state) {
		t.Errorf("the plan changes\n%s to\n%s", state, planned)
	}
}

// imported gives the state of an import, once it is read.
func (w *wire) imported(req *tfprotov6.ImportResourceStateRequest) tftypes.Value {
	w.t.Helper()
	resp, err := w.server.ImportResourceState(w.t.Context(), req)
	w.must(err)
	w.clean(resp)
	if got := w.identityID(resp.ImportedResources[0].Identity); got == "" {
		w.t.Error("an import gives no identity")
	}
	read := w.read(w.state(w.resourceType(), resp.ImportedResources[0].State))
	w.clean(read)
	return w.state(w.resourceType(), read.NewState)
}

// TestRecordsAreValidated: what the engine would refuse is refused before there is one,
// at the attribute that is at fault.
func TestRecordsAreValidated(t *testing.T) {
	withoutEnvironment(t)
	for name, c := range recordCases() {
		w := newWire(t).of(name)
		w.clean(w.validate(c.bare))
		w.clean(w.validate(c.full))
		for attribute, config := range c.wrong {
			wantError(t, w.validate(config), attribute)
		}
	}
}

// TestRecordsOfAnotherEngine: on a fresh machine the embedded engine knows no record, and
// what has the same id there is another: it is declared anew, and nothing is deleted.
func TestRecordsOfAnotherEngine(t *testing.T) {
	for name, c := range recordCases() {
		t.Run(name, func(t *testing.T) {
			one, two := onEmbedded(t, t.TempDir()).of(name), onEmbedded(t, t.TempDir()).of(name)
			state, other := one.created(c.full), two.created(c.full)
			read := two.read(state)
			wantWarning(t, read, "", "another engine")
			if !two.state(two.resourceType(), read.NewState).IsNull() || two.identityID(read.NewIdentity) == "" {
				t.Errorf("a record of another engine is read as %v", read)
			}
			two.clean(two.apply(state, nil))
			wantNoChange(t, two, other, c.full)
		})
	}
}

// TestRecordsChangedMeanwhile: what somebody else has written is not overwritten unseen.
func TestRecordsChangedMeanwhile(t *testing.T) {
	w := onServer(t, enginetest.Start(t)).of("portolan_scan_profile")
	old := w.created(object{"name": "a"})
	w.applied(old, object{"name": "b"})
	wantError(t, w.apply(old, object{"name": "c"}), "", "Record was changed meanwhile")
	wantError(t, w.apply(noState, object{"name": "B"}), "name", "Name is in use")
}

// TestTargetIsReplaced by another address, not by another spelling of it.
func TestTargetIsReplaced(t *testing.T) {
	w := onServer(t, enginetest.Start(t)).of("portolan_target")
	state := w.created(object{"address": "192.0.2.7/24"})
	for address, want := range map[string]int{"192.0.2.0/24": 0, "192.0.3.0/24": 1} {
		if got := replaced(w.plan(state, object{"address": address})); len(got) != want {
			t.Errorf("%s replaces because of %v", address, got)
		}
	}
}

// TestTargetGroupRefersToTargets: a target cannot go before its group.
func TestTargetGroupRefersToTargets(t *testing.T) {
	w := onServer(t, enginetest.Start(t))
	targets, groups := w.of("portolan_target"), w.of("portolan_target_group")
	target := targets.created(object{"address": "192.0.2.1"})
	config := object{"name": "web", "target_ids": []string{text(t, target, "id")}}
	group := groups.created(config)
	wantNoChange(t, groups, group, config)
	wantError(t, targets.apply(target, nil), "", "Still in use", "target group")
	wantError(t, groups.validate(object{"name": "web", "target_ids": []string{"x"}}), "target_ids", "must be the id of a record")
	wantError(t, groups.apply(noState, object{"name": "other", "target_ids": []string{"4711"}}), "target_ids", "No such target")
	groups.clean(groups.apply(group, nil))
	targets.clean(targets.apply(target, nil))
}
