package private

import (
	"fmt"
	"math"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

type deletedObject struct {
	Deleted []engine.ScanID `json:"deleted"`
}

// deleteScans deletes several scans. All are looked at before the first is deleted,
// so that a misspelt id deletes nothing.
func (d *dialect) deleteScans(call *api.Call) error {
	body, err := call.Body()
	if err != nil {
		return err
	}
	ids, err := body.ScanIDs("ids")
	switch {
	case err != nil:
		return err
	case len(ids) == 0:
		return missing("ids", `write {"ids": [7, 8]}`)
	case len(ids) > maxIndices:
		return tooMany("ids", len(ids), maxIndices, "delete in several requests")
	}
	ids = unique(ids)
	for i, id := range ids {
		if _, err := d.control.Scan(call.Context(), call.Caller, id); err != nil {
			return inList("ids", i, err)
		}
	}
	for i, id := range ids {
		if err := d.control.DeleteScan(call.Context(), call.Caller, id); err != nil {
			return inList("ids", i, err)
		}
	}
	return call.Answer(deletedObject{ids})
}

// shiftScan moves a scan in the queue.
func (d *dialect) shiftScan(call *api.Call) error {
	body, err := call.Body()
	if err != nil {
		return err
	}
	id, ok, err := body.Int("id")
	if err != nil {
		return err
	}
	if !ok {
		return missing("id", `write {"id": 7, "shift": -2}`)
	}
	shift, ok, err := body.Int("shift")
	if err != nil {
		return err
	}
	if !ok {
		return missing("shift", "write a negative number to move the scan to the front, a positive one to move it to the back")
	}
	scan, err := d.control.ShiftScan(call.Context(), call.Caller, engine.ScanID(id), places(shift))
	if err != nil {
		return err
	}
	return call.Answer(scan)
}

// places is a shift that can be added to a place without overflow; no queue is as long.
func places(shift int64) int {
	return int(max(math.MinInt32, min(shift, math.MaxInt32)))
}

// unique leaves out what was there before and keeps the order.
func unique(ids []engine.ScanID) []engine.ScanID {
	seen := map[engine.ScanID]bool{}
	var kept []engine.ScanID
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			kept = append(kept, id)
		}
	}
	return kept
}

// inList makes an error about one id an error about its place in the list.
func inList(list string, i int, err error) error {
	known, ok := err.(*engine.Error) //nolint:errorlint // only an error about the id itself, not one inside another
	if !ok {
		return err
	}
	placed := *known
	placed.Field = fmt.Sprintf("%s[%d]", list, i)
	return &placed
}
