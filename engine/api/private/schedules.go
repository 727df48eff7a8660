package private

import (
	"net/http"
	"slices"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// schedules is the noun of schedules.
func (d *dialect) schedules() noun[engine.Schedule] {
	return noun[engine.Schedule]{
		path: "/api/schedules/", one: "Schedule", many: "Schedules", word: "schedule", chapter: "Schedules",
		doc: "Asks for the same scan at the times of a rule. The server makes the scans, in the name of who declared the schedule and within their plan. " +
			"A time that clocks skip in spring runs as soon as they have skipped it with cron, and not at all with rrule; one that they show twice in autumn runs once.",
		declared: scheduleArguments(), computed: engine.ScheduleState(),
		records: func() Collection[engine.Schedule] { return d.control.Schedules() },
		more:    d.scheduleRoutes,
	}
}

func scheduleArguments() []api.Argument {
	scan := slices.DeleteFunc(newScan(), func(a api.Argument) bool { return a.Name == "name" }) // label is enough
	return []api.Argument{
		{Name: "name", Kind: api.Text, Required: true, Doc: "unique in the team, whatever its case; the label of the scans if they have no other", Example: "nightly"},
		{Name: "scan", Kind: api.Object, Required: true, Doc: "what every run asks for, as in a request for a scan", Members: scan, Example: map[string]any{"targets": []string{"192.0.2.1"}}},
		{Name: "cron", Kind: api.Text, Either: true, Doc: "five fields: minute, hour, day of the month, month, day of the week; or @hourly, @daily, @weekly, @monthly, @yearly. Either this or rrule", Example: "30 2 * * MON-FRI"},
		{Name: "rrule", Kind: api.Text, Either: true, Doc: "a recurrence rule of RFC 5545 without its DTSTART, which is start_at: FREQ=MONTHLY;BYDAY=2TU;BYHOUR=2;BYMINUTE=30. FREQ is HOURLY or longer"},
		{Name: "time_zone", Kind: api.Text, Doc: "a name of the IANA database, whose clocks the rule means; UTC if not given", Example: "Europe/Berlin"},
		{Name: "enabled", Kind: api.Flag, Doc: "whether it runs; true if not given"},
		{Name: "start_at", Kind: api.Text, Doc: "no run before this time; an rrule begins here, and takes from it what it does not say. RFC 3339"},
		{Name: "end_at", Kind: api.Text, Doc: "no run after this time. RFC 3339"},
		{Name: "max_runs", Kind: api.Number, Doc: "how many scans are made; 0 has no limit"},
		{Name: "misfire", Kind: api.Text, Doc: "what becomes of a run while no server was there: it is left out (skip, if not given), or one is made up for however many were missed", Words: []string{"skip", "run_once"}},
		{Name: "overlap", Kind: api.Text, Doc: "what becomes of a run while the scan of the run before goes on: it is left out (skip, if not given), or waits for that", Words: []string{"skip", "queue"}},
		{Name: "fail_notify", Kind: api.IDs, Doc: "ids of notifications that are told when a run fails, whatever events they are for"},
	}
}

// runsObject is a page of runs.
type runsObject struct {
	Items []engine.ScheduleRun `json:"items"`
	Total int                  `json:"total"`
}

func (d *dialect) scheduleRoutes(id api.Argument) []api.Route {
	return []api.Route{
		{
			Method: http.MethodGet, Path: "/api/schedules/{id}/runs/", Handle: d.listScheduleRuns, Success: http.StatusOK,
			ID: "listScheduleRuns", Summary: "List the runs of a schedule",
			Doc: "The newest first; the last thousand are kept. outcome is started, skipped (the scan before had not ended), missed (no server was there) " +
				"or refused; reason says why there is no scan. status is that of the scan, scan_id 0 where there is none.",
			Parameters: append([]api.Argument{id}, partArguments()...), Answer: runsObject{},
		},
		{
			Method: http.MethodPost, Path: "/api/schedules/{id}/run/", Handle: d.runSchedule, Success: http.StatusCreated,
			ID: "runSchedule", Summary: "Run a schedule now",
			Doc:        "Answers the scan, which is the caller's. It does not count as one of the planned runs. While the last scan of the schedule goes on it is a conflict.",
			Parameters: []api.Argument{id}, Headers: requestKeyHeader(), Answer: engine.Scan{}, Refuses: []engine.Kind{engine.Limit, engine.Conflict},
		},
	}
}

func (d *dialect) listScheduleRuns(call *api.Call) error {
	id, err := d.schedules().id(call)
	if err != nil {
		return err
	}
	start, size, err := partOf(call.Parameters())
	if err != nil {
		return err
	}
	page, err := d.control.ScheduleRuns(call.Context(), call.Caller, id, control.Page{Start: start, Size: size})
	if err != nil {
		return err
	}
	if page.Items == nil {
		page.Items = []engine.ScheduleRun{}
	}
	return call.Answer(runsObject(page))
}

func (d *dialect) runSchedule(call *api.Call) error {
	id, err := d.schedules().id(call)
	if err != nil {
		return err
	}
	scan, err := d.control.RunSchedule(call.Context(), call.Caller, requestKey(call), id)
	if err != nil {
		return err
	}
	return call.Answer(scan)
}
