package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

func sampleDiff() engine.Diff {
	before, now := sampleFindings(), sampleFindings()
	worse := now[0]
	worse.Severity = engine.Low
	accepted := before[3]
	accepted.Decision = &engine.Decision{State: engine.IssueAccepted, Reason: "behind a VPN"}
	return engine.Diff{
		Suppressed: []engine.Finding{accepted},
		Base:       3, Scan: 7, Complete: true, Unchanged: 1,
		New: now[4:], Fixed: before[2:3], Changed: []engine.ChangedFinding{{Before: before[0], Now: worse}}, Unknown: before[1:2],
		OpenedPorts:  []engine.Endpoint{endpoint("192.0.2.10", "", 6379)},
		ClosedPorts:  []engine.Endpoint{endpoint("192.0.2.80", "shop.example.com", 443)},
		UnknownPorts: []engine.Endpoint{endpoint("2001:db8::5", "", 443)},
		ChangedServices: []engine.ChangedService{{
			Endpoint: endpoint("192.0.2.10", "", 22), Before: engine.Service{Protocol: "ssh"}, Now: engine.Service{Protocol: "ssh", Product: "OpenSSH", Version: "9.2p1"},
		}},
	}
}

func renderDiff(t *testing.T, format string, d engine.Diff) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.WriteDiff(&out, format, d, report.Terminal{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDiffGolden(t *testing.T) {
	for format, file := range map[string]string{"table": "diff.txt", "markdown": "diff.md"} {
		compareGolden(t, file, renderDiff(t, format, sampleDiff()))
	}
	if err := report.WriteDiff(&bytes.Buffer{}, "jsn", sampleDiff(), report.Terminal{}); err == nil || !strings.Contains(err.Error(), `did you mean "json"?`) {
		t.Errorf("jsn: %v", err)
	}
}

func TestHostileDiff(t *testing.T) {
	d := sampleDiff()
	f := hostile().Assessment.Active[0].Finding
	d.New, d.Fixed, d.Unknown = []engine.Finding{*f}, []engine.Finding{*f}, []engine.Finding{*f}
	d.Changed[0].Before.Severity, d.OpenedPorts[0].Name = nasty, nasty
	d.ChangedServices[0].Now = engine.Service{Protocol: nasty, Product: nasty, Version: nasty}
	for _, format := range report.DiffFormats() {
		text := renderDiff(t, format, d)
		for _, r := range text {
			if r != '\n' && !unicode.IsGraphic(r) {
				t.Errorf("%s holds %U", format, r)
			}
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
				t.Errorf("%s holds a workflow command: %q", format, line)
			}
		}
		if format == "markdown" && len(brokenRows(text)) > 0 {
			t.Errorf("broken rows: %q", brokenRows(text))
		}
	}
	var again engine.Diff
	if err := json.Unmarshal([]byte(renderDiff(t, "json", d)), &again); err != nil || len(again.New) != 1 || again.Scan != 7 {
		t.Errorf("the JSON reads as %+v, %v", again, err)
	}
}
