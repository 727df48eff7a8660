package provider_test

import (
	"strconv"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestScanDiffData(t *testing.T) {
	const name = "portolan_scan_diff"
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	redis, ftp := strconv.Itoa(zoo.Get("redis").Port), strconv.Itoa(zoo.Get("ftp").Port)
	w.created(scanOf(redis, nil))
	w.created(scanOf(redis+","+ftp, nil))
	w.created(scanOf(redis, nil))
	wider := w.data(name, object{"scan_id": "2", "base_id": "1"})
	opened := elements(t, wider, "opened_ports")
	if len(opened) != 1 || strconv.FormatInt(number(t, opened[0], "port"), 10) != ftp || text(t, opened[0], "ip") != "127.0.0.1" {
		t.Errorf("opened are %v", opened)
	}
	if list := elements(t, wider, "new"); len(list) == 0 || text(t, list[0], "scan_id") != "2" {
		t.Errorf("new are %v", list)
	}
	// A scan that was not asked to look there closes and fixes nothing.
	narrower := w.data(name, object{"scan_id": "3", "base_id": "2"})
	if len(elements(t, narrower, "fixed")) != 0 || len(elements(t, narrower, "closed_ports")) != 0 || len(elements(t, narrower, "unknown")) == 0 {
		t.Errorf("of a scan that looked at less: %s", narrower)
	}
	// Without a base it is the last of the same.
	same := w.data(name, object{"scan_id": "3"})
	if text(t, same, "base_id") != "1" || len(elements(t, same, "new")) != 0 || number(t, same, "unchanged") == 0 {
		t.Errorf("compared with the scan before: %s", same)
	}
	wantError(t, w.readData(name, object{"scan_id": "1"}), "")
	wantError(t, w.readData(name, object{"scan_id": "4711"}), "", "4711")
	wantError(t, w.validateData(name, object{"scan_id": "1", "base_id": "x"}), "base_id")
}

func TestAccScanDiffData(t *testing.T) { testExample(t, "data-sources/portolan_scan_diff") }
