package control_test

import (
	"slices"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// createAs creates a scan of somebody's.
func (h *house) createAs(t *testing.T, user engine.User, target engine.Target) engine.ScanID {
	t.Helper()
	scan, err := h.CreateScan(t.Context(), user, engine.ScanRequest{Targets: []engine.Target{target}, Ports: "80"})
	if err != nil {
		t.Fatal(err)
	}
	return scan.ID
}

// order runs the queue through and gives the scans in the order they were run in.
func (h *house) order(t *testing.T, n int) (ids []engine.ScanID) {
	t.Helper()
	h.run(t)
	agent := h.agent()
	for range n {
		task, d := take(t, agent)
		finish(t, agent, task, d)
		ids = append(ids, task.ScanID)
	}
	return ids
}

func TestNobodyWaitsForTheLongQueueOfAnother(t *testing.T) {
	h := open(t, t.TempDir(), oneSlot)
	ann, bob := h.user, h.join(t, "bob@example.com", "")
	a1, a2, a3 := h.createAs(t, ann, "192.0.2.1"), h.createAs(t, ann, "192.0.2.2"), h.createAs(t, ann, "192.0.2.3")
	b1, b2 := h.createAs(t, bob, "192.0.2.4"), h.createAs(t, bob, "192.0.2.5")
	if got, want := h.order(t, 5), []engine.ScanID{a1, b1, a2, b2, a3}; !slices.Equal(got, want) {
		t.Errorf("scans ran in the order %v, want %v", got, want)
	}
}

// A team takes turns as one, in the order of its own queue.
func TestTeamTakesTurnsAsOne(t *testing.T) {
	h := open(t, t.TempDir(), oneSlot)
	ann, amy, bob := h.join(t, "ann@example.com", "a"), h.join(t, "amy@example.com", "a"), h.join(t, "bob@example.com", "b")
	a1, a2, a3 := h.createAs(t, ann, "192.0.2.1"), h.createAs(t, ann, "192.0.2.2"), h.createAs(t, amy, "192.0.2.3")
	b1, b2 := h.createAs(t, bob, "192.0.2.4"), h.createAs(t, bob, "192.0.2.5")
	if scan, err := h.ShiftScan(t.Context(), amy, a3, -1); err != nil || *scan.QueuePosition != 2 {
		t.Fatalf("among the scans of the team the scan stands at %v, %v", scan.QueuePosition, err)
	}
	if got, want := h.order(t, 5), []engine.ScanID{a1, b1, a3, b2, a2}; !slices.Equal(got, want) {
		t.Errorf("scans ran in the order %v, want %v", got, want)
	}
}

func TestOrderOutlivesTheProcess(t *testing.T) {
	dir := t.TempDir()
	before := open(t, dir)
	a, b, c := before.create(t, "192.0.2.1").ID, before.create(t, "192.0.2.2").ID, before.create(t, "192.0.2.3").ID
	if _, err := before.ShiftScan(t.Context(), before.user, c, -2); err != nil {
		t.Fatal(err)
	}
	if _, err := before.ShiftScan(t.Context(), before.user, a, 1); err != nil {
		t.Fatal(err)
	}
	after := open(t, dir, oneSlot) // nothing of before was closed, as if it had been killed
	if got := positions(t, after, a, b, c); !slices.Equal(got, []int{3, 2, 1}) {
		t.Errorf("positions %v", got)
	}
	if got, want := after.order(t, 3), []engine.ScanID{c, b, a}; !slices.Equal(got, want) {
		t.Errorf("scans ran in the order %v, want %v", got, want)
	}
}

func TestPlaceIsCountedAmongWhatTheCallerMaySee(t *testing.T) {
	h := open(t, t.TempDir())
	bob := h.join(t, "bob@example.com", "")
	h.create(t, "192.0.2.1")
	hers := h.createAs(t, bob, "192.0.2.2")
	mine := h.create(t, "192.0.2.3").ID
	scan, err := h.Scan(t.Context(), bob, hers)
	if err != nil || *scan.QueuePosition != 1 {
		t.Errorf("the only scan of a user stands at %d, %v", *scan.QueuePosition, err)
	}
	if got := positions(t, h, mine); got[0] != 2 {
		t.Errorf("the second scan of a user stands at %d", got[0])
	}
	if _, err := h.ShiftScan(t.Context(), h.user, mine, -5); err != nil {
		t.Fatal(err)
	}
	list, err := h.Scans(t.Context(), h.user, control.ScanQuery{})
	if err != nil || len(list) != 2 || list[0].ID != mine || *list[0].QueuePosition != 1 || *list[1].QueuePosition != 2 {
		t.Errorf("after the shift the list is %+v, %v", list, err)
	}
	if again, _ := h.Scan(t.Context(), bob, hers); again.Position != scan.Position {
		t.Error("a shift moved the scan of somebody else")
	}
}

// ended puts a scan on record that took a while.
func (h *house) ended(t *testing.T, work int64, took time.Duration) {
	t.Helper()
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		scan := engine.Scan{OwnerID: h.user.ID, Work: work}
		began := time.Now().Add(-time.Hour)
		for _, state := range []engine.State{engine.StatePending, engine.StateScheduled, engine.StateScanning} {
			if err := scan.Advance(state, "", began); err != nil {
				return err
			}
		}
		if err := scan.Advance(engine.StateDone, "", began.Add(took)); err != nil {
			return err
		}
		return tx.InsertScan(&scan)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEstimateIsFromMeasuredPace(t *testing.T) {
	h := open(t, t.TempDir(), oneSlot)
	unknown := h.create(t, "192.0.2.0/30") // 4 addresses × 1 port
	if unknown.EstimatedTime != nil {
		t.Errorf("without a measurement the estimate is %v", *unknown.EstimatedTime)
	}
	h.ended(t, 100, 50*time.Second) // 2 a second
	second := h.create(t, "192.0.2.0/29")
	for id, want := range map[engine.ScanID]float64{unknown.ID: 2, second.ID: 6} {
		if got := h.get(t, id).EstimatedTime; got == nil || *got != want {
			t.Errorf("estimate of scan %d is %v, want %v", id, got, want)
		}
	}
	list, err := h.Scans(t.Context(), h.user, control.ScanQuery{})
	if err != nil || *list[0].EstimatedTime != 6 || list[1].EstimatedTime != nil {
		t.Errorf("in the list the estimates are %v and %v, %v", list[0].EstimatedTime, list[1].EstimatedTime, err)
	}
}

func TestEstimateOfARunningScan(t *testing.T) {
	h := start(t)
	agent := h.agent()
	h.ended(t, 100, 50*time.Second)
	scan := h.create(t, "192.0.2.0/26")
	task, d := take(t, agent)
	if got := h.await(t, scan.ID, in(engine.StateScanning)).EstimatedTime; got == nil || *got != 32 {
		t.Errorf("estimate at the beginning is %v, want 32", got)
	}
	finish(t, agent, task, d)
	half := h.await(t, scan.ID, func(s engine.Scan) bool { return s.WorkDone == 32 })
	if half.EstimatedTime == nil || *half.EstimatedTime > 32 {
		t.Errorf("half way the estimate is %v", half.EstimatedTime)
	}
}

// A server that is stopped in order is not what is wrong with a scan.
func TestStoppedServersAreNoAttempts(t *testing.T) {
	h := open(t, t.TempDir())
	scan := h.create(t, "192.0.2.1")
	for range engine.MaxAttempts + 1 {
		stop := h.run(t)
		task, d := take(t, h.agent())
		if task.Attempt != 1 {
			t.Fatalf("attempt %d", task.Attempt)
		}
		stop()
		if err := d.Ack(); err != nil { // the bus of a server that stops dies with it
			t.Fatal(err)
		}
		if got := h.get(t, scan.ID); got.State() != engine.StatePending || got.Attempts != 0 {
			t.Fatalf("scan is %s after %d attempts", got.State(), got.Attempts)
		}
	}
	h.run(t)
	agent := h.agent()
	task, d := take(t, agent)
	finish(t, agent, task, d)
	h.await(t, scan.ID, in(engine.StateDone))
}

// A plan says how many scans of a team run at once, however many slots are free.
func TestScansAtOnceOfThePlan(t *testing.T) {
	h := open(t, t.TempDir())
	h.join(t, "ann@example.com", "a")
	ann, err := h.SetPlan(t.Context(), "ann@example.com", "Freelancer")
	if err != nil {
		t.Fatal(err)
	}
	a1, a2, b1 := h.createAs(t, ann, "192.0.2.1"), h.createAs(t, ann, "192.0.2.2"), h.createAs(t, h.user, "192.0.2.3")
	h.run(t)
	agent := h.agent()
	first, delivery := take(t, agent)
	other, second := take(t, agent)
	if first.ScanID == b1 { // they run beside each other: whose task comes first is open
		first, delivery, other = other, second, first
	}
	if first.ScanID != a1 || other.ScanID != b1 {
		t.Fatalf("scans %d and %d run, want %d and %d", first.ScanID, other.ScanID, a1, b1)
	}
	h.awaitOf(t, ann, a2, in(engine.StatePending))
	finish(t, agent, first, delivery)
	if next, _ := take(t, agent); next.ScanID != a2 {
		t.Errorf("scan %d runs once the first has ended, want %d", next.ScanID, a2)
	}
}
