package private

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
)

// indexObject describes the index of a scan (contract part 2.2).
type indexObject struct {
	ID        engine.ScanID     `json:"id"`
	Name      string            `json:"name"`
	Type      string            `json:"type"`
	Count     int               `json:"count"`
	IsDefault bool              `json:"is_default"` // a search that names no index covers it
	Speed     string            `json:"speed"`
	State     string            `json:"state"` // "indexing" while the scan runs, then "full"
	StartedAt *engine.Timestamp `json:"scan_started_dt"`
	EndedAt   *engine.Timestamp `json:"scan_ended_dt"`
}

func (d *dialect) listIndices(call *api.Call) error {
	scans, err := d.control.Scans(call.Context(), call.Caller, control.ScanQuery{})
	if err != nil {
		return err
	}
	indices := []indexObject{}
	for _, scan := range scans {
		if scan.Count > 0 {
			indices = append(indices, indexOf(scan))
		}
	}
	return call.Answer(indices)
}

func indexOf(scan engine.Scan) indexObject {
	state := "indexing"
	if scan.Status().Final() {
		state = "full"
	}
	return indexObject{
		ID: scan.ID, Name: scan.Label, Type: "responses", Count: scan.Count, IsDefault: true,
		Speed: "fast", State: state,
		StartedAt: (*engine.Timestamp)(scan.StartedAt), EndedAt: (*engine.Timestamp)(scan.EndedAt),
	}
}
