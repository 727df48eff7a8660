package private

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

type portsObject struct {
	Ports []engine.Endpoint `json:"ports"`
	Total int               `json:"total"`
}

func (d *dialect) listPorts(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	open, err := d.control.OpenPorts(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	if open == nil {
		open = []engine.Endpoint{}
	}
	return call.Answer(portsObject{Ports: open, Total: len(open)})
}
