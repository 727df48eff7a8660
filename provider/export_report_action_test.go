package provider_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestExportReportAction(t *testing.T) {
	const name = "portolan_export_report"
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	w.created(scanOf(strconv.Itoa(zoo.Get("redis").Port), nil))
	file := filepath.Join(t.TempDir(), "report.csv")
	got := w.invoke(name, object{"scan_id": "1", "format": "csv", "file": file})
	w.clean(got)
	content, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(content), "redis.no-auth") || len(got.lines) != 1 || !strings.Contains(got.lines[0], "Scan 1: ") {
		t.Errorf("told %q and wrote %q (%v)", got.lines, content, err)
	}
	wantError(t, w.invoke(name, object{"scan_id": "1", "format": "csv", "file": filepath.Join(file, "below")}), "file", "below")
	wantError(t, w.invoke(name, object{"scan_id": "4711", "format": "csv", "file": file}), "scan_id", "4711")
	wantError(t, w.validateAction(name, object{"scan_id": "1", "format": "pdf", "file": "x"}), "format", "html")
}

func TestAccExportReportAction(t *testing.T) {
	g := newGround(t)
	g.needs("apply", "-invoke")
	g.copyExample("actions/portolan_export_report")
	g.must("apply", "-auto-approve")
	if _, err := os.Stat(filepath.Join(g.workspace.dir, "office.html")); err != nil {
		t.Error(err)
	}
}
