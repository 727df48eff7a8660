package private

import (
	"net/netip"

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

type hostsObject struct {
	Hosts []netip.Addr `json:"hosts"`
	Total int          `json:"total"`
}

func (d *dialect) listAnsweredHosts(call *api.Call) error {
	id, err := scanID(call)
	if err != nil {
		return err
	}
	hosts, err := d.control.AnsweredHosts(call.Context(), call.Caller, id)
	if err != nil {
		return err
	}
	if hosts == nil {
		hosts = []netip.Addr{}
	}
	return call.Answer(hostsObject{Hosts: hosts, Total: len(hosts)})
}
