package storetest

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testSharing(t *testing.T, open Open) {
	t.Run("the engine id stays", func(t *testing.T) { keepsEngineID(t, open) })
	t.Run("racing openers agree", func(t *testing.T) { racesToOpen(t, open) })
	t.Run("no update is lost", func(t *testing.T) { losesNoUpdate(t, open) })
	t.Run("one store sees the other's writes", func(t *testing.T) { seesOtherStore(t, open) })
}

func (h harness) engineID() string {
	h.Helper()
	id, err := h.store.EngineID(h.Context())
	if err != nil || len(id) < 16 {
		h.Errorf("engine id is %q (%v)", id, err)
	}
	return id
}

func keepsEngineID(t *testing.T, open Open) {
	dir := t.TempDir()
	first := newHarness(t, open, dir)
	id := first.engineID()
	if err := first.store.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if again := newHarness(t, open, dir).engineID(); again != id {
		t.Errorf("the engine id was %s, is %s", id, again)
	}
	if other := newHarness(t, open, t.TempDir()).engineID(); other == id {
		t.Errorf("two stores have the engine id %s", id)
	}
}

func racesToOpen(t *testing.T, open Open) {
	const openers = 8
	dir := filepath.Join(t.TempDir(), "new", "folder")
	ids, scans := make([]string, openers), make([]engine.ScanID, openers)
	var group sync.WaitGroup
	for i := range openers {
		group.Go(func() {
			h := newHarness(t, open, dir)
			ids[i] = h.engineID()
			scans[i] = h.insert(pending(h, 1, "race")).ID
		})
	}
	group.Wait()
	distinct := map[engine.ScanID]bool{}
	for i := range openers {
		distinct[scans[i]] = true
		if ids[i] != ids[0] {
			t.Errorf("engine ids differ: %q", ids)
		}
	}
	if n := len(newHarness(t, open, dir).scans(store.ScanFilter{})); n != openers || len(distinct) != openers {
		t.Errorf("%d scans are stored with ids %d, want %d", n, scans, openers)
	}
}

func losesNoUpdate(t *testing.T, open Open) {
	const goroutines, rounds = 8, 10
	dir := t.TempDir()
	stores := []harness{newHarness(t, open, dir), newHarness(t, open, dir)}
	id := stores[0].insert(pending(t, 1, "counter")).ID
	var group sync.WaitGroup
	for i := range goroutines {
		group.Go(func() {
			for range rounds {
				stores[i%len(stores)].update(func(tx store.Tx) error { return countUp(tx, id) })
			}
		})
	}
	group.Wait()
	got := stores[0].scan(id)
	if got.Count != goroutines*rounds || len(got.Steps) != 1+goroutines*rounds {
		t.Errorf("count %d and %d steps, want %d updates and none lost", got.Count, len(got.Steps), goroutines*rounds)
	}
}

// countUp reads and then writes: what is lost when two do so at once.
func countUp(tx store.Tx, id engine.ScanID) error {
	scan, err := tx.Scan(id)
	if err != nil {
		return err
	}
	scan.Count++
	scan.Steps = append(scan.Steps, engine.Step{State: engine.StateScanning, At: at(scan.Count % 60)})
	return tx.SaveScan(&scan)
}

func seesOtherStore(t *testing.T, open Open) {
	dir := t.TempDir()
	here, there := newHarness(t, open, dir), newHarness(t, open, dir)
	scan := here.insert(pending(t, 1, "shared"))
	there.wantScan(scan)
	scan.Label = "renamed there"
	here.wantScan(there.save(scan))
	there.update(func(tx store.Tx) error { return tx.EraseScan(scan.ID) })
	here.wantLabels(store.ScanFilter{})
}
