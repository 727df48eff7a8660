package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func (w *wire) data(name string, config object) tftypes.Value {
	w.t.Helper()
	resp := w.readData(name, config)
	w.clean(resp)
	return w.state(w.dataType(name), resp.State)
}

func elements(t testing.TB, v tftypes.Value, name string) []tftypes.Value {
	t.Helper()
	var list []tftypes.Value
	if err := member(t, v, name).As(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

// readData reads a data source.
func (w *wire) readData(name string, config object) *tfprotov6.ReadDataSourceResponse {
	w.t.Helper()
	resp, err := w.server.ReadDataSource(w.t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: name, Config: w.dynamic(w.dataType(name), config),
	})
	w.must(err)
	return resp
}

func (w *wire) validateData(name string, config object) *tfprotov6.ValidateDataResourceConfigResponse {
	w.t.Helper()
	resp, err := w.server.ValidateDataResourceConfig(w.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: name, Config: w.dynamic(w.dataType(name), config),
	})
	w.must(err)
	return resp
}

func (w *wire) dataType(name string) tftypes.Type {
	w.t.Helper()
	schema, ok := w.schema.DataSourceSchemas[name]
	if !ok {
		w.t.Fatalf("there is no data source %q", name)
	}
	return schema.ValueType()
}
