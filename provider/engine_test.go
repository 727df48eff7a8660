package provider_test

import (
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// These tests speak the plugin protocol to the provider, and the provider speaks
// to a real server: no CLI.

// onServer is a wire to a provider that uses the server e.
func onServer(t testing.TB, e *enginetest.Engine) *wire {
	t.Helper()
	withoutEnvironment(t)
	return configured(t, object{"endpoint": e.Endpoint, "api_key": e.Key})
}

// onEmbedded is a wire to a provider with the engine inside it.
func onEmbedded(t testing.TB, dir string) *wire {
	t.Helper()
	withoutEnvironment(t)
	return configured(t, object{"embedded": object{"data_dir": dir}})
}

// scanOf is the configuration of a scan of ports of this machine.
func scanOf(ports string, more object) object {
	config := object{"targets": []string{"127.0.0.1"}, "ports": ports}
	for name, v := range more {
		config[name] = v
	}
	return config
}

func idOf(t testing.TB, state tftypes.Value) engine.ScanID {
	t.Helper()
	n, err := strconv.ParseInt(text(t, state, "id"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return engine.ScanID(n)
}

func TestWrongKey(t *testing.T) {
	withoutEnvironment(t)
	e := enginetest.Start(t)
	resp := newWire(t).configure(object{"endpoint": e.Endpoint, "api_key": "NotTheKey0123456789"}, false)
	wantError(t, resp, "api_key")
}

// The environment stands in for what the block leaves out.
func TestEnvironment(t *testing.T) {
	e := enginetest.Start(t)
	withoutEnvironment(t)
	t.Setenv("PORTOLAN_ENDPOINT", e.Endpoint)
	wantError(t, newWire(t).configure(object{}, false), "api_key", "PORTOLAN_API_KEY")
	t.Setenv("PORTOLAN_API_KEY", e.Key)
	w := configured(t, object{})
	// wait = false is planned: the engine is a server.
	w.planned(w.plan(noState, object{"targets": []string{"127.0.0.1"}, "wait": false}))
	// A block for the engine inside the provider wins over the environment.
	w = configured(t, object{"embedded": object{"data_dir": t.TempDir()}})
	wantError(t, w.plan(noState, object{"targets": []string{"127.0.0.1"}, "wait": false}), "wait")
}

// Both ways of running the engine give the same scan.
func TestScanLife(t *testing.T) {
	zoo := enginetest.Services(t)
	for name, start := range map[string]func(*testing.T) *wire{
		"server":   func(t *testing.T) *wire { return onServer(t, enginetest.Start(t)) },
		"embedded": func(t *testing.T) *wire { return onEmbedded(t, t.TempDir()) },
	} {
		t.Run(name, func(t *testing.T) { testScanLife(t, start(t), zoo) })
	}
}

func testScanLife(t *testing.T, w *wire, zoo *enginetest.Zoo) {
	config := scanOf(zoo.Ports(), object{"label": "first"})
	resp := w.apply(noState, config)
	w.clean(resp)
	state := w.state(w.resourceType(), resp.NewState)
	if got, want := w.identityID(resp.NewIdentity), text(t, state, "id"); got != want || want == "" {
		t.Errorf("identity is %q, id %q", got, want)
	}
	if !state.IsFullyKnown() || text(t, state, "status") != "done" || text(t, state, "label") != "first" {
		t.Errorf("created %s", state)
	}
	if got, want := number(t, member(t, state, "summary"), "open_ports"), int64(len(zoo.Services)); got != want {
		t.Errorf("%d open ports, want %d", got, want)
	}
	if got := number(t, state, "index_id"); got != int64(idOf(t, state)) {
		t.Errorf("index_id is %d, the scan is %s", got, text(t, state, "id"))
	}

	read := w.read(state)
	w.clean(read)
	if got := w.state(w.resourceType(), read.NewState); !got.Equal(state) {
		t.Errorf("refreshed as %s, was %s", got, state)
	}
	if planned := w.planned(w.plan(state, config)); !planned.Equal(state) {
		t.Errorf("planned as %s, was %s", planned, state)
	}

	config["label"], config["targets"] = "second", []string{"127.0.0.1/32"}
	updated := w.apply(state, config)
	w.clean(updated)
	after := w.state(w.resourceType(), updated.NewState)
	if text(t, after, "label") != "second" || text(t, after, "id") != text(t, state, "id") {
		t.Errorf("updated to %s", after)
	}

	w.clean(w.apply(after, nil))
	gone := w.read(after)
	w.clean(gone)
	if !w.state(w.resourceType(), gone.NewState).IsNull() {
		t.Error("the scan is still there after delete")
	}
	w.clean(w.apply(after, nil)) // deleting what is gone is no error
}

// Terraform below 1.12 keeps no identity; an answer without one is an error of
// the framework's, even when it says that the scan is gone.
func TestReadGoneScanHasIdentity(t *testing.T) {
	e := enginetest.Start(t)
	w := onServer(t, e)
	about, err := e.Client.About(t.Context())
	w.must(err)
	read := w.read(w.stateOf(object{"id": "4711", "targets": []string{"127.0.0.1"}, "engine_id": about.EngineID}))
	w.clean(read)
	if !w.state(w.resourceType(), read.NewState).IsNull() {
		t.Error("a scan that is gone stays in the state")
	}
	if got := w.identityID(read.NewIdentity); got != "4711" {
		t.Errorf("identity is %q, want 4711", got)
	}
}

// A fresh CI runner has another engine: that is no reason to scan all again.
func TestForeignEngine(t *testing.T) {
	zoo := enginetest.Services(t)
	config := scanOf(strconv.Itoa(zoo.Services[0].Port), nil)
	state := onEmbedded(t, t.TempDir()).created(config)

	w := onEmbedded(t, t.TempDir())
	read := w.read(state)
	w.clean(read)
	wantWarning(t, read, "engine_id", "another engine", "-replace")
	if got := w.state(w.resourceType(), read.NewState); !got.Equal(state) {
		t.Errorf("refreshed as %s, was %s", got, state)
	}
	if planned := w.planned(w.plan(state, config)); !planned.Equal(state) {
		t.Errorf("planned as %s, was %s", planned, state)
	}

	config["label"] = "renamed"
	updated := w.apply(state, config)
	w.clean(updated)
	wantWarning(t, updated, "engine_id", "another engine")
	after := w.state(w.resourceType(), updated.NewState)
	if text(t, after, "label") != "renamed" || text(t, after, "id") != text(t, state, "id") {
		t.Errorf("updated to %s", after)
	}
	config["fail_on"] = "high"
	wantError(t, w.apply(after, config), "fail_on", "cannot be judged", "triggers")
	w.clean(w.apply(after, nil))
}

func TestImport(t *testing.T) {
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	config := scanOf(zoo.Ports(), object{"exclude": []string{"127.0.0.2"}})
	want := w.created(config)
	id := text(t, want, "id")
	identity := w.dynamic(identityType(), object{"id": id})
	for name, req := range map[string]*tfprotov6.ImportResourceStateRequest{
		"by id":       {TypeName: scanType, ID: id},
		"by identity": {TypeName: scanType, Identity: &tfprotov6.ResourceIdentityData{IdentityData: identity}},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := w.server.ImportResourceState(t.Context(), req)
			w.must(err)
			w.clean(resp)
			imported := resp.ImportedResources[0]
			read, err := w.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: scanType, CurrentState: imported.State, Private: imported.Private, CurrentIdentity: imported.Identity,
			})
			w.must(err)
			w.clean(read)
			if got := w.state(w.resourceType(), read.NewState); !got.Equal(want) {
				t.Errorf("imported %s, want %s", got, want)
			}
			if got := w.identityID(read.NewIdentity); got != id {
				t.Errorf("identity is %q, want %q", got, id)
			}
		})
	}
	resp, err := w.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: scanType, ID: "portolan_scan.x"})
	w.must(err)
	wantError(t, resp, "id", "Scan id is not valid", `"349"`)
}

// An error about one element of a request points at that element.
func TestServerErrorPointsAtElement(t *testing.T) {
	w := onServer(t, enginetest.Start(t))
	resp := w.apply(noState, object{"targets": []string{"127.0.0.1", "169.254.169.254"}})
	wantError(t, resp, "targets[1]", "out of scope", "metadata")
	if !w.state(w.resourceType(), resp.NewState).IsNull() {
		t.Error("a refused scan is in the state")
	}
}

func TestDataFolderOfNewerVersion(t *testing.T) {
	dir := t.TempDir()
	makeNewer(t, dir)
	resp := onEmbedded(t, dir).apply(noState, scanOf("1", nil))
	wantError(t, resp, "", dir, "newer", "data_dir")
}

func TestDataFolderCannotBeWritten(t *testing.T) {
	file := t.TempDir() + "/file"
	writeFile(t, file, "")
	resp := onEmbedded(t, file+"/data").apply(noState, scanOf("1", nil))
	wantError(t, resp, "", "data_dir")
}
