package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testWaiting(t *testing.T, open Open) {
	t.Run("only pending scans wait, in order", func(t *testing.T) { waitsInOrder(newHarness(t, open, t.TempDir())) })
	t.Run("a scan is moved", func(t *testing.T) { moves(newHarness(t, open, t.TempDir())) })
	t.Run("every owner has a head", func(t *testing.T) { findsHeads(newHarness(t, open, t.TempDir())) })
	t.Run("running scans and claims are counted", func(t *testing.T) { countsRunning(newHarness(t, open, t.TempDir())) })
	t.Run("work is added up", func(t *testing.T) { addsUpWork(newHarness(t, open, t.TempDir())) })
	t.Run("pace is of the last scans done", func(t *testing.T) { measuresPace(newHarness(t, open, t.TempDir())) })
	t.Run("revisions rise with every change", func(t *testing.T) { revises(newHarness(t, open, t.TempDir())) })
}

func waitingFor(h harness, reader engine.UserID) (ids []engine.ScanID) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		list, err := tx.Waiting(reader)
		for _, w := range list {
			ids = append(ids, w.ID)
		}
		return err
	})
	return ids
}

func (h harness) wantWaiting(reader engine.UserID, want ...engine.ScanID) {
	h.Helper()
	if got := waitingFor(h, reader); !slices.Equal(got, want) {
		h.Errorf("for reader %d wait %v, want %v", reader, got, want)
	}
}

func waitsInOrder(h harness) {
	a, b, c := pending(h, 1, "a"), pending(h, 2, "b"), pending(h, 1, "c")
	a.Work = 7
	a, b, c = h.insert(a), h.insert(b), h.insert(c)
	h.insert(advanced(h, pending(h, 1, "running"), engine.StateScheduled))
	deleted, at := pending(h, 1, "deleted"), at(9)
	deleted.DeletedAt = &at
	h.insert(deleted)
	c.Position = -1
	h.save(c)
	h.wantWaiting(0, c.ID, a.ID, b.ID)
	h.wantWaiting(1, c.ID, a.ID)
	h.wantWaiting(3)
	h.view(func(tx store.Tx) error {
		list, err := tx.Waiting(1)
		if want := (store.Waiting{ID: a.ID, OwnerID: 1, Position: a.Position, Work: 7}); err == nil && list[1] != want {
			h.Errorf("waiting is %+v, want %+v", list[1], want)
		}
		return err
	})
	h.wantLabels(store.ScanFilter{States: []engine.State{engine.StatePending}, AheadOf: &a}, "c")
	h.wantLabels(store.ScanFilter{States: []engine.State{engine.StatePending}, AheadOf: &c})
}

func moves(h harness) {
	a, b := h.insert(pending(h, 1, "a")), h.insert(pending(h, 1, "b"))
	h.update(func(tx store.Tx) error {
		h.wantKind("move", tx.Move(b.ID+99, 1), engine.NotFound)
		return tx.Move(b.ID, -3)
	})
	h.wantWaiting(0, b.ID, a.ID)
	b.Position = -3
	h.wantScan(b)
}

func findsHeads(h harness) {
	h.insert(pending(h, 1, "first of 1"))
	second := h.insert(pending(h, 1, "second of 1"))
	third := h.insert(pending(h, 2, "first of 2"))
	attached := pending(h, 2, "attached")
	attached.Attached, attached.Lease = true, engine.Lease{Owner: "me", Until: at(1)}
	mine := h.insert(attached)
	second.Position = -1
	h.save(second)
	for process, want := range map[string][]engine.ScanID{"": {second.ID, third.ID}, "me": {mine.ID}, "you": nil} {
		h.view(func(tx store.Tx) error {
			heads, err := tx.Heads(process)
			var got []engine.ScanID
			for _, head := range heads {
				got = append(got, head.ID)
			}
			if !slices.Equal(got, want) {
				h.Errorf("heads for process %q are %v, want %v", process, got, want)
			}
			return err
		})
	}
}

func countsRunning(h harness) {
	early, late := at(1), at(2)
	for _, claimed := range []*time.Time{&late, &early} {
		scan := advanced(h, pending(h, 1, "running"), engine.StateScheduled, engine.StateScanning)
		scan.ClaimedAt = claimed
		h.insert(scan)
	}
	h.insert(advanced(h, pending(h, 2, "scheduled"), engine.StateScheduled))
	h.insert(advanced(h, pending(h, 3, "done"), engine.StateScheduled, engine.StateScanning, engine.StateDone))
	h.view(func(tx store.Tx) error {
		running, err := tx.Running()
		if err != nil || len(running) != 2 || running[1] != 2 || running[2] != 1 {
			h.Errorf("running are %v (%v), want 2 of owner 1 and 1 of owner 2", running, err)
		}
		for owner, want := range map[engine.UserID]time.Time{1: late, 2: {}} {
			if got, err := tx.LastClaim(owner); err != nil || !got.Equal(want) {
				h.Errorf("last claim of %d is %v (%v), want %v", owner, got, err, want)
			}
		}
		return nil
	})
}

func addsUpWork(h harness) {
	for _, work := range [][2]int64{{100, 30}, {50, 0}} {
		scan := advanced(h, pending(h, 1, "running"), engine.StateScheduled)
		scan.Work, scan.WorkDone = work[0], work[1]
		h.insert(scan)
	}
	other := pending(h, 2, "waiting")
	other.Work = 1000
	h.insert(other)
	for want, filter := range map[int64]store.ScanFilter{
		120: {States: []engine.State{engine.StateScheduled, engine.StateScanning}}, 1120: {}, 0: {OwnerID: 9},
	} {
		h.view(func(tx store.Tx) error {
			if got, err := tx.Work(filter); err != nil || got != want {
				h.Errorf("work of %+v is %d (%v), want %d", filter, got, err, want)
			}
			return nil
		})
	}
}

// measuresPace has three scans done, of which the last ended takes no part.
func measuresPace(h harness) {
	for i, work := range []int64{1000, 10, 20} {
		scan := advanced(h, pending(h, 1, "done"), engine.StateScheduled, engine.StateScanning, engine.StateDone)
		began, ended := at(0), at(10*(i+1))
		scan.Work, scan.StartedAt, scan.EndedAt = work, &began, &ended
		h.insert(scan)
	}
	h.insert(pending(h, 1, "not done"))
	h.view(func(tx store.Tx) error {
		work, took, err := tx.Pace(2)
		if err != nil || work != 30 || took != 50*time.Second {
			h.Errorf("pace is %d in %s (%v), want 30 in 50s", work, took, err)
		}
		return nil
	})
}

func revises(h harness) {
	scan := h.insert(pending(h, 1, "a"))
	last := int64(-1)
	look := func(doing string) {
		h.Helper()
		h.view(func(tx store.Tx) error {
			all, err := tx.Revisions([]engine.ScanID{scan.ID, scan.ID + 99})
			if now, there := all[scan.ID]; err != nil || !there || len(all) != 1 || now <= last {
				h.Errorf("after %s revisions are %v (%v), want one above %d", doing, all, err, last)
			}
			last = all[scan.ID]
			return nil
		})
	}
	look("insert")
	scan = h.save(advanced(h, scan, engine.StateScheduled))
	look("step")
	h.update(func(tx store.Tx) error { return tx.Move(scan.ID, 4) })
	look("move")
}
