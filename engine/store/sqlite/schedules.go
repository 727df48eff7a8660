package sqlite

import (
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/store"
)

// runColumns are those of schedule_runs, in the order of runFields.
const runColumns = "schedule_id, planned_at, at, manual, outcome, reason, scan_id"

func runFields(r *engine.ScheduleRun) []any {
	return []any{&r.ScheduleID, moment{&r.PlannedAt}, moment{&r.At}, &r.Manual, &r.Outcome, &r.Reason, &r.ScanID}
}

func (t *transaction) InsertScheduleRun(run engine.ScheduleRun) error {
	_, err := t.exec("insert run", "INSERT INTO schedule_runs ("+runColumns+") VALUES ("+placeholders(runColumns)+")", runFields(&run)...)
	switch extendedCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return taken("Run is there already", fmt.Sprintf("schedule %d has run for %s", run.ScheduleID, run.PlannedAt), "planned_at", err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return noRecord(run.ScheduleID)
	}
	if err != nil {
		return err
	}
	_, err = t.exec("forget runs", `DELETE FROM schedule_runs WHERE schedule_id = ? AND planned_at <=
		(SELECT planned_at FROM schedule_runs WHERE schedule_id = ? ORDER BY planned_at DESC LIMIT 1 OFFSET ?)`,
		run.ScheduleID, run.ScheduleID, store.MaxScheduleRuns)
	return err
}

func (t *transaction) ScheduleRuns(schedule engine.RecordID, start, size int) (runs []engine.ScheduleRun, err error) {
	take := func(r row) error {
		var run engine.ScheduleRun
		err := r.Scan(runFields(&run)...)
		runs = append(runs, run)
		return err
	}
	return runs, t.each("read runs", take, "SELECT "+runColumns+" FROM schedule_runs WHERE schedule_id = ? ORDER BY planned_at DESC LIMIT ? OFFSET ?",
		schedule, sqlLimit(size), start)
}

func (t *transaction) CountScheduleRuns(schedule engine.RecordID) (n int, err error) {
	take := func(r row) error { return r.Scan(&n) }
	return n, t.one("count runs", nil, take, "SELECT count(*) FROM schedule_runs WHERE schedule_id = ?", schedule)
}
