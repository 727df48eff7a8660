package provider_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/provider"
)

func TestScanAction(t *testing.T) {
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	w := onServer(t, e)
	config := scanOf(strconv.Itoa(zoo.Get("redis").Port), object{"label": "now"})
	got := w.invoke(scanType, config)
	w.clean(got)
	first, last := got.lines[0], got.lines[len(got.lines)-1]
	if first != "Scan 1: created" || !strings.HasPrefix(last, "now (done, 1 ") || len(got.lines) > 8 {
		t.Errorf("told\n%s", strings.Join(got.lines, "\n"))
	}
	wantStatus(t, e, 1, engine.StatusDone)

	config["fail_on"] = "medium"
	failed := w.invoke(scanType, config)
	wantError(t, failed, "fail_on", "redis.no-auth", "fail_on of the resource")
	config["fail_on"], config["warn_on"] = nil, "medium"
	warned := w.invoke(scanType, config)
	w.clean(warned)
	wantWarning(t, warned, "warn_on", "redis.no-auth")
}

// An interrupt, and the end of time, cancel the scan.
func TestScanActionEnds(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	config := scanOf(strconv.Itoa(pit.Port), nil)
	stopped := make(chan error, 1)
	go func() {
		<-pit.Met()
		_, err := w.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{})
		stopped <- err
	}()
	got := w.invoke(scanType, config)
	w.must(<-stopped)
	wantError(t, got, "targets", "Scan 1 interrupted", "It has been cancelled.", "curl")
	wantStatus(t, e, 1, engine.StatusCancelled)

	w = onServer(t, e)
	config["timeouts"] = object{"invoke": "1s"}
	wantError(t, w.invoke(scanType, config), "targets", "took too long", "1s", "timeouts.invoke")
	wantStatus(t, e, 2, engine.StatusCancelled)
}

// A scan that somebody else ends is an error of the action.
func TestScanActionCancelledElsewhere(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	cancelled := make(chan error, 1)
	go func() {
		<-pit.Met()
		_, err := e.Client.CancelScan(t.Context(), 1)
		cancelled <- err
	}()
	got := w.invoke(scanType, scanOf(strconv.Itoa(pit.Port), nil))
	w.must(<-cancelled)
	wantError(t, got, "targets", "Scan 1 cancelled", "It ended with")
}

func TestScanActionErrors(t *testing.T) {
	withoutEnvironment(t)
	w := newWire(t)
	wantError(t, w.validateAction(scanType, object{"targets": []string{"http://x"}}), "targets[0]", "http://x")
	wantError(t, w.validateAction(scanType, object{"targets": []string{"10.0.0.0/7", "2000::/3"}}), "targets[1]")
	wantError(t, w.validateAction(scanType, object{"targets": []string{"192.0.2.1"}, "expect": []any{object{"port": "x"}}}), "expect[0].port")
	wantError(t, w.validateAction(scanType, object{"targets": []string{"192.0.2.1"}, "fail_on": "bad"}), "fail_on")
	w.clean(w.validateAction(scanType, object{"targets": unknown{}}))
	w.clean(w.configure(object{"endpoint": unknown{}}, false))
	wantError(t, w.invoke(scanType, scanOf("80", nil)), "", "Engine is not known yet")
}

// What is told while nothing changes is at most a line every ten seconds.
func TestActionsAreQuiet(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var p provider.Pacer
	for _, step := range []struct {
		after time.Duration
		state engine.State
		want  bool
	}{
		{0, engine.StatePending, true}, {time.Second, engine.StatePending, false}, {time.Second, engine.StateScanning, true},
		{9 * time.Second, engine.StateScanning, false}, {time.Second, engine.StateScanning, true}, {0, engine.StateDone, true},
	} {
		at = at.Add(step.after)
		if got := p.May(at, step.state); got != step.want {
			t.Errorf("at %s, %s: told %v, want %v", at.Format(time.TimeOnly), step.state, got, step.want)
		}
	}
}

func TestAccScanAction(t *testing.T) {
	zoo := enginetest.Services(t)
	w := newWorkspace(t, "")
	w.needs("apply", "-invoke")
	w.copyExample("actions/portolan_scan")
	w.env = append(w.env, "PORTOLAN_DATA_DIR="+t.TempDir(), `TF_VAR_targets=["127.0.0.1"]`, "TF_VAR_ports="+strconv.Itoa(zoo.Get("redis").Port))
	if out := w.must("apply", "-auto-approve"); !strings.Contains(out, "after web:1.0 (done, ") {
		t.Errorf("the scan is not told:\n%s", out)
	}
}
