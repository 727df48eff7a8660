package storetest

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testViews(t *testing.T, open Open) {
	t.Run("a view sees one moment", func(t *testing.T) { isolatesViews(newHarness(t, open, t.TempDir())) })
	t.Run("what is not committed is not seen", func(t *testing.T) { hidesUncommitted(newHarness(t, open, t.TempDir())) })
	t.Run("a view cannot write", func(t *testing.T) { refusesWrites(newHarness(t, open, t.TempDir())) })
}

// isolatesViews updates from within a view, which the contract allows nobody
// else: here it is certain that the update comes between two reads.
func isolatesViews(h harness) {
	scan := h.insert(pending(h, 1, "before"))
	h.view(func(tx store.Tx) error {
		seesBefore(h, tx, scan.ID)
		changed := advanced(h, scan, engine.StateScheduled)
		changed.Label = "after"
		h.save(changed)
		h.insert(pending(h, 1, "another"))
		seesBefore(h, tx, scan.ID)
		return nil
	})
	h.wantLabels(store.ScanFilter{}, "another", "after")
}

func seesBefore(h harness, tx store.Tx, id engine.ScanID) {
	h.Helper()
	got, err := tx.Scan(id)
	if err != nil || got.Label != "before" || len(got.Steps) != 1 {
		h.Errorf("the view sees %+v (%v)", got, err)
	}
	if n, err := tx.CountScans(store.ScanFilter{}); err != nil || n != 1 {
		h.Errorf("the view counts %d scans (%v), want 1", n, err)
	}
}

func hidesUncommitted(h harness) {
	h.update(func(tx store.Tx) error {
		scan := pending(h, 1, "hidden")
		if err := tx.InsertScan(&scan); err != nil {
			return err
		}
		h.wantLabels(store.ScanFilter{})
		return nil
	})
	h.wantLabels(store.ScanFilter{}, "hidden")
}

func refusesWrites(h harness) {
	scan := h.insert(pending(h, 1, "kept"))
	someone, fresh := user("someone"), pending(h, 1, "fresh")
	lock, team := key(1, "lock"), engine.Team{Name: "team"}
	writes := map[string]func(store.Tx) error{
		"insert scan": func(tx store.Tx) error { return tx.InsertScan(&fresh) },
		"save scan":   func(tx store.Tx) error { return tx.SaveScan(&scan) },
		"erase scan":  func(tx store.Tx) error { return tx.EraseScan(scan.ID) },
		"insert user": func(tx store.Tx) error { return tx.InsertUser(&someone) },
		"move scan":   func(tx store.Tx) error { return tx.Move(scan.ID, 9) },
		"remember":    func(tx store.Tx) error { return tx.InsertRequest(request(1, "k", 1)) },
		"forget":      func(tx store.Tx) error { return tx.ForgetRequests(at(1)) },
		"save user":   func(tx store.Tx) error { return tx.SaveUser(&someone) },
		"erase user":  func(tx store.Tx) error { return tx.EraseUser(1) },
		"insert key":  func(tx store.Tx) error { return tx.InsertKey(&lock) },
		"save key":    func(tx store.Tx) error { return tx.SaveKey(&lock) },
		"use key":     func(tx store.Tx) error { return tx.UseKey(1, at(1)) },
		"pay":         func(tx store.Tx) error { return tx.InsertCoins(engine.CoinEntry{UserID: 1}) },
		"count":       func(tx store.Tx) error { _, err := tx.AddRequests(1, at(1), 1); return err },
		"insert team": func(tx store.Tx) error { return tx.InsertTeam(&team) },
		"erase team":  func(tx store.Tx) error { return tx.EraseTeam(1) },
	}
	for name, write := range writes {
		h.view(func(tx store.Tx) error {
			if write(tx) == nil {
				h.Errorf("a view can %s", name)
			}
			return nil
		})
	}
	h.wantUntouched(scan)
}
