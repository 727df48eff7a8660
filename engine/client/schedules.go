package client

import (
	"context"
	"net/http"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// Schedules ask for scans at the times of a rule.
func (c *Client) Schedules() Records[engine.Schedule, *engine.Schedule] {
	return Records[engine.Schedule, *engine.Schedule]{c, "/api/schedules/"}
}

// ScheduleRuns gives what became of the runs of a schedule, the newest first: limit of
// them, 0 for all that are kept.
func (c *Client) ScheduleRuns(ctx context.Context, id engine.RecordID, limit int) ([]engine.ScheduleRun, error) {
	return inParts[engine.ScheduleRun](ctx, c, c.Schedules().one(id)+"runs/", limit, 0, nil)
}

// RunSchedule makes a scan of a schedule now; [engine.Conflict] while the last one goes
// on. It is sent again until it is answered, and makes one scan.
func (c *Client) RunSchedule(ctx context.Context, id engine.RecordID) (scan engine.Scan, err error) {
	err = c.call(ctx, request{method: http.MethodPost, path: c.Schedules().one(id) + "run/", key: engine.NewKey(), safe: true}, &scan)
	return scan, err
}
