package control

import (
	"context"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// A planned run is one transaction: it notes the run under its planned time, makes the
// scan and plans the next run. Whoever is killed has done all of it or nothing, and of two
// servers on one store the second finds that the schedule is not due any more.

const (
	// scheduleTime is how often schedules that are due are looked for: others on the same
	// store change them as well.
	scheduleTime = time.Second
	// misfireTime is how late a run may be and count as one in time.
	misfireTime = time.Minute
	// scheduleBatch is how many schedules are looked at in one go.
	scheduleBatch = 1000
)

// keepScheduled runs schedules until ctx is done.
func (c *Control) keepScheduled(ctx context.Context) {
	tick := time.NewTicker(scheduleTime)
	defer tick.Stop()
	for {
		c.report(ctx, "run schedules", c.RunSchedules(ctx))
		select {
		case <-tick.C:
		case <-c.planned:
		case <-ctx.Done():
			return
		}
	}
}

// RunSchedules makes the scans of all schedules that are due.
func (c *Control) RunSchedules(ctx context.Context) error {
	var due []engine.Record
	err := c.Store.View(ctx, func(tx store.Tx) (err error) {
		due, err = tx.Records(store.RecordFilter{Kind: engine.ScheduleKind, DueBy: now(), Size: scheduleBatch})
		return err
	})
	for _, record := range due {
		if err == nil {
			err = c.runDue(ctx, record.ID)
		}
	}
	return err
}

// runDue settles the planned run of a schedule that is due.
func (c *Control) runDue(ctx context.Context, id engine.RecordID) error {
	room := c.Shelf.Room()
	err := c.Store.Update(ctx, func(tx store.Tx) error {
		record, err := tx.Record(id)
		if engine.KindOf(err) == engine.NotFound {
			return nil // it was deleted just now
		}
		if err != nil || record.Due.IsZero() || record.Due.After(now()) {
			return err // somebody else was faster
		}
		r, err := c.runOf(tx, record)
		if err != nil {
			return err
		}
		return r.settle(room)
	})
	c.wake.raise()
	return err
}

// scheduleRun is a run of a schedule in the transaction that settles it.
type scheduleRun struct {
	*Control

	tx       store.Tx
	record   engine.Record
	schedule engine.Schedule
	at       time.Time
}

func (c *Control) runOf(tx store.Tx, record engine.Record) (scheduleRun, error) {
	r := scheduleRun{Control: c, tx: tx, record: record, at: now()}
	return r, record.Declare(&r.schedule)
}

// settle decides what becomes of the planned run, and writes that down.
func (r scheduleRun) settle(room error) error {
	run := engine.ScheduleRun{PlannedAt: r.record.Due}
	running, err := r.lastRunning()
	if err != nil {
		return err
	}
	late := r.at.Sub(run.PlannedAt)
	switch {
	case running && r.schedule.Overlap == engine.OverlapQueue:
		return r.wait()
	case running:
		run.Outcome, run.Reason = engine.RunSkipped, fmt.Sprintf("scan %d of the run before had not ended", r.schedule.LastScanID)
	case late > misfireTime && !r.schedule.Waiting && r.schedule.Misfire != engine.MisfireOnce:
		run.Outcome, run.Reason = engine.RunMissed, fmt.Sprintf("no server was running at the planned time; one was %s later", late.Round(time.Second))
	default:
		if run.ScanID, err = r.launch(room); err != nil && !isRefusal(err) {
			return err
		}
		run.Outcome = engine.RunStarted
		if err != nil {
			run.Outcome, run.Reason = engine.RunRefused, err.Error()
		}
	}
	return r.close(run)
}

// wait notes that a run waits: it stays due, and is not late because of that.
func (r scheduleRun) wait() error {
	if r.schedule.Waiting {
		return nil
	}
	r.schedule.Waiting = true
	return r.save()
}

// isRefusal tells what is wrong with a scan from what is wrong with the store.
func isRefusal(err error) bool {
	return engine.KindOf(err) != engine.Internal || engine.IsDiskFull(err)
}

// launch makes the scan of a planned run, for who declared the schedule.
func (r scheduleRun) launch(room error) (engine.ScanID, error) {
	if room != nil {
		return 0, room
	}
	owner, err := r.owner()
	if err != nil {
		return 0, err
	}
	return r.start(owner, order{ScanRequest: r.schedule.Scan, scheduleID: r.record.ID})
}

// owner is who declared the schedule, if they may still scan for its party.
func (r scheduleRun) owner() (engine.User, error) {
	gone := &engine.Error{Kind: engine.Forbidden, Title: "Schedule has no owner", Detail: "who declared the schedule is not there any more", Hint: "delete it and declare it again"}
	if r.record.OwnerID == 0 {
		return engine.User{}, gone
	}
	owner, err := r.tx.User(r.record.OwnerID)
	if err != nil {
		return engine.User{}, err
	}
	if owner.Disabled || owner.Party() != r.record.Party {
		gone.Detail = owner.Email + ", who declared the schedule, is disabled or in another team"
		return engine.User{}, gone
	}
	return owner, nil
}

// start puts a scan of the schedule into the queue.
func (r scheduleRun) start(caller engine.User, o order) (engine.ScanID, error) {
	if err := o.completeIn(r.tx, r.record.Party); err != nil {
		return 0, err
	}
	if err := r.admissible(o.ScanRequest); err != nil { // what may be scanned can have changed
		return 0, err
	}
	if o.Label == "" {
		o.Label = r.schedule.Name
	}
	scan, err := r.newScan(caller, o)
	if err != nil {
		return 0, err
	}
	if err := r.enter(r.tx, o.ScanRequest, &scan); err != nil {
		return 0, err
	}
	return scan.ID, o.remember(r.tx, scan)
}

// lastRunning reports whether the last scan of the schedule goes on.
func (r scheduleRun) lastRunning() (bool, error) {
	status, err := statusOf(r.tx, r.schedule.LastScanID)
	return status != "" && !status.Final(), err
}

func (r scheduleRun) conflict(err error) error {
	if err != nil {
		return err
	}
	return &engine.Error{
		Kind: engine.Conflict, Title: "Schedule is running", Field: "id", Detail: fmt.Sprintf("scan %d of the schedule has not ended", r.schedule.LastScanID),
		Hint: "wait for it, or cancel it",
	}
}

// close notes what became of a run, and plans the next one.
func (r scheduleRun) close(run engine.ScheduleRun) error {
	run.ScheduleID, run.At = r.record.ID, r.at
	if err := r.tx.InsertScheduleRun(run); err != nil {
		return err
	}
	if run.ScanID != 0 {
		r.schedule.LastScanID = run.ScanID
	}
	defer r.noticed.raise()
	if !run.Manual {
		r.schedule.Waiting = false
		if run.ScanID != 0 {
			r.schedule.Runs++
		}
		if err := plan(&r.schedule, r.record.CreatedAt, r.at); err != nil {
			r.schedule.NextRunAt = nil // a newer program wrote a rule this one cannot read
		}
	}
	if err := r.save(); err != nil {
		return err
	}
	return tellRun(r.tx, r.record.Party, &r.schedule, run)
}

func (r scheduleRun) save() error {
	if err := r.record.Keep(&r.schedule); err != nil {
		return err
	}
	return r.tx.NoteRecord(&r.record)
}
