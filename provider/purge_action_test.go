package provider_test

import (
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// labelsOf gives the labels of the scans that are left, newest first.
func labelsOf(t *testing.T, c *client.Client) string {
	t.Helper()
	scans, err := c.Scans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, s := range scans {
		labels = append(labels, s.Label)
	}
	return strings.Join(labels, " ")
}

func TestPurgeAction(t *testing.T) {
	const name = "portolan_purge"
	e := enginetest.Start(t)
	w := onServer(t, e)
	for _, label := range []string{"nightly1", "weekly1", "nightly2", "nightly3"} {
		w.created(scanOf("1", object{"label": label}))
	}
	queued(t, e, 1) // has not ended, and stays
	purge := func(config object, told, left string) {
		t.Helper()
		got := w.invoke(name, config)
		w.clean(got)
		if len(got.lines) != 1 || got.lines[0] != told {
			t.Errorf("told %q, want %q", got.lines, told)
		}
		if labels := labelsOf(t, e.Client); !strings.HasSuffix(labels, left) {
			t.Errorf("left are %s, want %s", labels, left)
		}
	}
	purge(object{"keep": "24h", "keep_last": 0}, "0 scans deleted", "nightly3 nightly2 weekly1 nightly1")
	purge(object{"keep": "0s", "label": "^nightly", "keep_last": 2}, "1 scan deleted", "nightly3 nightly2 weekly1")
	purge(object{"keep": "0s"}, "2 scans deleted", "nightly3")
	wantError(t, w.validateAction(name, object{"keep": "a month"}), "keep")
	wantError(t, w.validateAction(name, object{"keep": "1h", "label": "("}), "label")
}

func TestAccPurgeAction(t *testing.T) {
	e := enginetest.Start(t)
	w := newWorkspace(t, serverBlock(e))
	w.needs("apply", "-invoke")
	w.copyExample("actions/portolan_purge")
	if out := w.must("apply", "-auto-approve", "-invoke=action.portolan_purge.nightly"); !strings.Contains(out, "0 scans deleted") {
		t.Errorf("not told:\n%s", out)
	}
}
