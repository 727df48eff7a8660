package private

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func (d *dialect) compareScans(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	base, _, err := call.Parameters().Int("base")
	if err != nil {
		return err
	}
	diff, err := d.control.Diff(call.Context(), call.Caller, id, engine.ScanID(base))
	if err != nil {
		return err
	}
	return call.Answer(diff)
}
