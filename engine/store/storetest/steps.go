package storetest

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testSteps(t *testing.T, open Open) {
	t.Run("ids rise over all scans", func(t *testing.T) { numbersSteps(newHarness(t, open, t.TempDir())) })
	t.Run("stored steps never change", func(t *testing.T) { keepsSteps(newHarness(t, open, t.TempDir())) })
	t.Run("the state is that of the last step", func(t *testing.T) { followsSteps(newHarness(t, open, t.TempDir())) })
	t.Run("a copied scan has steps of its own", func(t *testing.T) { copiesSteps(newHarness(t, open, t.TempDir())) })
}

func numbersSteps(h harness) {
	a, b := h.insert(pending(h, 1, "a")), h.insert(pending(h, 1, "b"))
	a = h.save(advanced(h, a, engine.StateScheduled, engine.StateScanning))
	b = h.save(advanced(h, b, engine.StateScheduled))
	ids := []int64{a.Steps[0].ID, b.Steps[0].ID, a.Steps[1].ID, a.Steps[2].ID, b.Steps[1].ID}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) || ids[0] < 1 {
		h.Errorf("step ids %d do not rise in the order of storing", ids)
	}
	h.wantScan(a)
	h.wantScan(b)
}

func keepsSteps(h harness) {
	scan := h.insert(advanced(h, pending(h, 1, "a"), engine.StateScheduled))
	h.save(scan)
	h.wantScan(scan)

	forged := scan
	forged.Steps = slices.Clone(scan.Steps)
	other := "another story"
	forged.Steps[0].Description, forged.Steps[0].At, forged.Steps[1].State = &other, at(30), engine.StateFailed
	h.save(forged)
	h.wantScan(scan)

	h.save(withSteps(scan, scan.Steps[:1])) // a list cut short takes nothing away
	h.wantScan(scan)
}

func followsSteps(h harness) {
	scan := h.insert(pending(h, 1, "a"))
	for _, state := range []engine.State{engine.StateScheduled, engine.StateScanning, engine.StatePending, engine.StateCancelled} {
		scan = h.save(advanced(h, scan, state))
		h.wantLabels(store.ScanFilter{States: []engine.State{state}}, "a")
	}
	stale := withSteps(scan, nil)
	stale.Label = "b"
	h.save(stale)
	h.wantLabels(store.ScanFilter{States: []engine.State{engine.StateCancelled}}, "b")
	h.wantLabels(store.ScanFilter{States: []engine.State{engine.StatePending}})
}

func copiesSteps(h harness) {
	scan := h.insert(pending(h, 1, "a"))
	again := withSteps(scan, slices.Clone(scan.Steps))
	again = h.insert(again)
	if again.ID == scan.ID || again.Steps[0].ID == scan.Steps[0].ID {
		h.Errorf("inserted again, scan %d step %d is the same as scan %d step %d", again.ID, again.Steps[0].ID, scan.ID, scan.Steps[0].ID)
	}
	h.wantScan(scan)
	h.wantScan(again)
}
