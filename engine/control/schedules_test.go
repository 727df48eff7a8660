package control_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// every is a schedule at half past two, every night in Berlin.
func every() engine.Schedule {
	return engine.Schedule{
		Name: "nightly", Cron: "30 2 * * *", TimeZone: "Europe/Berlin",
		Scan: engine.ScanRequest{Targets: []engine.Target{"192.0.2.1"}, Ports: "80"},
	}
}

func (h *house) plan(t *testing.T, s engine.Schedule) engine.Schedule {
	t.Helper()
	made, err := h.Schedules().Create(t.Context(), h.user, s)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (h *house) schedule(t *testing.T, id engine.RecordID) engine.Schedule {
	t.Helper()
	s, err := h.Schedules().Get(t.Context(), h.user, id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *house) runDue(t *testing.T) {
	t.Helper()
	if err := h.RunSchedules(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// wantRuns checks the runs of a schedule, the newest first, as "02-01 01:30 started".
func (h *house) wantRuns(t *testing.T, when string, id engine.RecordID, want ...string) []engine.ScheduleRun {
	t.Helper()
	page, err := h.ScheduleRuns(t.Context(), h.user, id, control.Page{})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, len(page.Items))
	for i, run := range page.Items {
		got[i] = run.PlannedAt.Format("01-02 15:04 ") + string(run.Outcome)
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") || page.Total != len(want) {
		t.Errorf("%s: runs are %v, want %v", when, got, want)
	}
	return page.Items
}

// end ends the last scan of a schedule.
func (h *house) end(t *testing.T, id engine.RecordID) {
	t.Helper()
	if _, err := h.CancelScan(t.Context(), h.user, h.schedule(t, id).LastScanID); err != nil {
		t.Fatal(err)
	}
}

// asleep runs a test on a store whose clock is the test's: it begins at midnight UTC of
// January 1st, 2000.
func asleep(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := archive(t, t.TempDir())
		defer h.close(t)
		test(t, h)
	})
}

func TestScheduleRunsAtItsTimes(t *testing.T) {
	asleep(t, func(t *testing.T, h *house) {
		s := h.plan(t, every())
		if got := s.NextRunAt.Format(time.RFC3339); got != "2000-01-01T01:30:00Z" || !*s.Enabled {
			t.Errorf("it runs next at %s, enabled %v", got, *s.Enabled)
		}
		h.runDue(t)
		h.wantRuns(t, "before its time", s.ID)
		<-time.After(time.Hour + 30*time.Minute)
		h.runDue(t)
		h.runDue(t)
		runs := h.wantRuns(t, "at its time", s.ID, "01-01 01:30 started")
		scan := h.get(t, runs[0].ScanID)
		if scan.ScheduleID != s.ID || scan.Label != "nightly" || scan.OwnerID != h.user.ID || runs[0].Status != engine.StatusPending {
			t.Errorf("the scan is %+v of %+v", scan, runs[0])
		}
		s = h.schedule(t, s.ID)
		if got := s.NextRunAt.Format(time.RFC3339); got != "2000-01-02T01:30:00Z" || s.Runs != 1 || s.LastScanID != scan.ID || s.LastStatus != engine.StatusPending {
			t.Errorf("then it is %+v, next at %s", s, got)
		}
		h.end(t, s.ID)
		<-time.After(24 * time.Hour)
		h.runDue(t)
		h.wantRuns(t, "the next day", s.ID, "01-02 01:30 started", "01-01 01:30 started")
		if s := h.schedule(t, s.ID); s.Runs != 2 || s.LastStatus != engine.StatusPending || s.Version != 1 {
			t.Errorf("then it is %+v", s)
		}
	})
}

func TestScheduleWhileTheServerIsOff(t *testing.T) {
	for misfire, want := range map[engine.Misfire][]string{
		"":                 {"01-04 01:30 started", "01-01 01:30 missed"},
		engine.MisfireSkip: {"01-04 01:30 started", "01-01 01:30 missed"},
		engine.MisfireOnce: {"01-04 01:30 skipped", "01-01 01:30 started"},
	} {
		asleep(t, func(t *testing.T, h *house) {
			s := every()
			s.Misfire = misfire
			s = h.plan(t, s)
			<-time.After(60 * time.Hour)
			h.runDue(t)
			<-time.After(13*time.Hour + 30*time.Minute + 50*time.Second) // late, but not too late
			h.runDue(t)
			runs := h.wantRuns(t, string(misfire), s.ID, want...)
			if runs[1].Outcome == engine.RunMissed && !strings.Contains(runs[1].Reason, "58h30m0s later") {
				t.Errorf("it was missed because %s", runs[1].Reason)
			}
		})
	}
}

func TestScheduleWhoseLastScanGoesOn(t *testing.T) {
	asleep(t, func(t *testing.T, h *house) {
		skips, queues := every(), every()
		queues.Name, queues.Overlap = "queued", engine.OverlapQueue
		skips, queues = h.plan(t, skips), h.plan(t, queues)
		<-time.After(90 * time.Minute)
		h.runDue(t)
		<-time.After(24 * time.Hour)
		h.runDue(t)
		<-time.After(25 * time.Hour)
		h.runDue(t)
		h.wantRuns(t, "skip", skips.ID, "01-03 01:30 skipped", "01-02 01:30 skipped", "01-01 01:30 started")
		h.wantRuns(t, "queue", queues.ID, "01-01 01:30 started")
		if !h.schedule(t, queues.ID).Waiting {
			t.Error("it does not say that it waits")
		}
		h.end(t, queues.ID)
		h.runDue(t)
		h.wantRuns(t, "queue, ended", queues.ID, "01-02 01:30 started", "01-01 01:30 started")
		if s := h.schedule(t, queues.ID); s.Waiting || s.NextRunAt.Format("01-02 15:04") != "01-04 01:30" {
			t.Errorf("then it is %+v", s)
		}
	})
}

func TestScheduleEnds(t *testing.T) {
	day := func(n int) *time.Time { return new(time.Date(2000, 1, n, 12, 0, 0, 0, time.UTC)) }
	for name, c := range map[string]struct {
		change func(*engine.Schedule)
		want   []string
	}{
		"max_runs":      {func(s *engine.Schedule) { s.MaxRuns = 2 }, []string{"01-02 01:30 started", "01-01 01:30 started"}},
		"end_at":        {func(s *engine.Schedule) { s.EndAt = day(2) }, []string{"01-02 01:30 started", "01-01 01:30 started"}},
		"start_at":      {func(s *engine.Schedule) { s.StartAt = day(3) }, []string{"01-04 01:30 started"}},
		"not enabled":   {func(s *engine.Schedule) { s.Enabled = new(false) }, nil},
		"COUNT":         {func(s *engine.Schedule) { s.Cron, s.RRule = "", "FREQ=DAILY;COUNT=1;BYHOUR=2;BYMINUTE=30" }, []string{"01-01 01:30 started"}},
		"start of rule": {func(s *engine.Schedule) { s.Cron, s.RRule, s.StartAt = "", "FREQ=DAILY;INTERVAL=2", day(2) }, []string{"01-04 12:00 started", "01-02 12:00 started"}},
	} {
		t.Run(name, func(t *testing.T) {
			asleep(t, func(t *testing.T, h *house) {
				s := every()
				c.change(&s)
				s = h.plan(t, s)
				for range 4 * 24 * 2 {
					<-time.After(30 * time.Minute)
					h.runDue(t)
					if last := h.schedule(t, s.ID).LastScanID; last != 0 {
						h.end(t, s.ID)
					}
				}
				h.wantRuns(t, name, s.ID, c.want...)
			})
		})
	}
}

// TestScheduleIsReplaced: what it has done stays with it; when it runs is what is new.
func TestScheduleIsReplaced(t *testing.T) {
	asleep(t, func(t *testing.T, h *house) {
		s := h.plan(t, every())
		<-time.After(91 * time.Minute)
		h.runDue(t)
		next := every()
		next.Cron = "0 4 * * *"
		replaced, err := h.Schedules().Replace(t.Context(), h.user, s.ID, next)
		if err != nil || replaced.Runs != 1 || replaced.LastScanID == 0 || replaced.NextRunAt.Format(time.RFC3339) != "2000-01-01T03:00:00Z" {
			t.Errorf("replaced it is %+v, %v", replaced, err)
		}
	})
}

// wantField checks that an error is about a member.
func wantField(t *testing.T, field string, err error) {
	t.Helper()
	var e *engine.Error
	if !errors.As(err, &e) || e.Field != field {
		t.Errorf("%s: %v in %+v", field, err, e)
	}
}

func TestScheduleRefuses(t *testing.T) {
	h := open(t, t.TempDir())
	for field, change := range map[string]func(*engine.Schedule){
		"name": func(s *engine.Schedule) { s.Name = "" }, "time_zone": func(s *engine.Schedule) { s.TimeZone = "Mars/Base" },
		"cron": func(s *engine.Schedule) { s.Cron = "61 * * * *" }, "rrule": func(s *engine.Schedule) { s.Cron, s.RRule = "", "FREQ=FOO" },
		"misfire": func(s *engine.Schedule) { s.Misfire = "later" }, "overlap": func(s *engine.Schedule) { s.Overlap = "kill" },
		"max_runs": func(s *engine.Schedule) { s.MaxRuns = -1 }, "end_at": func(s *engine.Schedule) { s.StartAt, s.EndAt = new(time.Now()), new(time.Now().Add(-time.Hour)) },
		"scan.targets": func(s *engine.Schedule) { s.Scan.Targets = nil }, "scan.targets[0]": func(s *engine.Schedule) { s.Scan.Targets = []engine.Target{"127.0.0.1"} },
		"scan.ports": func(s *engine.Schedule) { s.Scan.Ports = "x" }, "scan.profile_id": func(s *engine.Schedule) { s.Scan.ProfileID = "none" },
		"fail_notify": func(s *engine.Schedule) { s.FailNotify = make([]engine.RecordID, 21) },
	} {
		s := every()
		change(&s)
		_, err := h.Schedules().Create(t.Context(), h.user, s)
		wantField(t, field, err)
	}
	both := every()
	both.RRule = "FREQ=DAILY"
	if _, err := h.Schedules().Create(t.Context(), h.user, both); engine.KindOf(err) != engine.Invalid {
		t.Errorf("a cron and an rrule: %v", err)
	}
}

// TestScheduleIsRefusedItsScan: what the plan of the owner does not allow is noted, and
// the next run is tried all the same.
func TestScheduleIsRefusedItsScan(t *testing.T) {
	h := open(t, t.TempDir(), small)
	s := h.plan(t, every())
	h.create(t, "192.0.2.1")
	h.create(t, "192.0.2.2")
	h.makeDue(t, s.ID, 0)
	h.runDue(t)
	page, err := h.ScheduleRuns(t.Context(), h.user, s.ID, control.Page{})
	if err != nil || page.Total != 1 || page.Items[0].Outcome != engine.RunRefused || !strings.Contains(page.Items[0].Reason, "scans") {
		t.Errorf("runs are %+v, %v", page, err)
	}
	if s := h.schedule(t, s.ID); s.NextRunAt == nil || s.Runs != 0 || s.LastScanID != 0 {
		t.Errorf("then it is %+v", s)
	}
}

// TestScheduleOfWhoLeft: nobody scans on somebody else's account.
func TestScheduleOfWhoLeft(t *testing.T) {
	h := open(t, t.TempDir())
	ann, bob := h.join(t, "ann@example.com", "red"), h.join(t, "bob@example.com", "red")
	s, err := h.Schedules().Create(t.Context(), ann, every())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.RemoveMember(t.Context(), "red", ann.Email); err != nil {
		t.Fatal(err)
	}
	h.makeDue(t, s.ID, 0)
	h.runDue(t)
	page, err := h.ScheduleRuns(t.Context(), bob, s.ID, control.Page{})
	if err != nil || page.Total != 1 || !strings.Contains(page.Items[0].Reason, "ann@example.com") {
		t.Errorf("runs are %+v, %v", page, err)
	}
}

// makeDue makes the next run of a schedule due some time ago, as it is when time has passed.
func (h *house) makeDue(t *testing.T, id engine.RecordID, ago time.Duration) {
	t.Helper()
	err := h.store.Update(t.Context(), func(tx store.Tx) error {
		record, err := tx.Record(id)
		if err != nil {
			return err
		}
		record.Due = time.Now().Add(-ago).UTC().Truncate(time.Microsecond)
		return tx.SaveRecord(&record)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestServersOnOneStoreRunAScheduleOnce: four processes look at the same moment.
func TestServersOnOneStoreRunAScheduleOnce(t *testing.T) {
	dir := t.TempDir()
	houses := []*house{open(t, dir), open(t, dir), open(t, dir), open(t, dir)}
	ids := make([]engine.RecordID, 5)
	for i := range ids {
		s := every()
		s.Name = fmt.Sprint(i)
		ids[i] = houses[0].plan(t, s).ID
		houses[0].makeDue(t, ids[i], time.Second)
	}
	var racing sync.WaitGroup
	for _, h := range houses {
		racing.Go(func() {
			if err := h.RunSchedules(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	racing.Wait()
	for _, id := range ids {
		if page, err := houses[1].ScheduleRuns(t.Context(), houses[1].user, id, control.Page{}); err != nil || page.Total != 1 {
			t.Errorf("schedule %d has the runs %+v, %v", id, page, err)
		}
	}
	if n := houses[0].count(t, store.ScanFilter{}); n != int64(len(ids)) {
		t.Errorf("%d scans were made, want %d", n, len(ids))
	}
}

func TestScheduleIsRunByHand(t *testing.T) {
	h := open(t, t.TempDir())
	s := every()
	s.Enabled = new(false)
	s = h.plan(t, s)
	scan, err := h.RunSchedule(t.Context(), h.user, "key", s.ID)
	if err != nil || scan.ScheduleID != s.ID {
		t.Fatalf("the scan is %+v, %v", scan, err)
	}
	if again, err := h.RunSchedule(t.Context(), h.user, "key", s.ID); err != nil || again.ID != scan.ID {
		t.Errorf("the same request gives %+v, %v", again, err)
	}
	if _, err := h.RunSchedule(t.Context(), h.user, "", s.ID); engine.KindOf(err) != engine.Conflict {
		t.Errorf("while it runs: %v", err)
	}
	if _, err := h.RunSchedule(t.Context(), h.join(t, "eve@example.com", ""), "", s.ID); engine.KindOf(err) != engine.NotFound {
		t.Errorf("for a stranger: %v", err)
	}
	h.end(t, s.ID)
	if _, err := h.RunSchedule(t.Context(), h.user, "", s.ID); err != nil {
		t.Error(err)
	}
	page, err := h.ScheduleRuns(t.Context(), h.user, s.ID, control.Page{})
	if err != nil || page.Total != 2 || !page.Items[0].Manual || page.Items[1].Status != engine.StatusCancelled {
		t.Errorf("runs are %+v, %v", page, err)
	}
	if s := h.schedule(t, s.ID); s.Runs != 0 || s.NextRunAt != nil {
		t.Errorf("then it is %+v", s)
	}
}

// TestServerRunsSchedules is the whole way: a server that looks after its queue makes a
// scan that is due, and it runs.
func TestServerRunsSchedules(t *testing.T) {
	h := start(t)
	s := h.plan(t, every())
	h.makeDue(t, s.ID, time.Second)
	agent := h.agent()
	task, done := take(t, agent)
	finish(t, agent, task, done)
	if scan := h.await(t, task.ScanID, in(engine.StateDone)); scan.ScheduleID != s.ID {
		t.Errorf("the scan is %+v", scan)
	}
}
