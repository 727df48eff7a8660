package control_test

import (
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// A clock that jumps by a day, either way, is the same as a record that is a day off:
// a running scan goes on to its end, once, and a deleted one is not erased early.
func TestClockThatJumpsLosesNothing(t *testing.T) {
	for name, jump := range map[string]time.Duration{"forward": 24 * time.Hour, "back": -24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			h := start(t)
			deleted := h.create(t, "192.0.2.9")
			agent := h.agent()
			first, done := take(t, agent)
			finish(t, agent, first, done)
			h.await(t, deleted.ID, in(engine.StateDone))
			if err := h.DeleteScan(t.Context(), h.user, deleted.ID); err != nil {
				t.Fatal(err)
			}
			scan := h.create(t, "192.0.2.1")
			task, delivery := take(t, agent)

			h.jump(t, jump, scan.ID, deleted.ID)
			if err := h.RenewLeases(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := h.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := h.Tidy(t.Context()); err != nil {
				t.Fatal(err)
			}
			finish(t, agent, task, delivery)
			ended := h.await(t, scan.ID, in(engine.StateDone))
			if ended.Attempts != 1 || ended.Count != 1 {
				t.Errorf("the scan was tried %d times and counts %d responses", ended.Attempts, ended.Count)
			}
			if _, err := h.RestoreScan(t.Context(), h.user, deleted.ID); err != nil {
				t.Errorf("a scan deleted just now cannot be restored: %v", err)
			}
		})
	}
}

// jump moves what is on record of scans, as it looks when the clock has jumped.
func (h *house) jump(t *testing.T, by time.Duration, ids ...engine.ScanID) {
	t.Helper()
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		for _, id := range ids {
			scan, err := tx.Scan(id)
			if err != nil {
				return err
			}
			scan.CreatedAt = scan.CreatedAt.Add(-by)
			for _, at := range []*time.Time{scan.StartedAt, scan.EndedAt, scan.ClaimedAt, scan.DeletedAt} {
				if at != nil {
					*at = at.Add(-by)
				}
			}
			if scan.Lease.Owner != "" {
				scan.Lease.Until = scan.Lease.Until.Add(-by)
			}
			if err := tx.SaveScan(&scan); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
