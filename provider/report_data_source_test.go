package provider_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

func TestReportData(t *testing.T) {
	const name = "portolan_report"
	zoo := enginetest.Services(t)
	w := onServer(t, enginetest.Start(t))
	w.created(scanOf(strconv.Itoa(zoo.Get("redis").Port), nil))
	for format, part := range map[string]string{
		"json": `"redis.no-auth"`, "jsonl": `"redis.no-auth"`, "csv": "redis.no-auth", "markdown": "Redis", "junit": "<testsuite", "sarif": `"2.1.0"`, "html": "<html",
	} {
		config := object{"scan_id": "1", "format": format, "policy": "high"}
		got := w.data(name, config)
		content := text(t, got, "content")
		sum := sha256.Sum256([]byte(content))
		if !strings.Contains(content, part) || text(t, got, "sha256") != hex.EncodeToString(sum[:]) {
			t.Errorf("%s is\n%s", format, content)
		}
		if again := w.data(name, config); !again.Equal(got) {
			t.Errorf("%s is another page the second time", format)
		}
	}
	wantError(t, w.readData(name, object{"scan_id": "4711", "format": "csv"}), "scan_id", "4711")
	wantError(t, w.validateData(name, object{"scan_id": "1", "format": "table"}), "format", "markdown")
}

func TestAccReportData(t *testing.T) { testExample(t, "data-sources/portolan_report") }
