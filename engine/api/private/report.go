package private

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

// reportObject sums up a scan. Its shape is ours: no client is known to look into it.
type reportObject struct {
	Scan    engine.Scan     `json:"scan"`
	Targets []engine.Target `json:"targets"`
	Counts  reportCounts    `json:"counts"`
}

type reportCounts struct {
	Responses int `json:"responses"`
	engine.Summary
}

func (d *dialect) getReport(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	scan, err := d.control.Scan(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	return call.Answer(reportObject{Scan: scan, Targets: scan.Targets, Counts: reportCounts{Responses: scan.Count, Summary: scan.Summary}})
}
