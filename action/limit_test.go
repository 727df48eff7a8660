package action

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/action/report"
	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	pages "github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// many makes findings whose texts are as long and as hostile as a host can make them.
func many(n int) []engine.Finding {
	severities := []engine.Severity{engine.Critical, engine.High, engine.Medium, engine.Low, engine.Info}
	list := make([]engine.Finding, n)
	for i := range list {
		addr := netip.AddrFrom4([4]byte{192, 0, byte(i >> 8), byte(i)})
		list[i] = engine.Finding{
			Fingerprint: fmt.Sprintf("%016x", i), Rule: "redis.no-auth", Title: "::error::a | b\n##[error]" + strings.Repeat("ü", 150), Severity: severities[i%5],
			Target: "192.0.0.0/16", Host: addr.String(), IP: addr.String(), Port: 6379, Transport: "tcp", Evidence: "</script>]]>" + strings.Repeat("x", 300),
		}
	}
	return list
}

// TestManyFindingsStayWithinEveryLimit: 8,000 findings, exact counts, and nothing that
// GitHub would cut off or refuse.
func TestManyFindingsStayWithinEveryLimit(t *testing.T) {
	dir := t.TempDir()
	env := map[string]string{"GITHUB_OUTPUT": filepath.Join(dir, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"), "RUNNER_TEMP": dir, "GITHUB_WORKSPACE": dir}
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	var log strings.Builder
	r := newRun(report.New(&log, lookup(environ)), environ, "1.2.3")
	set, err := newSetting(given{"targets": "192.0.0.0/16"}, newStep(r.getenv, ""), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	r.set = set
	page := &r.out.report
	page.Scan = engine.Scan{ID: 1, Targets: set.request.Targets, Summary: engine.Summary{HostsUp: 8000}}
	for _, state := range []engine.State{engine.StatePending, engine.StateScheduled, engine.StateScanning, engine.StateDone} {
		page.Scan.Steps = append(page.Scan.Steps, engine.Step{State: state, At: time.Now()})
	}
	page.Assessment = policy.Plain(many(8000))
	page.Verdict, page.Declared, r.out.isRead = set.failOn.Judge(page.Assessment), set.declared, true
	r.judge()
	r.publish(t.Context())
	if err := r.writeOutputs(); err != nil {
		t.Fatal(err)
	}
	checkLimits(t, r, env, log.String())
}

func checkLimits(t *testing.T, r *run, env map[string]string, log string) {
	t.Helper()
	for level, most := range map[string]int{"::error ": 10, "::warning ": 10, "::notice ": 1} {
		if got := strings.Count("\n"+log, "\n"+level); got != most {
			t.Errorf("%d of %s", got, level)
		}
	}
	if !strings.Contains(log, "and 6380 more in the summary") || strings.Contains(log, "##[") {
		t.Errorf("the notice is missing in\n%.3000s", log)
	}
	if r.out.status != policy.StatusFailed || r.out.reason != "high matched 3200" {
		t.Errorf("%s, %s", r.out.status, r.out.reason)
	}
	for _, out := range Outputs() {
		want := map[string]string{"total": "8000", "critical": "1600", "high": "1600", "medium": "1600", "low": "1600", "info": "1600", "new": "8000"}[out.Name]
		if got := out.value(r.out); want != "" && got != want {
			t.Errorf("%s is %s", out.Name, got)
		}
		if out.Name == "summary-json" && (len(out.value(r.out)) > 64<<10 || !json.Valid([]byte(out.value(r.out))) || !strings.Contains(out.value(r.out), `"findings_left_out":7`)) {
			t.Errorf("summary-json has %d bytes", len(out.value(r.out)))
		}
	}
	if info, err := os.Stat(env["GITHUB_STEP_SUMMARY"]); err != nil || info.Size() > 1<<20 {
		t.Errorf("the summary is %v, %v", info, err)
	}
	var comment strings.Builder
	if err := pages.WriteComment(&comment, r.out.report, "<!-- m -->"); err != nil || len([]rune(comment.String())) > 65_536 || !strings.Contains(comment.String(), "more") {
		t.Errorf("the comment has %d characters, %v", len([]rune(comment.String())), err)
	}
	var sarif struct{ Runs []struct{ Results []any } }
	text, err := os.ReadFile(r.out.files["sarif"])
	if err != nil || json.Unmarshal(text, &sarif) != nil || len(sarif.Runs[0].Results) != 8000 {
		t.Errorf("SARIF of %d bytes, %v", len(text), err)
	}
}
