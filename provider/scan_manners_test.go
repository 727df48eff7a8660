package provider_test

import (
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestOnDestroyKeep(t *testing.T) {
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	w := onServer(t, e)
	state := w.created(scanOf(zoo.Ports(), object{"on_destroy": "keep"}))
	w.clean(w.apply(state, nil))
	wantStatus(t, e, idOf(t, state), engine.StatusDone)
}

// begin applies beside the test and gives what it will answer.
func (w *wire) begin(config object) <-chan applied {
	w.t.Helper()
	plan := w.plan(noState, config)
	w.clean(plan)
	done := make(chan applied, 1)
	go func() {
		resp, err := w.server.ApplyResourceChange(w.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName: scanType, PriorState: w.dynamic(w.resourceType(), nil), Config: w.dynamic(w.resourceType(), config), PlannedState: plan.PlannedState,
		})
		done <- applied{resp, err}
	}()
	return done
}

func TestOnInterruptDetach(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	done := w.begin(scanOf(strconv.Itoa(pit.Port), object{"on_interrupt": "detach"}))
	<-pit.Met()
	_, err := w.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{})
	w.must(err)
	got := <-done
	w.must(got.err)
	wantError(t, got.resp, "targets", "interrupted", "It goes on.")
	wantStatus(t, e, idOf(t, w.state(w.resourceType(), got.resp.NewState)), engine.StatusInProgress)
}

// What is to outlive apply needs an engine that does.
func TestPlanDetachEmbedded(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	wantError(t, w.plan(noState, object{"targets": []string{"127.0.0.1"}, "on_interrupt": "detach"}), "on_interrupt", "would not outlive", "portolan serve", "detached = true")
}

// A scan with a priority passes others that wait, and may be moved until it starts.
func TestPriority(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	slow := func(more object) object {
		more["wait"] = false
		return scanOf(strconv.Itoa(pit.Port), more)
	}
	var first tftypes.Value
	for range 4 { // as many as run at once
		first = w.created(slow(object{}))
	}
	<-pit.Met()
	w.created(slow(object{}))
	w.created(slow(object{}))
	state := w.created(slow(object{"priority": 1}))
	if got := number(t, state, "queue_position"); got != 2 {
		t.Errorf("passing one, it is at place %d", got)
	}
	resp := w.apply(state, slow(object{"priority": 2}))
	w.clean(resp)
	state = w.state(w.resourceType(), resp.NewState)
	if got := number(t, state, "queue_position"); got != 1 || text(t, state, "status") != "pending" {
		t.Errorf("passing two, it is at place %d", got)
	}
	resp = w.apply(state, slow(object{}))
	w.clean(resp)
	if got := number(t, w.state(w.resourceType(), resp.NewState), "queue_position"); got != 3 {
		t.Errorf("passing none, it is at place %d", got)
	}
	w.clean(w.apply(first, slow(object{"priority": 9}))) // it has started: no place, and no error
}

// What the API tells of a scan.
func TestOutputs(t *testing.T) {
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	state := onServer(t, e).created(scanOf(zoo.Ports(), nil))
	if got, want := text(t, state, "url"), e.Endpoint+"/api/scanner/"+text(t, state, "id")+"/"; got != want {
		t.Errorf("url is %s, want %s", got, want)
	}
	if number(t, state, "coins_spent") != 0 || text(t, state, "owner") != "admin@localhost" || !member(t, state, "estimated_time_to_complete").IsNull() {
		t.Errorf("the state is %s", state)
	}
	if state := onEmbedded(t, t.TempDir()).created(scanOf(strconv.Itoa(zoo.Services[0].Port), nil)); !member(t, state, "url").IsNull() {
		t.Errorf("the engine in the provider is at %s", text(t, state, "url"))
	}
}

// A large space is asked about before it is scanned.
func TestPlanWarnsOfLargeSpace(t *testing.T) {
	withoutEnvironment(t)
	w := configured(t, object{})
	wantWarning(t, w.plan(noState, object{"targets": []string{"10.0.0.0/8"}}), "targets", "16777216", "prefix length")
}

// A scan profile says what the scan leaves open, and the state keeps how it was named.
func TestProfile(t *testing.T) {
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	profile := engine.ScanProfile{Name: "web", Ports: engine.Ports(zoo.Ports())}
	if _, err := e.Client.ScanProfiles().Create(t.Context(), profile); err != nil {
		t.Fatal(err)
	}
	w := onServer(t, e)
	config := object{"targets": []string{"127.0.0.1"}, "profile_id": "web"}
	state := w.created(config)
	if got := number(t, member(t, state, "summary"), "open_ports"); got != int64(len(zoo.Services)) || !member(t, state, "ports").IsNull() {
		t.Errorf("%d open ports, the state is %s", got, state)
	}
	read := w.read(state)
	w.clean(read)
	if planned := w.planned(w.plan(w.state(w.resourceType(), read.NewState), config)); !planned.Equal(state) {
		t.Errorf("planned %s, was %s", planned, state)
	}
	if got := replaced(w.plan(state, object{"targets": []string{"127.0.0.1"}, "profile_id": "other"})); len(got) != 1 || got[0] != "profile_id" {
		t.Errorf("another profile scans again because of %v", got)
	}
	wantError(t, w.apply(noState, object{"targets": []string{"127.0.0.1"}, "profile_id": "none"}), "profile_id", "none")
}
