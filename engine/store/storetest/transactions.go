package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testTransactions(t *testing.T, open Open) {
	t.Run("an error leaves nothing", func(t *testing.T) { rollsBack(newHarness(t, open, t.TempDir())) })
	t.Run("a panic leaves nothing", func(t *testing.T) { survivesPanic(newHarness(t, open, t.TempDir())) })
	t.Run("writes are read back within", func(t *testing.T) { readsOwnWrites(newHarness(t, open, t.TempDir())) })
	t.Run("a cancelled context stops all", func(t *testing.T) { obeysContext(newHarness(t, open, t.TempDir())) })
	t.Run("cancelled within leaves nothing", func(t *testing.T) { obeysContextWithin(newHarness(t, open, t.TempDir())) })
}

// writeAll writes to scan, a new user, a new key and a new team.
func writeAll(tx store.Tx, scan engine.Scan) error {
	renamed, fresh, newcomer := scan, withSteps(scan, nil), user("newcomer")
	renamed.Label = "renamed"
	err := errors.Join(tx.SaveScan(&renamed), tx.InsertScan(&fresh), tx.InsertUser(&newcomer), tx.EraseScan(scan.ID))
	lock, team := key(newcomer.ID, "lock"), engine.Team{Name: "team"}
	return errors.Join(err, tx.InsertKey(&lock), tx.InsertTeam(&team), tx.InsertRequest(request(1, "rolled back", 1)))
}

// wantUntouched fails unless scan is all the store holds.
func (h harness) wantUntouched(scan engine.Scan) {
	h.Helper()
	h.wantLabels(store.ScanFilter{}, scan.Label)
	h.wantScan(scan)
	h.wantUsers()
	h.wantTeams()
	h.wantNoRequest(1, "rolled back")
}

func rollsBack(h harness) {
	scan := h.insert(pending(h, 1, "kept"))
	mine := &engine.Error{Kind: engine.Limit, Title: "No"}
	err := h.store.Update(h.Context(), func(tx store.Tx) error {
		if err := writeAll(tx, scan); err != nil {
			h.Errorf("write: %v", err)
		}
		return mine
	})
	if !errors.Is(err, mine) {
		h.Errorf("the error is %v, want that of fn", err)
	}
	h.wantUntouched(scan)
	if err := h.store.View(h.Context(), func(store.Tx) error { return mine }); !errors.Is(err, mine) {
		h.Errorf("the error of a view is %v, want that of fn", err)
	}
}

func survivesPanic(h harness) {
	scan := h.insert(pending(h, 1, "kept"))
	func() {
		defer func() {
			if got := recover(); got != "oops" {
				h.Errorf("recovered %v, want the panic of fn", got)
			}
		}()
		h.update(func(tx store.Tx) error {
			if err := writeAll(tx, scan); err != nil {
				h.Errorf("write: %v", err)
			}
			panic("oops")
		})
	}()
	h.wantUntouched(scan)
	h.save(scan) // the writer is free again
}

func readsOwnWrites(h harness) {
	h.update(func(tx store.Tx) error {
		scan := pending(h, 1, "mine")
		if err := tx.InsertScan(&scan); err != nil {
			return err
		}
		scan.Label = "renamed"
		if err := tx.SaveScan(&scan); err != nil {
			return err
		}
		got, err := tx.Scan(scan.ID)
		if got.Label != "renamed" || len(got.Steps) != 1 {
			h.Errorf("within the transaction the scan reads %+v", got)
		}
		return err
	})
}

func obeysContext(h harness) {
	ctx, cancel := context.WithCancel(h.Context())
	cancel()
	never := func(store.Tx) error {
		h.Error("fn was run")
		return nil
	}
	if err := h.store.Update(ctx, never); !errors.Is(err, context.Canceled) {
		h.Errorf("update gives %v", err)
	}
	if err := h.store.View(ctx, never); !errors.Is(err, context.Canceled) {
		h.Errorf("view gives %v", err)
	}
	if _, err := h.store.EngineID(ctx); !errors.Is(err, context.Canceled) {
		h.Errorf("engine id gives %v", err)
	}
}

func obeysContextWithin(h harness) {
	scan := h.insert(pending(h, 1, "kept"))
	ctx, cancel := context.WithCancel(h.Context())
	err := h.store.Update(ctx, func(tx store.Tx) error {
		defer cancel()
		return writeAll(tx, scan)
	})
	if !errors.Is(err, context.Canceled) {
		h.Errorf("update gives %v", err)
	}
	h.wantUntouched(scan)
	h.save(scan)
}
