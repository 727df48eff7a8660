package control_test

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// archive is a house where nothing runs, so that time can be let pass in it.
func archive(t testing.TB, dir string) *house {
	t.Helper()
	h := rooms(t, dir)
	var err error
	h.Control = control.New(control.Config{
		Store: h.store, Shelf: h.shelf, Slots: 1, Process: "nobody", Log: slog.New(slog.DiscardHandler),
	})
	if h.user, _, err = h.EnsureFirstUser(t.Context(), "admin@localhost", strings.Repeat("k", 32)); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) close(t testing.TB) {
	t.Helper()
	if err := errors.Join(h.shelf.Close(), h.store.Close()); err != nil {
		t.Error(err)
	}
}

// withResult creates a scan that has an index with one document.
func (h *house) withResult(t *testing.T) engine.ScanID {
	t.Helper()
	scan := h.create(t, "192.0.2.1")
	ix, err := h.shelf.Create(t.Context(), scan.ID)
	if err != nil {
		t.Fatal(err)
	}
	tasks := engine.SplitTasks(scan, engine.TaskAddresses)
	if err := errors.Join(ix.AddTasks(t.Context(), tasks), ix.Append(t.Context(), reportOn(tasks[0]))); err != nil {
		t.Fatal(err)
	}
	return scan.ID
}

func (h *house) delete(t *testing.T, id engine.ScanID) {
	t.Helper()
	if err := h.DeleteScan(t.Context(), h.user, id); err != nil {
		t.Fatal(err)
	}
}

func (h *house) wantDeleted(t *testing.T, want ...engine.ScanID) {
	t.Helper()
	scans, err := h.DeletedScans(t.Context(), h.user, control.Page{})
	if err != nil || len(scans) != len(want) {
		t.Fatalf("deleted are %+v (%v), want %v", scans, err, want)
	}
	for i, scan := range scans {
		if scan.ID != want[i] || scan.DeletedAt == nil {
			t.Errorf("deleted is %d at %v, want %d", scan.ID, scan.DeletedAt, want[i])
		}
	}
}

func TestDeletedScanIsRestoredWithItsIndex(t *testing.T) {
	h := archive(t, t.TempDir())
	defer h.close(t)
	id, never := h.withResult(t), h.create(t, "192.0.2.2").ID
	h.delete(t, id)
	h.delete(t, never)
	h.wantDeleted(t, never, id)
	for _, one := range []engine.ScanID{id, never} {
		for range 2 { // what was restored stays restored
			scan, err := h.RestoreScan(t.Context(), h.user, one)
			if err != nil || scan.DeletedAt != nil || scan.State() != engine.StateCancelled {
				t.Fatalf("restored is %+v, %v", scan, err)
			}
		}
	}
	h.wantDeleted(t)
	if ports, err := h.OpenPorts(t.Context(), h.user, id); err != nil || len(ports) != 1 {
		t.Errorf("after restoring %d ports are open, %v", len(ports), err)
	}
}

func TestOnlyTheOwnerRestores(t *testing.T) {
	h := open(t, t.TempDir())
	mate, stranger := h.join(t, "mate@example.com", "a"), h.join(t, "stranger@example.com", "b")
	if _, err := h.AddMember(t.Context(), "a", h.user.Email); err != nil {
		t.Fatal(err)
	}
	id := h.create(t, "192.0.2.1").ID
	h.delete(t, id)
	for _, other := range []engine.User{mate, stranger} {
		if _, err := h.RestoreScan(t.Context(), other, id); engine.KindOf(err) != engine.NotFound {
			t.Errorf("%s restores: %v", other.Email, err)
		}
		if scans, err := h.DeletedScans(t.Context(), other, control.Page{}); err != nil || len(scans) != 0 {
			t.Errorf("%s lists %d deleted scans, %v", other.Email, len(scans), err)
		}
	}
}

func TestPlanHoldsForRestoringToo(t *testing.T) {
	h := open(t, t.TempDir(), small)
	id := h.create(t, "192.0.2.1").ID
	h.delete(t, id)
	h.create(t, "192.0.2.2")
	h.create(t, "192.0.2.3")
	if _, err := h.RestoreScan(t.Context(), h.user, id); engine.KindOf(err) != engine.Limit {
		t.Errorf("restored beyond the plan: %v", err)
	}
}

func TestWeekToRestoreAndTwoUntilErased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := archive(t, t.TempDir())
		defer h.close(t)
		id, kept := h.withResult(t), h.withResult(t)
		h.delete(t, id)
		<-time.After(control.RestoreTime - time.Minute)
		h.delete(t, kept)
		if _, err := h.RestoreScan(t.Context(), h.user, id); err != nil {
			t.Errorf("after almost a week: %v", err)
		}
		h.delete(t, id) // the week begins anew
		<-time.After(control.RestoreTime + time.Minute)
		h.tidy(t)
		_, err := h.RestoreScan(t.Context(), h.user, id)
		var e *engine.Error
		if !errors.As(err, &e) || e.Kind != engine.Conflict || !strings.Contains(e.Detail, "7 days") {
			t.Errorf("after more than a week: %v", err)
		}
		h.wantDeleted(t, kept, id)
		<-time.After(control.EraseTime - control.RestoreTime)
		h.tidy(t)
		h.wantDeleted(t)
		if _, err := h.RestoreScan(t.Context(), h.user, id); engine.KindOf(err) != engine.NotFound {
			t.Errorf("after two weeks: %v", err)
		}
		if err := h.shelf.Restore(t.Context(), id); err == nil {
			if _, err := h.shelf.Open(t.Context(), id); engine.KindOf(err) != engine.NotFound {
				t.Errorf("the index of an erased scan is still there: %v", err)
			}
		}
	})
}

func (h *house) tidy(t *testing.T) {
	t.Helper()
	if err := h.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// dyingShelf is a shelf whose process is killed at the nth index it erases.
type dyingShelf struct {
	index.Shelf

	n int
}

var errKilled = errors.New("killed")

func (s *dyingShelf) Purge(ctx context.Context, id engine.ScanID) error {
	if s.n--; s.n < 0 {
		return errKilled
	}
	return s.Shelf.Purge(ctx, id)
}

func TestErasingGoesOnAfterADeath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		h := archive(t, dir)
		ids := []engine.ScanID{h.withResult(t), h.withResult(t), h.withResult(t)}
		for _, id := range ids {
			h.delete(t, id)
		}
		<-time.After(control.EraseTime + time.Minute)
		h.Shelf = &dyingShelf{Shelf: h.shelf, n: 1}
		if err := h.Tidy(t.Context()); !errors.Is(err, errKilled) {
			t.Fatalf("tidied up: %v", err)
		}
		h.wantDeleted(t) // what has been marked is gone, whatever is left of it
		h.close(t)
		again := archive(t, dir)
		defer again.close(t)
		again.tidy(t)
		left := again.count(t, store.ScanFilter{Erasing: true}) + again.count(t, store.ScanFilter{Deleted: true})
		if left != 0 {
			t.Errorf("%d scans are left", left)
		}
	})
}

func (h *house) count(t *testing.T, filter store.ScanFilter) (n int64) {
	t.Helper()
	err := h.store.View(t.Context(), func(tx store.Tx) (err error) {
		n, err = tx.CountScans(filter)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// tellingStore says when something was written.
type tellingStore struct {
	store.Store

	written chan struct{}
}

func (s *tellingStore) Update(ctx context.Context, fn func(store.Tx) error) error {
	err := s.Store.Update(ctx, fn)
	select {
	case s.written <- struct{}{}:
	default:
	}
	return err
}

func TestProcessTidiesUpWhenItStarts(t *testing.T) {
	h := open(t, t.TempDir())
	id := h.create(t, "192.0.2.1").ID
	h.delete(t, id)
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		scan, err := tx.Scan(id)
		if err != nil {
			return err
		}
		*scan.DeletedAt = time.Now().Add(-control.EraseTime - time.Minute)
		return tx.SaveScan(&scan)
	})
	if err != nil {
		t.Fatal(err)
	}
	written := make(chan struct{}, 1)
	h.Store = &tellingStore{Store: h.store, written: written}
	h.run(t)
	for h.count(t, store.ScanFilter{Deleted: true})+h.count(t, store.ScanFilter{Erasing: true}) > 0 {
		<-written
	}
}

func TestRescanAsksForTheSame(t *testing.T) {
	h := open(t, t.TempDir())
	first, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{
		Targets: []engine.Target{"192.0.2.0/30"}, Exclude: []engine.Target{"192.0.2.3"}, Ports: "80,81", Label: "weekly", Profile: engine.Profile{Rate: 9},
	})
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.Rescan(t.Context(), h.user, "", first.ID)
	if err != nil || second.ID == first.ID || second.RescanOf != first.ID || second.Label != "weekly" || second.Ports != "80,81" ||
		!reflect.DeepEqual(second.Profile, first.Profile) || len(second.Targets) != 1 || len(second.Exclude) != 1 || second.State() != engine.StatePending {
		t.Fatalf("rescan is %+v, %v", second, err)
	}
	if got := h.get(t, second.ID); got.RescanOf != first.ID {
		t.Errorf("read again it is a rescan of %d", got.RescanOf)
	}
	stranger := h.join(t, "stranger@example.com", "")
	if _, err := h.Rescan(t.Context(), stranger, "", first.ID); engine.KindOf(err) != engine.NotFound {
		t.Errorf("a stranger scans again: %v", err)
	}
}
