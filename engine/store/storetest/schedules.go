package storetest

import (
	"reflect"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func testSchedules(t *testing.T, open Open) {
	t.Run("a planned run is noted once", func(t *testing.T) { notesRuns(newHarness(t, open, t.TempDir())) })
	t.Run("the newest runs are kept", func(t *testing.T) { keepsNewRuns(newHarness(t, open, t.TempDir())) })
}

func run(schedule engine.RecordID, planned time.Time) engine.ScheduleRun {
	return engine.ScheduleRun{ScheduleID: schedule, PlannedAt: planned, At: planned.Add(time.Second), Manual: true, Outcome: engine.RunRefused, Reason: "too many — 多", ScanID: 7}
}

func (h harness) insertRun(r engine.ScheduleRun) {
	h.Helper()
	h.update(func(tx store.Tx) error { return tx.InsertScheduleRun(r) })
}

func (h harness) wantRuns(schedule engine.RecordID, start, size, total int, want ...engine.ScheduleRun) {
	h.Helper()
	h.view(func(tx store.Tx) error {
		got, err := tx.ScheduleRuns(schedule, start, size)
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			h.Errorf("runs are %+v (%v), want %+v", got, err, want)
		}
		if n, err := tx.CountScheduleRuns(schedule); n != total || err != nil {
			h.Errorf("there are %d runs (%v), want %d", n, err, total)
		}
		return nil
	})
}

func notesRuns(h harness) {
	ann := h.insertUser(user("ann"))
	mine, other := h.insertRecord(record(ann.ID, engine.ScheduleKind, "mine")), h.insertRecord(record(ann.ID, engine.ScheduleKind, "other"))
	first, second := run(mine.ID, at(1)), run(mine.ID, at(2))
	h.insertRun(second)
	h.insertRun(first)
	h.insertRun(run(other.ID, at(1)))
	h.wantRuns(mine.ID, 0, 0, 2, second, first)
	h.wantRuns(mine.ID, 1, 1, 2, first)
	again := func(tx store.Tx) error { return tx.InsertScheduleRun(run(mine.ID, at(1))) }
	h.wantKind("note a run twice", h.store.Update(h.Context(), again), engine.Conflict)
	missing := func(tx store.Tx) error { return tx.InsertScheduleRun(run(other.ID+1, at(1))) }
	h.wantKind("note a run of no schedule", h.store.Update(h.Context(), missing), engine.NotFound)
	h.update(func(tx store.Tx) error { return tx.EraseRecord(mine.ID) })
	h.wantRuns(mine.ID, 0, 0, 0)
	h.wantRuns(other.ID, 0, 0, 1, run(other.ID, at(1)))
}

func keepsNewRuns(h harness) {
	ann := h.insertUser(user("ann"))
	mine := h.insertRecord(record(ann.ID, engine.ScheduleKind, "mine"))
	h.update(func(tx store.Tx) error {
		for i := range store.MaxScheduleRuns + 3 {
			if err := tx.InsertScheduleRun(run(mine.ID, at(i))); err != nil {
				return err
			}
		}
		return nil
	})
	h.wantRuns(mine.ID, store.MaxScheduleRuns-1, 2, store.MaxScheduleRuns, run(mine.ID, at(3)))
}
