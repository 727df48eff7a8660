package provider_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestEngineData(t *testing.T) {
	const name = "portolan_engine"
	e := enginetest.Start(t)
	w := onServer(t, e)
	about, err := e.Client.About(t.Context())
	w.must(err)
	got := w.data(name, object{})
	if text(t, got, "id") != about.EngineID || text(t, got, "version") != "test" || text(t, got, "mode") != "server" || text(t, got, "data_dir") != e.Dir {
		t.Errorf("the engine is %s", got)
	}
	if len(elements(t, got, "capabilities")) != len(about.Capabilities) || member(t, got, "capabilities").IsNull() {
		t.Errorf("the capabilities are %s", member(t, got, "capabilities"))
	}
	w = newWire(t)
	w.clean(w.configure(object{"endpoint": unknown{}}, false))
	wantError(t, w.readData(name, object{}), "", "Engine is not known yet")
}

func TestAccEngineData(t *testing.T) { testExample(t, "data-sources/portolan_engine") }
