package provider_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// TestRecordDataSources: a record is found by its id and by its name, however it is
// spelled, with everything its resource shows.
func TestRecordDataSources(t *testing.T) {
	w := onServer(t, enginetest.Start(t))
	for name, by := range map[string]string{"portolan_scan_profile": "name", "portolan_target": "address"} {
		t.Run(name, func(t *testing.T) {
			c := recordCases()[name]
			state := w.of(name).created(c.full)
			id := text(t, state, "id")
			for attribute, ref := range map[string]string{"id": id, by: c.name} {
				found := w.data(name, object{attribute: ref})
				if text(t, found, "id") != id || number(t, found, "version") != 1 || text(t, found, "created_at") != text(t, state, "created_at") {
					t.Errorf("found by %s it is %s", attribute, found)
				}
			}
			wantError(t, w.readData(name, object{"id": "4711"}), "id", "No such")
			wantError(t, w.readData(name, object{"id": "x"}), "id", "Id is not valid")
			wantError(t, w.readData(name, object{by: "none"}), by, "No such")
			wantError(t, w.validateData(name, object{"id": "1", by: "x"}), by)
			wantError(t, w.validateData(name, object{}), by)
		})
	}
}
