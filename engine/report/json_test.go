package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

type jsonPage struct {
	Version  string
	Scan     engine.Scan
	Summary  engine.Summary
	Ports    []report.Port
	Findings []engine.Finding
	Verdict  *struct{ Failed bool }
	Status   string
}

func decodeJSON(t *testing.T, r report.Report) jsonPage {
	t.Helper()
	var page jsonPage
	if err := json.Unmarshal([]byte(render(t, "json", r)), &page); err != nil {
		t.Fatal(err)
	}
	return page
}

func TestJSON(t *testing.T) {
	page := decodeJSON(t, sample())
	if page.Version != "1.2.3" || page.Scan.ID != 7 || page.Status != "failed" || page.Verdict == nil || !page.Verdict.Failed {
		t.Errorf("%+v", page)
	}
	if s := page.Summary; s.Critical != 1 || s.High != 1 || s.Medium != 2 || s.Info != 1 || s.Total != 5 || s.OpenPorts != 5 {
		t.Errorf("summary %+v", s)
	}
	if len(page.Findings) != 5 || page.Findings[0].Rule != "redis.no-auth" || page.Findings[0].Fingerprint == "" {
		t.Errorf("findings %+v", page.Findings)
	}
}

// TestJSONIsFaithful: what a program reads is what was there, however it is escaped.
// Bytes that are no text cannot be in JSON.
func TestJSONIsFaithful(t *testing.T) {
	page := decodeJSON(t, hostile())
	want := strings.ToValidUTF8(nasty, "\uFFFD")
	for what, got := range map[string]string{"evidence": page.Findings[0].Evidence, "title": page.Findings[0].Title, "product": page.Ports[0].Product, "label": page.Scan.Label} {
		// Go replaces each bad byte, ToValidUTF8 each run of them.
		if strings.ReplaceAll(got, "\uFFFD\uFFFD", "\uFFFD") != want {
			t.Errorf("%s changed: %q", what, got)
		}
	}
}

func TestJSONListsAreNeverNull(t *testing.T) {
	r := withFindings(engine.Finding{Rule: "a.b"})
	for _, text := range []string{render(t, "json", r), render(t, "json", report.Report{})} {
		for _, list := range []string{"ports", "findings", "references", "cwe", "tags"} {
			if strings.Contains(text, `"`+list+`": null`) {
				t.Errorf("%s is null", list)
			}
		}
	}
}
