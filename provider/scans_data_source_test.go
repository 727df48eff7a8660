package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestScansData(t *testing.T) {
	const name = "portolan_scans"
	e := enginetest.Start(t)
	w := onServer(t, e)
	for _, label := range []string{"nightly", "weekly", "nightly"} {
		w.created(scanOf("1", object{"label": label}))
	}
	queued(t, e, 1)
	for want, config := range map[string]object{
		"4 3 2 1": {},
		"3 1":     {"label": "^night"},
		"3 2 1":   {"status": "done"},
		"4 3":     {"limit": 2},
		"4":       {"created_after": "2001-01-01T00:00:00Z", "limit": 1},
		"":        {"created_after": time.Now().Add(time.Hour).Format(time.RFC3339)},
	} {
		got := w.data(name, config)
		var ids []string
		for _, s := range elements(t, got, "scans") {
			ids = append(ids, text(t, s, "id"))
		}
		if strings.Join(ids, " ") != want || len(elements(t, got, "ids")) != len(ids) {
			t.Errorf("%v gives %q, want %q", config, ids, want)
		}
	}
	wantError(t, w.validateData(name, object{"label": "("}), "label")
	wantError(t, w.validateData(name, object{"limit": 0}), "limit")
	wantError(t, w.validateData(name, object{"status": "running"}), "status")
}

func TestAccScansData(t *testing.T) {
	g := newGround(t)
	g.scanned("nightly", "nightly")
	g.test("data-sources/portolan_scans")
}
