package control_test

import (
	"context"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

func positions(t *testing.T, h *house, ids ...engine.ScanID) []int {
	t.Helper()
	all := make([]int, len(ids))
	for i, id := range ids {
		if p := h.get(t, id).QueuePosition; p != nil {
			all[i] = *p
		}
	}
	return all
}

func TestShiftMovesWithinTheQueue(t *testing.T) {
	h := open(t, t.TempDir())
	a, b, c := h.create(t, "192.0.2.1").ID, h.create(t, "192.0.2.2").ID, h.create(t, "192.0.2.3").ID
	for _, step := range []struct {
		scan  engine.ScanID
		shift int
		want  [3]int
	}{
		{c, 0, [3]int{1, 2, 3}},
		{c, -2, [3]int{2, 3, 1}},
		{c, -9, [3]int{2, 3, 1}},
		{a, 1, [3]int{3, 2, 1}},
		{c, 99, [3]int{2, 1, 3}},
	} {
		scan, err := h.ShiftScan(t.Context(), h.user, step.scan, step.shift)
		if err != nil {
			t.Fatal(err)
		}
		got := positions(t, h, a, b, c)
		if [3]int(got) != step.want || *scan.QueuePosition != got[step.scan-a] {
			t.Fatalf("shift %d by %d: positions %v, want %v", step.scan, step.shift, got, step.want)
		}
	}
}

func TestOnlyPendingScansShift(t *testing.T) {
	h := open(t, t.TempDir())
	scan := h.create(t, "192.0.2.1")
	if _, err := h.CancelScan(t.Context(), h.user, scan.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ShiftScan(t.Context(), h.user, scan.ID, -1); engine.KindOf(err) != engine.Conflict {
		t.Fatalf("shift of a cancelled scan: %v", err)
	}
}

func TestSlotsAreKept(t *testing.T) {
	h := start(t, oneSlot)
	agent := h.agent()
	first, second := h.create(t, "192.0.2.1"), h.create(t, "192.0.2.2")
	task, d := take(t, agent)
	waiting := h.get(t, second.ID)
	if task.ScanID != first.ID || waiting.State() != engine.StatePending {
		t.Fatalf("scan %d runs, scan %d is %s", task.ScanID, second.ID, waiting.State())
	}
	finish(t, agent, task, d)
	h.await(t, first.ID, in(engine.StateDone))
	task, d = take(t, agent)
	finish(t, agent, task, d)
	h.await(t, second.ID, in(engine.StateDone))
}

func TestProcessStartsOnlyItsOwnAttachedScans(t *testing.T) {
	dir := t.TempDir()
	mine := open(t, dir, attached)
	scan := mine.create(t, "192.0.2.1")
	other := open(t, dir, attached, as("elsewhere|1|x"))
	other.run(t)
	server := open(t, dir)
	server.run(t)
	mine.run(t)
	agent := mine.agent()
	task, d := take(t, agent)
	finish(t, agent, task, d)
	// Another process sees it end although nobody tells it.
	done := server.await(t, scan.ID, in(engine.StateDone))
	if done.Attempts != 1 {
		t.Errorf("the scan was started %d times", done.Attempts)
	}
}

// leave makes it look as if owner had died while it ran the scan.
func leave(t *testing.T, h *house, id engine.ScanID, owner string, until time.Time) {
	t.Helper()
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		scan, err := tx.Scan(id)
		if err != nil {
			return err
		}
		for _, state := range []engine.State{engine.StateScheduled, engine.StateScanning} {
			if err := scan.Advance(state, "", time.Now()); err != nil {
				return err
			}
		}
		scan.Lease = engine.Lease{Owner: owner, Until: until}
		scan.Attempts++
		return tx.SaveScan(&scan)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAttachedScanOfADeadProcessIsInterrupted(t *testing.T) {
	h := open(t, t.TempDir(), attached)
	scan := h.create(t, "192.0.2.1")
	leave(t, h, scan.ID, deadProcess(t), time.Now().Add(time.Hour))
	if err := h.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.get(t, scan.ID); got.State() != engine.StateFailed || got.LastStep() != control.Interrupted {
		t.Fatalf("scan is %s: %s", got.State(), got.LastStep())
	}
}

func TestScanOfADeadServerIsTakenOverAndNothingIsDoubled(t *testing.T) {
	h := open(t, t.TempDir())
	scan := h.create(t, "192.0.2.0/26")
	leave(t, h, scan.ID, deadProcess(t), time.Now().Add(time.Hour))
	ix, err := h.shelf.Create(t.Context(), scan.ID)
	if err != nil {
		t.Fatal(err)
	}
	tasks := engine.SplitTasks(scan, engine.TaskAddresses)
	if err := ix.AddTasks(t.Context(), tasks); err != nil {
		t.Fatal(err)
	}
	if err := ix.Append(t.Context(), reportOn(tasks[0])); err != nil { // the dead server got this far
		t.Fatal(err)
	}
	if err := h.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.run(t)
	agent := h.agent()
	task, d := take(t, agent)
	if task.ID != 2 {
		t.Fatalf("task %d is given out again", task.ID)
	}
	finish(t, agent, task, d)
	done := h.await(t, scan.ID, in(engine.StateDone))
	if done.Count != 2 || done.Attempts != 2 {
		t.Errorf("%d responses after %d attempts", done.Count, done.Attempts)
	}
}

func TestLeaseOfAnotherMachineRunsOut(t *testing.T) {
	h := open(t, t.TempDir())
	alive, gone := h.create(t, "192.0.2.1"), h.create(t, "192.0.2.2")
	leave(t, h, alive.ID, "elsewhere|1|x", time.Now().Add(time.Minute))
	leave(t, h, gone.ID, "elsewhere|1|x", time.Now().Add(-time.Second))
	if err := h.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.get(t, alive.ID); got.State() != engine.StateScanning {
		t.Errorf("a scan under a lease became %s", got.State())
	}
	if got := h.get(t, gone.ID); got.State() != engine.StatePending {
		t.Errorf("a scan whose lease ran out is %s", got.State())
	}
}

func TestScanThatKillsItsProcessesIsGivenUp(t *testing.T) {
	h := open(t, t.TempDir())
	scan := h.create(t, "192.0.2.1")
	for range engine.MaxAttempts {
		leave(t, h, scan.ID, deadProcess(t), time.Now().Add(time.Hour))
		if err := h.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.get(t, scan.ID); got.State() != engine.StateFailed {
		t.Fatalf("after %d processes died the scan is %s", engine.MaxAttempts, got.State())
	}
}

func TestStoppedProcessLeavesNothingInProgress(t *testing.T) {
	for name, c := range map[string]struct {
		options []option
		want    engine.State
	}{
		"server":   {nil, engine.StatePending},
		"embedded": {[]option{attached}, engine.StateFailed},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, t.TempDir(), c.options...)
			stop := h.run(t)
			scan := h.create(t, "192.0.2.1")
			take(t, h.agent())
			stop()
			if got := h.get(t, scan.ID); got.State() != c.want {
				t.Errorf("scan is %s: %s, want %s", got.State(), got.LastStep(), c.want)
			}
		})
	}
}

// A process that was told to stop has scans of its own that never got their turn.
func TestStoppedProcessLeavesNothingWaiting(t *testing.T) {
	h := open(t, t.TempDir(), attached, oneSlot)
	stop := h.run(t)
	h.create(t, "192.0.2.1")
	take(t, h.agent())
	waiting := h.create(t, "192.0.2.2")
	stop()
	if got := h.get(t, waiting.ID); got.State() != engine.StateFailed || got.LastStep() != control.Interrupted {
		t.Errorf("scan is %s: %s", got.State(), got.LastStep())
	}
}

// A scan whose end could not be put on record, on a full disk for example, is held by
// a process that does not run it. Its lease must run out, or it is in progress for good.
func TestLeaseOfAScanThatNobodyRunsIsNotRenewed(t *testing.T) {
	h := open(t, t.TempDir())
	scan := h.create(t, "192.0.2.1")
	leave(t, h, scan.ID, string(h.Process), time.Now().Add(-time.Second))
	for _, do := range []func(context.Context) error{h.RenewLeases, h.Sweep} {
		if err := do(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.get(t, scan.ID); got.State() != engine.StatePending {
		t.Errorf("scan is %s: %s", got.State(), got.LastStep())
	}
}

func TestLeaseOfARunningScanIsRenewed(t *testing.T) {
	h := start(t)
	scan := h.create(t, "192.0.2.1")
	take(t, h.agent())
	if err := h.store.Update(t.Context(), func(tx store.Tx) error {
		scan, err := tx.Scan(scan.ID)
		if err != nil {
			return err
		}
		scan.Lease.Until = time.Now().Add(time.Second)
		return tx.SaveScan(&scan)
	}); err != nil {
		t.Fatal(err)
	}
	if err := h.RenewLeases(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.get(t, scan.ID); time.Until(got.Lease.Until) < 5*time.Second {
		t.Errorf("the lease ends at %s", got.Lease.Until)
	}
}

// A server that slept through its lease finds its scan pending again. It must not
// start it beside the run it still has: the two would take each other's reports.
func TestScanIsNotStartedBesideItself(t *testing.T) {
	h := start(t)
	scan := h.create(t, "192.0.2.1")
	agent := h.agent()
	task, d := take(t, agent)
	if h.MayStart(scan.ID) {
		t.Error("a scan that runs here may be started again")
	}
	finish(t, agent, task, d)
	h.await(t, scan.ID, in(engine.StateDone))
}

func TestCancelFromAnotherProcessStopsTheRun(t *testing.T) {
	dir := t.TempDir()
	h := open(t, dir)
	h.run(t)
	agent := h.agent()
	scan := h.create(t, "192.0.2.1")
	task, _ := take(t, agent)
	other := open(t, dir)
	if _, err := other.CancelScan(t.Context(), other.user, scan.ID); err != nil {
		t.Fatal(err)
	}
	report := reportOn(task)
	report.Done = false
	awaitGone(t, agent, report)
}
