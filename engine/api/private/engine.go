package private

import (
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/api"
)

func (d *dialect) about(call *api.Call) error {
	about, err := d.control.About(call.Context())
	if err != nil {
		return err
	}
	return call.Answer(about)
}

// listChecks gives the catalogue: a client knows its own program's checks only, and the
// engine may ask others.
func (d *dialect) listChecks(call *api.Call) error {
	checks, err := d.control.Checks(call.Context())
	if err != nil {
		return err
	}
	if checks == nil {
		checks = []engine.Rule{}
	}
	return call.Answer(checks)
}
