package cli_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestSchedulesAreListedShownAndRun(t *testing.T) {
	e := enginetest.Start(t)
	_, err := e.Client.Schedules().Create(t.Context(), engine.Schedule{
		Name: "nightly", Cron: "30 2 * * *", TimeZone: "Europe/Berlin", Scan: engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := newShell(t)
	s.env["PORTOLAN_ENDPOINT"], s.env["PORTOLAN_API_KEY"] = e.Endpoint, e.Key
	s.want(t, 0, "schedule", "list")
	s.says(t, "nightly", "30 2 * * * Europe/Berlin", ":30:00Z", "none")
	s.want(t, 0, "schedule", "run", "NIGHTLY")
	s.says(t, "Scan 1 of schedule nightly")
	s.want(t, 0, "schedule", "show", "1")
	s.says(t, "Next run", "started")
	s.want(t, 0, "schedule", "show", "nightly", "--format", "json")
	var shown struct {
		engine.Schedule
		LastRuns []engine.ScheduleRun `json:"last_runs"`
	}
	s.read(t, &shown)
	if shown.LastScanID != 1 || len(shown.LastRuns) != 1 || !shown.LastRuns[0].Manual {
		t.Errorf("shown is %+v", shown)
	}
	s.want(t, 64, "schedule", "show", "none")
	s.want(t, 64, "schedule", "list", "x")
	s.want(t, 64, "schedule", "lst")
	s.want(t, 64, "schedule", "list", "--format", "xml")
	s.want(t, 0, "schedule", "--help")
	if !strings.Contains(s.out.String(), "show SCHEDULE") {
		t.Errorf("help says %s", s.out.String())
	}
}
