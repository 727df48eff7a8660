package provider_test

import (
	"strconv"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestCancelScanAction(t *testing.T) {
	const name = "portolan_cancel_scan"
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := onServer(t, e)
	w.created(scanOf(strconv.Itoa(pit.Port), object{"wait": false}))
	for range 2 { // again is no error
		got := w.invoke(name, object{"scan_id": "1"})
		w.clean(got)
		if len(got.lines) != 1 || got.lines[0] != "Scan 1: cancelled" {
			t.Errorf("told %q", got.lines)
		}
	}
	wantStatus(t, e, 1, engine.StatusCancelled)
	wantError(t, w.invoke(name, object{"scan_id": "4711"}), "", "4711")
	wantError(t, w.validateAction(name, object{"scan_id": "0"}), "scan_id")
}

func TestAccCancelScanAction(t *testing.T) {
	e, pit := enginetest.Start(t), enginetest.NewTarpit(t)
	w := newWorkspace(t, serverBlock(e))
	w.needs("apply", "-invoke")
	w.copyExample("actions/portolan_cancel_scan")
	if _, err := e.Client.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(strconv.Itoa(pit.Port))}); err != nil {
		t.Fatal(err)
	}
	w.must("apply", "-auto-approve", "-invoke=action.portolan_cancel_scan.now", "-var", "scan=1")
	wantStatus(t, e, 1, engine.StatusCancelled)
}
