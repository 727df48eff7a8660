package private

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// reportObject sums up a scan. Its shape is ours: no client is known to look into it. It
// stays readable however large the scan is, so its lists are the first thousand; the
// counts are of all.
type reportObject struct {
	Scan     engine.Scan         `json:"scan"`
	Targets  []engine.Target     `json:"targets"`
	Counts   reportCounts        `json:"counts"`
	Findings []engine.Finding    `json:"findings"` // worst first
	Ports    []engine.ServedPort `json:"ports"`    // by address
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
	found, err := d.findings(call, id, index.FindingFilter{}, page{limit: maxFindingsPage})
	if err != nil {
		return err
	}
	served, total, err := d.control.ServedPorts(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	if served == nil {
		served = []engine.ServedPort{}
	}
	found.Counts.OpenPorts = total // of the same moment as the list
	return call.Answer(reportObject{
		Scan: scan, Targets: scan.Targets, Counts: reportCounts{Responses: scan.Count, Summary: found.Counts},
		Findings: found.Findings, Ports: served,
	})
}
