package storetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testScans(t *testing.T, open Open) {
	t.Run("every member is kept", func(t *testing.T) { keepsMembers(newHarness(t, open, t.TempDir())) })
	t.Run("every member is saved", func(t *testing.T) { savesMembers(newHarness(t, open, t.TempDir())) })
	t.Run("the empty scan is kept", func(t *testing.T) { keepsEmpty(newHarness(t, open, t.TempDir())) })
	t.Run("times are in UTC", func(t *testing.T) { keepsTimes(newHarness(t, open, t.TempDir())) })
	t.Run("a long list is kept", func(t *testing.T) { keepsLongList(newHarness(t, open, t.TempDir())) })
	t.Run("what is missing is not found", func(t *testing.T) { missesScans(newHarness(t, open, t.TempDir())) })
	t.Run("erased for good", func(t *testing.T) { erases(newHarness(t, open, t.TempDir())) })
	t.Run("kept over reopening", func(t *testing.T) { keepsOverReopening(t, open) })
}

func keepsMembers(h harness) {
	sample := full(h)
	h.insert(pending(h, 1, "another"))
	scan := h.insert(sample)
	if scan.ID == 0 || scan.Position == 0 || slices.ContainsFunc(scan.Steps, func(s engine.Step) bool { return s.ID == 0 }) {
		h.Errorf("ids and position are not set: %+v", scan)
	}
	h.wantAllSet(scan, "QueuePosition", "EstimatedTime", "Owner", "IsFromTeam", "CoinsSpent")
	h.wantAllSet(scan.Summary)
	h.wantScan(scan)
	if scans := h.scans(store.ScanFilter{Erasing: true}); len(scans) != 1 || !reflect.DeepEqual(plain(scans[0]), plain(scan)) {
		h.Errorf("in a list the scan reads as\n%+v, want\n%+v", scans, scan)
	}
}

// wantAllSet keeps a sample whole: a member added to its struct has to be in it,
// or to be named as one that is not stored.
func (h harness) wantAllSet(sample any, notStored ...string) {
	h.Helper()
	value := reflect.ValueOf(sample)
	for i := range value.NumField() {
		name := value.Type().Field(i).Name
		if value.Field(i).IsZero() && !slices.Contains(notStored, name) {
			h.Errorf("the sample %s does not set %s", value.Type(), name)
		}
	}
}

func savesMembers(h harness) {
	first, second := h.insert(pending(h, 1, "first")), h.insert(pending(h, 1, "second"))
	changed := full(h)
	changed.ID, changed.Position = first.ID, -5
	h.wantScan(h.save(withSteps(changed, first.Steps)))
	h.wantScan(second)
	bare := engine.Scan{ID: first.ID, Steps: first.Steps}
	h.wantScan(h.save(bare))
}

func withSteps(scan engine.Scan, steps []engine.Step) engine.Scan {
	scan.Steps = steps
	return scan
}

func keepsEmpty(h harness) {
	scan := h.insert(engine.Scan{})
	h.wantScan(scan)
	if state := scan.State(); state != engine.StatePending {
		h.Errorf("a scan without steps is %s", state)
	}
	if n := len(h.scans(store.ScanFilter{States: []engine.State{engine.StatePending}})); n != 1 {
		h.Errorf("%d scans are found as pending, want 1", n)
	}
}

func keepsTimes(h harness) {
	scan := pending(h, 1, "far")
	scan.CreatedAt = at(0).In(time.FixedZone("far", 9*60*60)).Add(789)
	scan = h.insert(scan)
	if got := h.scan(scan.ID).CreatedAt; got != at(0) {
		h.Errorf("created at %v, want %v: UTC, cut to microseconds", got, at(0))
	}
}

func keepsLongList(h harness) {
	scan := pending(h, 1, "long")
	scan.Targets = slices.Repeat([]engine.Target{"very.long.name.example.com"}, engine.MaxTargets)
	h.wantScan(h.insert(scan))
}

func missesScans(h harness) {
	scan := h.insert(pending(h, 1, "only"))
	missing := scan
	missing.ID += 100
	missing.Steps = slices.Clone(scan.Steps)
	missing.Steps[0].ID = 0
	h.view(func(tx store.Tx) error {
		_, err := tx.Scan(missing.ID)
		h.wantKind("read", err, engine.NotFound)
		return nil
	})
	h.update(func(tx store.Tx) error {
		h.wantKind("save", tx.SaveScan(&missing), engine.NotFound)
		h.wantKind("erase", tx.EraseScan(missing.ID), engine.NotFound)
		return nil
	})
	h.wantScan(scan)
}

func erases(h harness) {
	kept, gone := h.insert(pending(h, 1, "kept")), h.insert(pending(h, 1, "gone"))
	h.update(func(tx store.Tx) error { return tx.EraseScan(gone.ID) })
	h.view(func(tx store.Tx) error {
		_, err := tx.Scan(gone.ID)
		h.wantKind("read erased", err, engine.NotFound)
		return nil
	})
	next := h.insert(pending(h, 1, "next"))
	if next.ID <= gone.ID || next.Steps[0].ID <= gone.Steps[0].ID {
		h.Errorf("ids are used again: scan %d after %d, step %d after %d", next.ID, gone.ID, next.Steps[0].ID, gone.Steps[0].ID)
	}
	h.wantScan(kept)
	h.wantScan(next)
}

func keepsOverReopening(t *testing.T, open Open) {
	dir := t.TempDir()
	before := open(t, dir)
	h := harness{TB: t, store: before}
	scan := h.insert(full(t))
	for range 2 { // closing twice is safe
		if err := before.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if err := before.View(t.Context(), func(store.Tx) error { return nil }); err == nil {
		t.Error("a closed store can be read")
	}
	newHarness(t, open, dir).wantScan(scan)
}
