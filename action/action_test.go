package action_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/action"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/accept"
)

// stage is a runner of GitHub Actions, as far as a step sees it.
type stage struct {
	env       map[string]string
	workspace string
	log       strings.Builder
	in        io.Reader
	args      []string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	dir := t.TempDir()
	s := &stage{workspace: filepath.Join(dir, "workspace"), args: []string{"run"}, in: strings.NewReader("")}
	temp := filepath.Join(dir, "temp")
	for _, d := range []string{filepath.Join(s.workspace, ".github", "workflows"), temp} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.env = map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_SHA": "9fceb02d0ae598e95dc970b74767f19372d61af8", "GITHUB_REF": "refs/heads/main",
		"GITHUB_WORKFLOW": "exposure", "GITHUB_WORKFLOW_REF": "acme/shop/.github/workflows/exposure.yml@refs/heads/main", "GITHUB_JOB": "scan", "GITHUB_ACTION": "__acme_action",
		"GITHUB_RUN_ID": "77", "GITHUB_RUN_ATTEMPT": "1", "GITHUB_EVENT_NAME": "push", "GITHUB_WORKSPACE": s.workspace, "RUNNER_TEMP": temp,
		"GITHUB_OUTPUT": filepath.Join(dir, "output"), "GITHUB_STATE": filepath.Join(dir, "state"), "GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"),
		"INPUT_MATRIX": "null",
	}
	return s
}

// with sets inputs, given as name and value by turns.
func (s *stage) with(pairs ...string) *stage {
	for i := 0; i < len(pairs); i += 2 {
		s.env["INPUT_"+strings.ToUpper(pairs[i])] = pairs[i+1]
	}
	return s
}

func (s *stage) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.workspace, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (s *stage) run(ctx context.Context) int {
	environ := make([]string, 0, len(s.env))
	for name, value := range s.env {
		environ = append(environ, name+"="+value)
	}
	return action.Main(ctx, s.args, action.World{In: s.in, Out: &s.log, Environ: environ}, "1.2.3")
}

// want runs the step and holds its exit code, status and outputs against each other.
func (s *stage) want(t *testing.T, exit int, status string) map[string]string {
	t.Helper()
	got := s.run(t.Context())
	outputs := s.outputs(t)
	if got != exit || outputs["status"] != status || outputs["exit-code"] != fmt.Sprint(exit) {
		t.Fatalf("exit %d, status %q, exit-code %q; want %d and %q\n%s", got, outputs["status"], outputs["exit-code"], exit, status, s.log.String())
	}
	return outputs
}

// outputs reads what the runner would, and checks that every output is set.
func (s *stage) outputs(t *testing.T) map[string]string {
	t.Helper()
	found := s.file(t, "GITHUB_OUTPUT")
	for _, out := range action.Outputs() {
		if _, ok := found[out.Name]; !ok {
			t.Errorf("the output %s is not set", out.Name)
		}
	}
	if len(found) != len(action.Outputs()) {
		t.Errorf("%d outputs are set, there are %d", len(found), len(action.Outputs()))
	}
	return found
}

func (s *stage) file(t *testing.T, variable string) map[string]string {
	t.Helper()
	found := map[string]string{}
	lines := strings.Split(s.text(t, variable), "\n")
	for i := 0; i < len(lines); i++ {
		name, delimiter, ok := strings.Cut(lines[i], "<<")
		if !ok {
			continue
		}
		var value []string
		for i++; i < len(lines) && lines[i] != delimiter; i++ {
			value = append(value, lines[i])
		}
		found[name] = strings.Join(value, "\n")
	}
	return found
}

func (s *stage) text(t *testing.T, variable string) string {
	t.Helper()
	text, err := os.ReadFile(s.env[variable])
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

// service is a clean service: it takes connections and says nothing wrong.
func service(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	loop := accept.Serve(listener, func(conn net.Conn) { _, _ = io.WriteString(conn, "hello\r\n") })
	t.Cleanup(func() { _ = loop.Close() })
	return listener.Addr().String()
}

func TestTargetsAloneOnACleanService(t *testing.T) {
	s := newStage(t).with("targets", service(t))
	began := time.Now()
	got := s.want(t, 0, "passed")
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	if got["total"] != "0" || got["targets-scanned"] != "1" || got["targets-unreachable"] != "0" || got["scan-id"] != "1" || got["version"] != "1.2.3" {
		t.Errorf("%v", got)
	}
	for _, name := range []string{"sarif-file", "junit-file", "json-file", "html-file", "markdown-file", "baseline-file"} {
		info, err := os.Stat(got[name])
		if err != nil || info.Size() == 0 || strings.HasPrefix(got[name], s.workspace) || !strings.HasPrefix(got[name], s.env["RUNNER_TEMP"]) {
			t.Errorf("%s is %q: %v", name, got[name], err)
		}
	}
	if summary := s.text(t, "GITHUB_STEP_SUMMARY"); !strings.HasPrefix(summary, "## 🟢 Portolan: passed") {
		t.Errorf("the summary is %s", summary)
	}
	if lines := strings.Split(strings.TrimSpace(s.log.String()), "\n"); !strings.HasPrefix(lines[0], "::group::Portolan 1.2.3") || !strings.HasPrefix(lines[len(lines)-1], "PASSED nothing matched high · 0 findings") {
		t.Errorf("the log is\n%s", s.log.String())
	}
}

func TestFindingsFailTheStep(t *testing.T) {
	zoo := enginetest.Services(t)
	s := newStage(t).with("targets", "127.0.0.1", "ports", zoo.Ports())
	s.write(t, ".github/workflows/exposure.yml", "on: push\njobs:\n  scan:\n    steps:\n      - with:\n          targets: 127.0.0.1\n")
	got := s.want(t, 10, "failed")
	if got["critical"] == "0" || got["total"] != got["new"] || !strings.Contains(got["reason"], "high matched") {
		t.Errorf("%v", got)
	}
	if !strings.Contains(s.log.String(), "::error file=.github/workflows/exposure.yml,line=6,title=CRITICAL%3A ") || !strings.Contains(s.log.String(), "\nFAILED high matched") {
		t.Errorf("the log is\n%s", s.log.String())
	}
	var sarif struct {
		Runs []struct {
			AutomationDetails struct{ ID string }
			Results           []struct {
				Locations []struct {
					PhysicalLocation struct{ Region struct{ StartLine int } }
				}
				PartialFingerprints map[string]string
			}
		}
	}
	readJSON(t, got["sarif-file"], &sarif)
	run := sarif.Runs[0]
	if run.AutomationDetails.ID != "portolan/exposure/scan/" || fmt.Sprint(len(run.Results)) != got["total"] || run.Results[0].Locations[0].PhysicalLocation.Region.StartLine != 6 {
		t.Errorf("%d results of %s", len(run.Results), run.AutomationDetails.ID)
	}
	seen := map[string]bool{}
	for _, result := range run.Results {
		seen[result.PartialFingerprints["primaryLocationLineHash"]] = true
	}
	if len(seen) != len(run.Results) {
		t.Errorf("%d fingerprints of %d results", len(seen), len(run.Results))
	}
	var junit struct {
		Failures string `xml:"failures,attr"`
	}
	if text, err := os.ReadFile(got["junit-file"]); err != nil || xml.Unmarshal(text, &junit) != nil || junit.Failures != got["total"] {
		t.Errorf("%v, %v", junit, err)
	}
	var summary struct {
		Status   string
		Findings []any
	}
	if err := json.Unmarshal([]byte(got["summary-json"]), &summary); err != nil || summary.Status != "failed" || fmt.Sprint(len(summary.Findings)) != got["total"] {
		t.Errorf("summary-json is %s, %v", got["summary-json"], err)
	}
	knownFindingsPass(t, s, got)
}

// knownFindingsPass runs again with what is known now as baseline.
func knownFindingsPass(t *testing.T, s *stage, first map[string]string) {
	t.Helper()
	again := newStage(t).with("targets", "127.0.0.1", "ports", s.env["INPUT_PORTS"], "fail-on", "new:any", "baseline", first["baseline-file"])
	got := again.want(t, 0, "passed")
	if got["new"] != "0" || got["total"] != first["total"] || got["fixed"] != "0" {
		t.Errorf("%v", got)
	}
	if !strings.Contains(again.log.String(), "0 new, "+first["total"]+" known, 0 fixed") {
		t.Errorf("the log is\n%s", again.log.String())
	}
}

func readJSON(t *testing.T, name string, to any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil || json.Unmarshal(text, to) != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func TestScanFileAndSuppressions(t *testing.T) {
	zoo := enginetest.Services(t)
	redis := zoo.Get("redis")
	s := newStage(t)
	s.write(t, ".portolan.yml", fmt.Sprintf("version: 1\nports: \"%d\"\ntargets:\n  - 127.0.0.1\nfail_on: critical\n", redis.Port))
	got := s.want(t, 10, "failed")
	if !strings.Contains(s.log.String(), "::error file=.portolan.yml,line=4,") || !strings.Contains(got["reason"], "critical matched") {
		t.Errorf("%v\n%s", got, s.log.String())
	}
	old := newStage(t)
	old.write(t, ".portolan.yml", fmt.Sprintf("version: 1\nports: \"%d\"\ntargets: [127.0.0.1]\n", redis.Port))
	old.write(t, ".portolan-ignore.yml", "version: 1\nsuppressions:\n  - rule: redis.*\n    reason: a test\n    expires: "+time.Now().AddDate(0, 0, 5).Format(time.DateOnly)+"\n  - rule: ssh.*\n    reason: over\n    expires: 2020-01-01\n  - rule: telnet.*\n    reason: nothing\n    expires: "+time.Now().AddDate(0, 0, 90).Format(time.DateOnly)+"\n")
	after := old.want(t, 0, "passed")
	if after["suppressed"] == "0" || after["total"] != "0" {
		t.Errorf("%v", after)
	}
	for _, part := range []string{"::warning file=.portolan-ignore.yml,line=6,", "::notice file=.portolan-ignore.yml,line=9,", "::notice file=.portolan-ignore.yml,line=3,"} {
		if !strings.Contains(old.log.String(), part) {
			t.Errorf("the log lacks %s:\n%s", part, old.log.String())
		}
	}
}

func TestTargetThatDoesNotAnswerIsIncomplete(t *testing.T) {
	// All of loopback answers, so one address of it is never asked.
	s := newStage(t).with("targets", service(t)+",127.0.0.2", "exclude", "127.0.0.2", "ports", "1")
	got := s.want(t, 11, "incomplete")
	if got["targets-unreachable"] != "1" || got["targets-scanned"] != "1" || !strings.Contains(got["reason"], "1 of 2 targets did not answer: 127.0.0.2") {
		t.Errorf("%v", got)
	}
	again := newStage(t).with("targets", s.env["INPUT_TARGETS"], "exclude", "127.0.0.2", "ports", "1", "allow-unreachable", "true")
	if got := again.want(t, 0, "passed"); got["targets-unreachable"] != "1" {
		t.Errorf("%v", got)
	}
}

func TestBadInputsAreUsageErrors(t *testing.T) {
	tests := map[string]struct {
		with []string
		says string
	}{
		"nothing":           {nil, "no target is given"},
		"misspelt input":    {[]string{"targets", "a.example", "fail_on", "critical"}, `did you mean "fail-on"?`},
		"misspelt policy":   {[]string{"targets", "a.example", "fail-on", "hihg"}, `did you mean "high"?`},
		"unknown rule":      {[]string{"targets", "a.example", "fail-on", "rule:redis.no-aut"}, "did you mean"},
		"misspelt word":     {[]string{"targets", "a.example", "comment", "alway"}, `did you mean "always"?`},
		"target":            {[]string{"targets", "*.example.com"}, "wildcards"},
		"time":              {[]string{"targets", "a.example", "timeout", "soon"}, "30m"},
		"two targets":       {[]string{"targets", "a.example", "targets-file", "x"}, "both say what to scan"},
		"scan without":      {[]string{"scan-id", "7"}, "on a server only"},
		"token without":     {[]string{"targets", "a.example", "token", "secret-token"}, "a token is for a server"},
		"no wait":           {[]string{"targets", "a.example", "wait", "false"}, "ends with it"},
		"oidc without":      {[]string{"targets", "a.example", "auth", "oidc"}, "no server to log in at"},
		"basic half":        {[]string{"targets", "a.example", "server", "https://x.example", "auth", "basic", "token", "secret-token"}, "USERID:TOKEN"},
		"reuse":             {[]string{"targets", "a.example", "reuse", "sha"}, "knows no earlier scans"},
		"baseline":          {[]string{"targets", "a.example", "baseline", "autp"}, `did you mean "auto"?`},
		"baseline file":     {[]string{"targets", "a.example", "baseline", "gone.json"}, "gone.json"},
		"profile":           {[]string{"targets", "a.example", "profile", "raet=5"}, `did you mean "rate"?`},
		"ports":             {[]string{"targets", "a.example", "ports", "ssh"}, "ports"},
		"suppression file":  {[]string{"targets", "a.example", "suppressions", "gone.yml"}, "gone.yml"},
		"server":            {[]string{"targets", "a.example", "server", "portolan.example"}, "does not begin with http"},
		"user in a server":  {[]string{"targets", "a.example", "server", "https://u:secret-token@x.example"}, "user name or password in it"},
		"secret in targets": {[]string{"targets", "https://u:secret-token@a.example"}, "user's name"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t).with(test.with...)
			got := s.want(t, 64, "error")
			if !strings.Contains(got["reason"], test.says) || !strings.Contains(s.log.String(), "::error title=Portolan%3A error") || got["total"] != "" {
				t.Errorf("reason %q, log\n%s", got["reason"], s.log.String())
			}
			if strings.Contains(strings.ReplaceAll(s.log.String(), "::add-mask::secret-token", ""), "secret-token") {
				t.Errorf("a secret is in the log:\n%s", s.log.String())
			}
		})
	}
}

func TestBadSuppressionFileNamesItsLine(t *testing.T) {
	s := newStage(t).with("targets", "127.0.0.1")
	s.write(t, ".portolan-ignore.yml", "version: 1\nsuppressions:\n  - rule: redis.*\n    reasn: x\n    expires: 2030-01-01\n")
	if got := s.want(t, 64, "error"); !strings.Contains(got["reason"], ".portolan-ignore.yml:4") {
		t.Error(got["reason"])
	}
}

func TestTimeout(t *testing.T) {
	pit := enginetest.NewTarpit(t)
	s := newStage(t).with("targets", fmt.Sprintf("127.0.0.1:%d", pit.Port), "timeout", "700ms")
	got := s.want(t, 12, "timed-out")
	if !strings.Contains(got["reason"], "has not ended within 700ms") || got["sarif-file"] == "" || !strings.Contains(s.text(t, "GITHUB_STEP_SUMMARY"), "timed-out") {
		t.Errorf("%v\n%s", got, s.text(t, "GITHUB_STEP_SUMMARY"))
	}
}

func TestCancel(t *testing.T) {
	pit := enginetest.NewTarpit(t)
	s := newStage(t).with("targets", fmt.Sprintf("127.0.0.1:%d", pit.Port))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-pit.Met(); cancel() }()
	if exit := s.run(ctx); exit != 130 {
		t.Errorf("exit %d\n%s", exit, s.log.String())
	}
	if got := s.outputs(t); got["status"] != "cancelled" || got["exit-code"] != "130" || got["json-file"] == "" {
		t.Errorf("%v\n%s", got, s.log.String())
	}
}

// A step whose parent is gone is cancelled: its standard input has ended.
func TestParentIsGone(t *testing.T) {
	pit := enginetest.NewTarpit(t)
	reader, writer := io.Pipe()
	s := newStage(t).with("targets", fmt.Sprintf("127.0.0.1:%d", pit.Port))
	s.args, s.in = []string{"run", "--attached"}, reader
	go func() { <-pit.Met(); _ = writer.Close() }()
	if exit := s.run(t.Context()); exit != 130 {
		t.Errorf("exit %d\n%s", exit, s.log.String())
	}
}
