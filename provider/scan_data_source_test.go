package provider_test

import (
	"strconv"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestScanData(t *testing.T) {
	const name = "portolan_scan"
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	wantError(t, w.readData(name, object{"most_recent": true}), "most_recent", "holds no scan")
	port := strconv.Itoa(zoo.Get("redis").Port)
	state := w.created(scanOf(port, object{"label": "nightly"}))
	w.created(scanOf(port, object{"label": "nightly"}))
	w.created(scanOf(port, object{"label": "weekly"}))

	first := w.data(name, object{"id": "1"})
	for _, attribute := range []string{"id", "label", "status", "created_at", "owner", "engine_id", "targets_sha256", "ports"} {
		if got, want := text(t, first, attribute), text(t, state, attribute); got != want {
			t.Errorf("%s is %q, of the resource %q", attribute, got, want)
		}
	}
	if number(t, member(t, first, "summary"), "total") != number(t, member(t, state, "summary"), "total") || number(t, first, "address_count") != 1 || len(elements(t, first, "targets")) != 1 {
		t.Errorf("the scan is %s", first)
	}
	for id, config := range map[string]object{"2": {"label": "nightly", "most_recent": true}, "3": {"most_recent": true}} {
		if got := text(t, w.data(name, config), "id"); got != id {
			t.Errorf("%v is scan %s, want %s", config, got, id)
		}
	}
	if got := text(t, w.data(name, object{"label": "weekly"}), "id"); got != "3" {
		t.Errorf("the weekly scan is %s", got)
	}
	wantError(t, w.readData(name, object{"label": "nightly"}), "label", "2 and 1", "most_recent = true")
	wantError(t, w.readData(name, object{"label": "Nightly"}), "label", `"Nightly"`, "portolan_scans")
	wantError(t, w.readData(name, object{"id": "4711"}), "id", "4711")
	wantError(t, w.validateData(name, object{}), "", "id")
	wantError(t, w.validateData(name, object{"id": "1", "label": "x"}), "id")
	wantError(t, w.validateData(name, object{"id": "one"}), "id", "one")
}

func TestAccScanData(t *testing.T) {
	g := newGround(t)
	g.scanned("nightly", "nightly")
	g.test("data-sources/portolan_scan")
}
