package provider_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// queued creates n scans of a tarpit, so that the last of them waits, and gives its id.
func queued(t *testing.T, e *enginetest.Engine, n int) string {
	t.Helper()
	pit := enginetest.NewTarpit(t)
	var last engine.Scan
	var err error
	for range n {
		last, err = e.Client.CreateScan(t.Context(), engine.ScanRequest{Targets: []engine.Target{"127.0.0.1"}, Ports: engine.Ports(strconv.Itoa(pit.Port))})
		if err != nil {
			t.Fatal(err)
		}
	}
	return strconv.Itoa(int(last.ID))
}

func TestChangePriorityAction(t *testing.T) {
	const name = "portolan_change_priority"
	e := enginetest.Start(t)
	w := onServer(t, e)
	last := queued(t, e, 20)
	got := w.invoke(name, object{"scan_id": last, "shift": -1000})
	w.clean(got)
	if len(got.lines) != 1 || !strings.Contains(got.lines[0], "waiting, 1 in the queue") {
		t.Errorf("told %q", got.lines)
	}
	if _, err := e.Client.CancelScan(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	wantError(t, w.invoke(name, object{"scan_id": "1", "shift": 1}), "")
	wantError(t, w.validateAction(name, object{"scan_id": "1", "shift": 0}), "shift")
}

func TestAccChangePriorityAction(t *testing.T) {
	e := enginetest.Start(t)
	w := newWorkspace(t, serverBlock(e))
	w.needs("apply", "-invoke")
	w.copyExample("actions/portolan_change_priority")
	last := queued(t, e, 20)
	if out := w.must("apply", "-auto-approve", "-invoke=action.portolan_change_priority.urgent", "-var", "scan="+last); !strings.Contains(out, "waiting, 1 in the queue") {
		t.Errorf("not told:\n%s", out)
	}
}
