package client_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func TestDeletedScansComeBack(t *testing.T) {
	c, id := full(t, 0, 1)
	if err := c.DeleteScan(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	deleted, err := c.DeletedScans(t.Context())
	if err != nil || len(deleted) != 1 || deleted[0].ID != id {
		t.Errorf("deleted %v, %v", deleted, err)
	}
	if restored, err := c.RestoreScan(t.Context(), id); err != nil || restored.ID != id {
		t.Errorf("restored %v, %v", restored.ID, err)
	}
	again, err := c.Rescan(t.Context(), id)
	if err != nil || again.ID == id || len(again.Targets) != 1 {
		t.Errorf("rescanned %v, %v", again, err)
	}
	if _, err := c.Rescan(t.Context(), 999); engine.KindOf(err) != engine.NotFound {
		t.Errorf("rescan of nothing: %v", err)
	}
}

func TestScansAreDeletedTogether(t *testing.T) {
	c, id := full(t, 0, 1)
	again, err := c.Rescan(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.DeleteScans(t.Context(), []engine.ScanID{id, 999}); known(t, err).Field != "ids[1]" {
		t.Errorf("deleted with one that is not there: %v", err)
	}
	if err := c.DeleteScans(t.Context(), []engine.ScanID{id, again.ID}); err != nil {
		t.Error(err)
	}
	if scans, err := c.Scans(t.Context()); err != nil || len(scans) != 0 {
		t.Errorf("%d scans are left, %v", len(scans), err)
	}
}
