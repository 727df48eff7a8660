package private_test

import (
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// TestScheduleLife declares a schedule over HTTP, runs it and reads what became of that.
func TestScheduleLife(t *testing.T) {
	r := open(t)
	r.own("POST /api/targets/", `{"address":"192.0.2.9"}`).is(201)
	var s engine.Schedule
	whole := r.own("POST /api/schedules/", `{"name":"nightly","scan":{"targets":["192.0.2.1"],"target_ids":[1],"ports":"80"},"cron":"30 2 * * *","time_zone":"Europe/Berlin","start_at":"2040-01-01T00:00:00+01:00"}`).is(201)
	whole.into(&s)
	if s.NextRunAt == nil || s.NextRunAt.Format("2006-01-02 15:04") != "2040-01-01 01:30" || s.Enabled == nil || !*s.Enabled {
		t.Errorf("declared it is %+v", s)
	}
	line := fmt.Sprintf("/api/schedules/%d/", s.ID)
	r.own("PUT "+line, whole.body).is(200)
	var scan engine.Scan
	r.own("POST "+line+"run/", "").is(201).into(&scan)
	if scan.ScheduleID != s.ID || len(scan.Targets) != 2 || scan.Label != "nightly" {
		t.Errorf("the scan is %+v", scan)
	}
	r.own("POST "+line+"run/", "").fails(409, engine.Conflict, "id")
	var runs struct {
		Items []engine.ScheduleRun
		Total int
	}
	r.own("GET "+line+"runs/", "").is(200).into(&runs)
	if runs.Total != 1 || runs.Items[0].ScanID != scan.ID || runs.Items[0].Status == "" || !runs.Items[0].Manual {
		t.Errorf("runs are %+v", runs)
	}
	r.own("DELETE /api/targets/1/", "").fails(409, engine.Conflict, "id")
	r.own("POST /api/schedules/", `{"name":"x","scan":{"targets":["192.0.2.1"]},"cron":"61 * * * *"}`).fails(400, engine.Invalid, "cron")
	r.own("POST /api/schedules/", `{"name":"x","scan":{"target":["192.0.2.1"]},"cron":"@daily"}`).fails(400, engine.Invalid, "scan.target")
	r.own("POST /api/schedules/", `{"name":"x","scan":{"target_ids":[99]},"cron":"@daily"}`).fails(400, engine.Invalid, "scan.target_ids[0]")
	r.own("DELETE "+line, "").is(204)
}
