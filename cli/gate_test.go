package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// jsonReport is the part of a JSON report these tests look at.
type jsonReport struct {
	Summary struct{ Total, New, Known, Fixed, Unknown, Suppressed int }
	Status  string
	Finding []struct{ ID, Rule, State string } `json:"findings"`
	Fixed   []struct{ Rule string }
}

func (s *shell) report(t *testing.T) jsonReport {
	t.Helper()
	var page jsonReport
	if err := json.Unmarshal([]byte(s.out.String()), &page); err != nil {
		t.Fatalf("%v\n%s%s", err, s.out.String(), s.err.String())
	}
	return page
}

func inDays(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A finding that is set aside by the line a report shows does not fail a scan, stays
// in reports, and is said when its time is nearly over.
func TestSuppress(t *testing.T) {
	zoo := enginetest.Services(t)
	t.Chdir(t.TempDir())
	s := newShell(t)
	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "rule:redis.no-auth", "--format", "json")
	id := ""
	for _, f := range s.report(t).Finding {
		if f.Rule == "redis.no-auth" {
			id = f.ID
		}
	}
	s.want(t, 0, "report", "1")
	if !strings.Contains(s.out.String(), "portolan suppress ") {
		t.Errorf("the report does not say how to suppress:\n%s", s.out.String())
	}
	write(t, ".portolan-ignore.yml", "# ours\nversion: 1\nsuppressions:\n  # nothing yet\n")
	s.want(t, 0, "suppress", id, "--reason", "a demonstration", "--expires", inDays(3), "--owner", "@team", "--ticket", "SEC-1")
	text, err := os.ReadFile(".portolan-ignore.yml")
	if err != nil || !strings.HasPrefix(string(text), "# ours\n") || !strings.Contains(string(text), "# nothing yet\n  - id: "+id+"\n") {
		t.Errorf("the file is now %q, %v", text, err)
	}
	s.want(t, 0, "report", "1", "--fail-on", "rule:redis.no-auth", "--format", "json")
	page := s.report(t)
	if last := page.Finding[len(page.Finding)-1]; page.Summary.Suppressed != 1 || page.Status != "passed" || last.ID != id || last.State != "suppressed" {
		t.Errorf("reported as %+v", page)
	}
	if !strings.Contains(s.err.String(), ".portolan-ignore.yml:5: notice: the suppression of "+id+" expires in 3 days") {
		t.Errorf("said only:\n%s", s.err.String())
	}
	s.want(t, 10, "report", "1", "--fail-on", "rule:redis.no-auth", "--suppressions", "none")
	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports()) // the other findings
}

func TestSuppressionsThatAreOverOrUnused(t *testing.T) {
	zoo := enginetest.Services(t)
	s := newShell(t)
	file := filepath.Join(t.TempDir(), "ignore.yml")
	write(t, file, "version: 1\nsuppressions:\n  - {rule: redis.*, reason: was old, expires: "+inDays(-1)+"}\n  - {rule: no.such, reason: never, expires: "+inDays(200)+"}\n")
	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "rule:redis.no-auth", "--suppressions", file)
	for _, part := range []string{
		file + ":3: warning: the suppression of redis.* expired on " + inDays(-1),
		file + ":4: notice: the suppression of no.such matches nothing",
	} {
		if !strings.Contains(s.err.String(), part) {
			t.Errorf("%q is not said:\n%s", part, s.err.String())
		}
	}
}

// What a baseline knows is not new; what it knew and is gone is fixed, and what it knew
// and nobody looked for is unknown.
func TestBaseline(t *testing.T) {
	s, file, ports := newShell(t), filepath.Join(t.TempDir(), "baseline.json"), ""
	t.Run("open", func(t *testing.T) {
		ports = enginetest.Services(t).Ports()
		baselineIsKnown(t, s, file, ports)
	})
	s.want(t, 0, "scan", "127.0.0.1", "--ports", closedPort(t), "--baseline", file, "--format", "json")
	if sum := s.report(t).Summary; sum.Fixed != 0 || sum.Unknown == 0 {
		t.Errorf("nobody has looked, and the summary is %+v", sum)
	}
	s.want(t, 0, "scan", "127.0.0.1", "--ports", ports, "--baseline", file, "--format", "json")
	if page := s.report(t); page.Summary.Fixed == 0 || len(page.Fixed) != page.Summary.Fixed {
		t.Errorf("nothing is open any more, and the summary is %+v", page.Summary)
	}
}

func baselineIsKnown(t *testing.T, s *shell, file, ports string) {
	t.Helper()
	s.want(t, 10, "scan", "127.0.0.1", "--ports", ports, "--fail-on", "new:any", "--save-baseline", file)
	s.want(t, 0, "scan", "127.0.0.1", "--ports", ports, "--fail-on", "new:any", "--baseline", file, "--save-baseline", file, "--format", "json")
	if sum := s.report(t).Summary; sum.New != 0 || sum.Known != sum.Total || sum.Total == 0 {
		t.Errorf("compared with the file: %+v", sum)
	}
	s.want(t, 0, "report", "--baseline", "scan:1", "--fail-on", "new:any")
	if !strings.Contains(s.out.String(), "PASSED  nothing matched new:any · 0 new") {
		t.Errorf("compared with the scan:\n%s", s.out.String())
	}
}

func TestSeveralReportsInOneRun(t *testing.T) {
	zoo := enginetest.Services(t)
	s, dir := newShell(t), t.TempDir()
	sarif, page := filepath.Join(dir, "out.sarif"), filepath.Join(dir, "out.html")
	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--format", "sarif="+sarif, "--format", "html="+page, "--declared", "edge.tf:7")
	if s.out.Len() > 0 || !strings.Contains(s.err.String(), "portolan: FAILED: high matched") {
		t.Errorf("standard output %q, said:\n%s", s.out.String(), s.err.String())
	}
	if text, err := os.ReadFile(sarif); err != nil || !json.Valid(text) || !strings.Contains(string(text), `"uri": "edge.tf"`) {
		t.Errorf("sarif: %.200q, %v", text, err)
	}
	if text, err := os.ReadFile(page); err != nil || !strings.HasPrefix(string(text), "<!doctype html>") {
		t.Errorf("html: %.80q, %v", text, err)
	}
	if text, err := os.ReadFile(page); err != nil || strings.Contains(string(text), "<figcaption>Trend") {
		t.Errorf("the first scan has a trend, %v", err)
	}
	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--format", "html="+page)
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "<figcaption>Trend") {
		t.Errorf("the second scan has no trend, %v", err)
	}
	s.want(t, 0, "report", "--format", "jsonl="+filepath.Join(dir, "x"), "--format", "json=-")
	s.report(t)
}

func TestGateMistakes(t *testing.T) {
	dir := t.TempDir()
	wrong, broken := filepath.Join(dir, "wrong.yml"), filepath.Join(dir, "broken.yml")
	write(t, wrong, "version: 1\nsuppressions:\n  - rule: redis.*\n    reasn: typo\n    expires: "+inDays(9)+"\n")
	write(t, broken, "version: 1\nsuppressions: [\n")
	const id = "7f9c2a10b3d4e5f6"
	for part, args := range map[string][]string{
		wrong + `:4: there is no key "reasn", did you mean "reason"?`: {"scan", "192.0.2.1", "--suppressions", wrong},
		broken + ":2: did not find":                                   {"report", "--suppressions", broken},
		"at: --suppressions":                                          {"report", "--suppressions", filepath.Join(dir, "none.yml")},
		"is not the number of a scan":                                 {"report", "--baseline", "scan:x"},
		"Baseline is not valid":                                       {"report", "--baseline", wrong},
		"both be written to standard output":                          {"report", "--format", "json", "--format", "table"},
		"at: --declared":                                              {"report", "--declared", "main.tf"},
		"at: ID":                                                      {"suppress", "redis.no-auth", "--reason", "r", "--expires", inDays(9)},
		"nothing to set aside":                                        {"suppress"},
		"at: --reason":                                                {"suppress", id, "--reason", "…", "--expires", inDays(9)},
		"at: --expires":                                               {"suppress", id, "--reason", "r"},
		"366 days":                                                    {"suppress", id, "--reason", "r", "--expires", inDays(400)},
		`did you mean "accepted"?`:                                    {"suppress", id, "--reason", "r", "--expires", inDays(9), "--status", "acepted"},
		`wrong.yml:4:`:                                                {"suppress", id, "--reason", "r", "--expires", inDays(9), "--file", wrong},
	} {
		s := newShell(t)
		s.want(t, 64, args...)
		if !strings.Contains(s.err.String(), part) {
			t.Errorf("%v: the error does not say %q:\n%s", args, part, s.err.String())
		}
	}
}
