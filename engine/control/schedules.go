package control

import (
	"context"
	"fmt"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/recurrence"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// Schedules keeps schedules.
func (c *Control) Schedules() Records[engine.Schedule, *engine.Schedule] {
	return Records[engine.Schedule, *engine.Schedule]{control: c, rules: recordRules[engine.Schedule]{
		admit: c.admitSchedule, show: showSchedule, changed: c.planned.raise,
	}}
}

// admitSchedule refuses what could never run, and plans the next run. What a schedule has
// done stays with it; who changes when it runs ends its waiting.
func (c *Control) admitSchedule(tx store.Tx, party engine.Party, before, next *engine.Schedule) error {
	created := now()
	next.NextRunAt, next.Runs, next.LastScanID, next.LastStatus, next.Waiting = nil, 0, 0, "", false
	if before != nil {
		created, next.Runs, next.LastScanID = before.CreatedAt, before.Runs, before.LastScanID
	}
	next.Settle()
	o := order{ScanRequest: next.Scan}
	if err := o.completeIn(tx, party); err != nil {
		return engine.In("scan", err)
	}
	if err := c.admissible(o.ScanRequest); err != nil {
		return engine.In("scan", err)
	}
	return plan(next, created, now())
}

// plan sets the next run of a schedule, the first of its times after a moment.
func plan(s *engine.Schedule, created, after time.Time) error {
	s.NextRunAt = nil
	rule, err := ruleOf(s, created)
	if err != nil || !s.IsEnabled() || s.MaxRuns > 0 && s.Runs >= s.MaxRuns {
		return err
	}
	if s.StartAt != nil && after.Before(*s.StartAt) {
		after = s.StartAt.Add(-1)
	}
	next, ok := rule.Next(after)
	if ok && (s.EndAt == nil || !next.After(*s.EndAt)) {
		s.NextRunAt = &next
	}
	return nil
}

// ruleOf reads when a schedule runs.
func ruleOf(s *engine.Schedule, created time.Time) (recurrence.Rule, error) {
	zone, err := recurrence.Zone(s.TimeZone)
	if err != nil {
		return nil, err
	}
	if s.Cron != "" {
		return recurrence.ParseCron(s.Cron, zone)
	}
	start := created.Truncate(time.Minute)
	if s.StartAt != nil {
		start = *s.StartAt
	}
	return recurrence.ParseRRule(s.RRule, start, zone)
}

// showSchedule fills in what became of the last scan.
func showSchedule(tx store.Tx, _ engine.Party, s *engine.Schedule) error {
	s.LastStatus = ""
	if s.LastScanID == 0 {
		return nil
	}
	status, err := statusOf(tx, s.LastScanID)
	s.LastStatus = status
	return err
}

// statusOf gives the status of a scan, "" for none and for one that is gone.
func statusOf(tx store.Tx, id engine.ScanID) (engine.Status, error) {
	if id == 0 {
		return "", nil
	}
	scan, err := tx.Scan(id)
	if engine.KindOf(err) == engine.NotFound || err == nil && scan.DeletedAt != nil {
		return "", nil
	}
	return scan.Status(), err
}

// RunPage is a part of the runs of a schedule. Total counts all that are kept.
type RunPage struct {
	Items []engine.ScheduleRun
	Total int
}

// ScheduleRuns gives a page of the runs of a schedule of the caller's party, the newest
// first.
func (c *Control) ScheduleRuns(ctx context.Context, caller engine.User, id engine.RecordID, page Page) (runs RunPage, err error) {
	err = c.Store.View(ctx, func(tx store.Tx) error {
		party, err := partyNow(tx, caller)
		if err != nil {
			return err
		}
		if _, err := recordOf[engine.Schedule](tx, party, id); err != nil {
			return err
		}
		if runs.Total, err = tx.CountScheduleRuns(id); err != nil {
			return err
		}
		if runs.Items, err = tx.ScheduleRuns(id, page.Start, page.Size); err != nil {
			return err
		}
		for i := range runs.Items {
			if runs.Items[i].Status, err = statusOf(tx, runs.Items[i].ScanID); err != nil {
				return err
			}
		}
		return nil
	})
	return runs, err
}

// RunSchedule makes a scan of a schedule now, whether or not the schedule is enabled. The
// scan is the caller's. key is that of [Control.CreateScanOnce]. While the last scan of
// the schedule goes on it is an [engine.Conflict].
func (c *Control) RunSchedule(ctx context.Context, caller engine.User, key string, id engine.RecordID) (engine.Scan, error) {
	if err := c.Shelf.Room(); err != nil {
		return engine.Scan{}, err
	}
	var made engine.ScanID
	err := c.Store.Update(ctx, func(tx store.Tx) error {
		r, err := c.openRun(tx, caller, id)
		if err != nil {
			return err
		}
		o := order{ScanRequest: r.schedule.Scan, key: key, digest: digest(r.schedule.Scan, 0) + fmt.Sprint(id), scheduleID: id}
		if made, err = o.earlier(tx, caller); err != nil || made != 0 {
			return err
		}
		if running, err := r.lastRunning(); err != nil || running {
			return r.conflict(err)
		}
		made, err = r.start(caller, o)
		if err != nil {
			return err
		}
		return r.close(engine.ScheduleRun{PlannedAt: r.at, Manual: true, Outcome: engine.RunStarted, ScanID: made})
	})
	if err != nil {
		return engine.Scan{}, err
	}
	c.wake.raise()
	return c.Scan(ctx, caller, made)
}

// openRun reads a schedule of the caller's party to run it.
func (c *Control) openRun(tx store.Tx, caller engine.User, id engine.RecordID) (scheduleRun, error) {
	party, err := partyNow(tx, caller)
	if err != nil {
		return scheduleRun{}, err
	}
	record, err := recordOf[engine.Schedule](tx, party, id)
	if err != nil {
		return scheduleRun{}, err
	}
	return c.runOf(tx, record)
}
