package provider_test

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func (w *wire) ephemeralType(name string) tftypes.Type {
	w.t.Helper()
	schema, ok := w.schema.EphemeralResourceSchemas[name]
	if !ok {
		w.t.Fatalf("there is no ephemeral resource %q", name)
	}
	return schema.ValueType()
}

// openEphemeral opens an ephemeral resource.
func (w *wire) openEphemeral(name string, config object) *tfprotov6.OpenEphemeralResourceResponse {
	w.t.Helper()
	resp, err := w.server.OpenEphemeralResource(w.t.Context(), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: name, Config: w.dynamic(w.ephemeralType(name), config),
	})
	w.must(err)
	return resp
}

// opened is the value of an ephemeral resource that has to open.
func (w *wire) opened(name string, resp *tfprotov6.OpenEphemeralResourceResponse) tftypes.Value {
	w.t.Helper()
	w.clean(resp)
	return w.state(w.ephemeralType(name), resp.Result)
}

func (w *wire) renewEphemeral(name string, private []byte) *tfprotov6.RenewEphemeralResourceResponse {
	w.t.Helper()
	resp, err := w.server.RenewEphemeralResource(w.t.Context(), &tfprotov6.RenewEphemeralResourceRequest{TypeName: name, Private: private})
	w.must(err)
	return resp
}

func (w *wire) closeEphemeral(name string, private []byte) *tfprotov6.CloseEphemeralResourceResponse {
	w.t.Helper()
	resp, err := w.server.CloseEphemeralResource(w.t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: name, Private: private})
	w.must(err)
	return resp
}

func (w *wire) validateEphemeral(name string, config object) *tfprotov6.ValidateEphemeralResourceConfigResponse {
	w.t.Helper()
	resp, err := w.server.ValidateEphemeralResourceConfig(w.t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{
		TypeName: name, Config: w.dynamic(w.ephemeralType(name), config),
	})
	w.must(err)
	return resp
}
