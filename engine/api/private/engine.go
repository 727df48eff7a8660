package private

import "github.com/portolan-io/terraform-provider-portolan/engine/api"

func (d *dialect) about(call *api.Call) error {
	about, err := d.control.About(call.Context())
	if err != nil {
		return err
	}
	return call.Answer(about)
}
