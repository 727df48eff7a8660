package provider_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestRescanAction(t *testing.T) {
	const name = "portolan_rescan"
	zoo, e := enginetest.Services(t), enginetest.Start(t)
	w := onServer(t, e)
	w.created(scanOf(strconv.Itoa(zoo.Get("redis").Port), nil))
	got := w.invoke(name, object{"scan_id": "1"})
	w.clean(got)
	if got.lines[0] != "Scan 2: created" {
		t.Errorf("told\n%s", strings.Join(got.lines, "\n"))
	}
	wantStatus(t, e, 2, engine.StatusDone)
	wantError(t, w.invoke(name, object{"scan_id": "1", "fail_on": "low"}), "fail_on", "redis.no-auth")
	wantError(t, w.invoke(name, object{"scan_id": "4711"}), "", "4711")
	wantError(t, w.validateAction(name, object{"scan_id": "seven"}), "scan_id", "seven")

	w = configured(t, object{"endpoint": e.Endpoint, "api_key": e.Key, "allowed_targets": []string{"192.0.2.1"}})
	wantError(t, w.invoke(name, object{"scan_id": "1"}), "scan_id", "127.0.0.1", "allowed_targets")
	if scans, err := e.Client.Scans(t.Context()); err != nil || len(scans) != 3 {
		t.Errorf("%d scans, %v: what is not allowed was scanned again", len(scans), err)
	}
}

func TestAccRescanAction(t *testing.T) {
	zoo := enginetest.Services(t)
	w := newWorkspace(t, "")
	w.needs("apply", "-invoke")
	w.copyExample("actions/portolan_rescan")
	w.env = append(w.env, "PORTOLAN_DATA_DIR="+t.TempDir(), `TF_VAR_targets=["127.0.0.1"]`, "TF_VAR_ports="+strconv.Itoa(zoo.Get("redis").Port))
	w.must("apply", "-auto-approve")
	if out, code := w.run("apply", "-auto-approve", "-invoke=action.portolan_rescan.office"); code != 1 || !strings.Contains(out, "redis.no-auth") {
		t.Errorf("ended with %d:\n%s", code, out)
	}
}
