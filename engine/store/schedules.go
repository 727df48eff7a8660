package store

import "github.com/portolan-io/terraform-provider-portolan/engine"

// MaxScheduleRuns is how many runs of a schedule are kept: the newest ones.
const MaxScheduleRuns = 1000

// ScheduleTx keeps what became of the runs of schedules, which are records.
type ScheduleTx interface {
	// InsertScheduleRun notes a run and forgets the oldest ones; [engine.Conflict] if the
	// schedule has a run that was planned for this time, [engine.NotFound] if there is no
	// such schedule.
	InsertScheduleRun(run engine.ScheduleRun) error
	// ScheduleRuns gives size runs of a schedule, all for 0, from start on, the newest first.
	ScheduleRuns(schedule engine.RecordID, start, size int) ([]engine.ScheduleRun, error)
	// CountScheduleRuns is how many there are in all.
	CountScheduleRuns(schedule engine.RecordID) (int, error)
}
