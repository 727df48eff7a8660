package provider_test

import (
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// applied is the answer to an apply that runs beside the test.
type applied struct {
	resp *tfprotov6.ApplyResourceChangeResponse
	err  error
}

// An interrupt cancels the scan and keeps what is known of it.
func TestInterrupt(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	config := scanOf(strconv.Itoa(pit.Port), nil)
	plan := w.plan(noState, config)
	w.clean(plan)
	done := make(chan applied, 1)
	go func() {
		resp, err := w.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName: scanType, PriorState: w.dynamic(w.resourceType(), nil), Config: w.dynamic(w.resourceType(), config), PlannedState: plan.PlannedState,
		})
		done <- applied{resp, err}
	}()
	<-pit.Met()
	_, err := w.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{})
	w.must(err)
	got := <-done
	w.must(got.err)
	wantError(t, got.resp, "targets", "interrupted", "Last state", "cancelled", "curl")
	state := w.state(w.resourceType(), got.resp.NewState)
	if text(t, state, "status") != "cancelled" {
		t.Errorf("the state after an interrupt is %s", state)
	}
	wantStatus(t, e, idOf(t, state), engine.StatusCancelled)
}

func wantStatus(t *testing.T, e *enginetest.Engine, id engine.ScanID, want engine.Status) {
	t.Helper()
	scan, err := e.Client.Scan(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got := scan.Status(); got != want {
		t.Errorf("scan %d is %s, want %s", id, got, want)
	}
}

// When time is up the scan is cancelled too: nothing goes on unseen.
func TestTimeout(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	resp := w.apply(noState, scanOf(strconv.Itoa(pit.Port), object{"timeouts": object{"create": "1s"}}))
	wantError(t, resp, "targets", "took too long", "1s", "timeouts.create")
	state := w.state(w.resourceType(), resp.NewState)
	wantStatus(t, e, idOf(t, state), engine.StatusCancelled)
}

// A scan that somebody else ends while apply waits is an error, and known.
func TestCancelledElsewhere(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	cancelled := make(chan error, 1)
	go func() {
		<-pit.Met()
		_, err := e.Client.CancelScan(t.Context(), 1)
		cancelled <- err
	}()
	resp := w.apply(noState, scanOf(strconv.Itoa(pit.Port), nil))
	w.must(<-cancelled)
	wantError(t, resp, "targets", "Scan 1 cancelled", "ended with")
	if state := w.state(w.resourceType(), resp.NewState); text(t, state, "id") != "1" {
		t.Errorf("the state is %s", state)
	}
}

// On a server a scan may be left alone, and waited for later.
func TestNoWait(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	config := scanOf(strconv.Itoa(pit.Port), object{"wait": false})
	state := w.created(config)
	if got := text(t, state, "status"); got == "done" {
		t.Errorf("apply has waited: %s", got)
	}
	<-pit.Met()
	_, err := e.Client.CancelScan(t.Context(), idOf(t, state))
	w.must(err)
	read := w.read(state)
	w.clean(read)
	after := w.state(w.resourceType(), read.NewState)
	if got := text(t, after, "status"); got != "cancelled" {
		t.Errorf("refreshed status is %s, want cancelled", got)
	}
	if planned := w.planned(w.plan(after, config)); !planned.Equal(after) {
		t.Errorf("the end of a scan is a change: %s", planned)
	}
}

func TestBeginToWait(t *testing.T) {
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	w := onServer(t, e)
	config := scanOf(zoo.Ports(), object{"wait": false})
	state := w.created(config)
	config["wait"] = true
	resp := w.apply(state, config)
	w.clean(resp)
	after := w.state(w.resourceType(), resp.NewState)
	if text(t, after, "status") != "done" || text(t, after, "id") != text(t, state, "id") {
		t.Errorf("after waiting: %s", after)
	}
}

// A scan that came to nothing is an error as soon as it is waited for, and stays one.
func TestBeginToWaitForCancelled(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	config := scanOf(strconv.Itoa(pit.Port), object{"wait": false})
	state := w.created(config)
	_, err := e.Client.CancelScan(t.Context(), idOf(t, state))
	w.must(err)
	config["wait"] = true
	for range 2 {
		resp := w.apply(state, config)
		wantError(t, resp, "targets", "Scan 1 cancelled")
		state = w.state(w.resourceType(), resp.NewState)
	}
}

// Deleting a scan that runs stops it first.
func TestDeleteRunningScan(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	state := w.created(scanOf(strconv.Itoa(pit.Port), object{"wait": false}))
	<-pit.Met()
	w.clean(w.apply(state, nil))
	scans, err := e.Client.Scans(t.Context())
	w.must(err)
	if len(scans) != 0 {
		t.Errorf("%d scans are left", len(scans))
	}
}
