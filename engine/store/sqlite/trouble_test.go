package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
	"github.com/portolan-io/terraform-provider-portolan/engine/store/sqlite"
)

func TestFullDisk(t *testing.T) {
	s := open(t, t.TempDir())
	defer closeStore(t, s)
	if err := sqlite.ForbidGrowth(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	scan := newScan()
	scan.Targets = slices.Repeat(scan.Targets, 10_000)
	err := s.Update(t.Context(), func(tx store.Tx) error { return tx.InsertScan(&scan) })
	wantRefusal(t, err, engine.Internal, "no space is left")
	count := func(tx store.Tx) error {
		if n, err := tx.CountScans(store.ScanFilter{}); n != 0 || err != nil {
			t.Errorf("%d scans are stored (%v), want none", n, err)
		}
		return nil
	}
	if err := s.View(t.Context(), count); err != nil {
		t.Error(err)
	}
}

// busyError is what SQLite says while another has the file.
func busyError(t *testing.T, dir string) error {
	t.Helper()
	holder, waiter := rawFile(t, dir), rawFile(t, dir)
	defer func() { _, _ = holder.Close(), waiter.Close() }()
	lock := beginWriting(t, holder)
	defer func() { _ = lock.Rollback() }()
	_, err := waiter.ExecContext(t.Context(), "CREATE TABLE wanted (x)")
	if err == nil || !strings.Contains(err.Error(), "locked") {
		t.Fatalf("a locked file gives %v", err)
	}
	return err
}

func TestBusyFile(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer closeStore(t, s)
	busy := busyError(t, dir)
	wantRefusal(t, sqlite.Explain(t.Context(), s, busy), engine.Internal, "locked by another process")

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sqlite.Explain(cancelled, s, busy); !errors.Is(err, context.Canceled) {
		t.Errorf("once cancelled, a busy file gives %v", err)
	}
	synctest.Test(t, func(t *testing.T) { freesItself(t, busy) })
	synctest.Test(t, func(t *testing.T) { staysBusy(t, busy) })
	synctest.Test(t, func(t *testing.T) { stopsWaiting(t, busy) })
}

func freesItself(t *testing.T, busy error) {
	t.Helper()
	left := 5
	err := sqlite.UntilFree(t.Context(), func() error {
		if left--; left > 0 {
			return busy
		}
		return nil
	})
	if err != nil || left != 0 {
		t.Errorf("%v with %d attempts left", err, left)
	}
}

func staysBusy(t *testing.T, busy error) {
	t.Helper()
	start := time.Now()
	err := sqlite.UntilFree(t.Context(), func() error { return busy })
	if waited := time.Since(start); !errors.Is(err, busy) || waited < sqlite.BusyTimeout || waited > 2*sqlite.BusyTimeout {
		t.Errorf("%v after %s", err, waited)
	}
	other := errors.New("another")
	if err := sqlite.UntilFree(t.Context(), func() error { return other }); !errors.Is(err, other) {
		t.Errorf("another error gives %v", err)
	}
}

func stopsWaiting(t *testing.T, busy error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := sqlite.UntilFree(ctx, func() error { return busy }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a cancelled wait gives %v", err)
	}
}

// TestOpenWaits opens a store that is not switched to WAL yet and that another is
// about to write to: the switch fails at once, and Open must not.
func TestOpenWaits(t *testing.T) {
	dir := t.TempDir()
	closeStore(t, open(t, dir))
	execute(t, dir, "PRAGMA journal_mode = DELETE")
	other := rawFile(t, dir)
	defer func() { _ = other.Close() }()
	writing := beginWriting(t, other)
	opened := make(chan error, 1)
	go func() {
		s, err := sqlite.Open(t.Context(), dir)
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	for range 100 { // work that takes longer than a failing Open would
		query(t, dir, "SELECT count(*) FROM scans")
	}
	select {
	case err := <-opened:
		t.Errorf("did not wait for the writer: %v", err)
		return
	default:
	}
	if err := writing.Rollback(); err != nil {
		t.Error(err)
	}
	if err := <-opened; err != nil {
		t.Errorf("with the writer gone: %v", err)
	}
}

// beginWriting begins a transaction that holds the write lock of the file.
func beginWriting(t *testing.T, db *sql.DB) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "CREATE TABLE held (x)"); err != nil {
		t.Fatal(err)
	}
	return tx
}

func TestOpenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sqlite.Open(ctx, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled open gives %v", err)
	}
}
