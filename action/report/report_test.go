package report_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/action/report"
)

// step is the runner's side of a step: its log and files.
type step struct {
	log strings.Builder
	env map[string]string
}

func newStep(t *testing.T) *step {
	t.Helper()
	s := &step{env: map[string]string{}}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"} {
		s.env[name] = filepath.Join(t.TempDir(), name)
	}
	return s
}

func (s *step) runner() *report.Runner {
	return report.New(&s.log, func(name string) string { return s.env[name] })
}

func (s *step) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(s.env[name])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// values reads a file of the runner as the runner does (FileCommandManager.cs).
func values(t testing.TB, text string) map[string]string {
	t.Helper()
	found := map[string]string{}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		if lines[i] == "" {
			continue
		}
		name, delimiter, ok := strings.Cut(lines[i], "<<")
		if !ok {
			name, value, _ := strings.Cut(lines[i], "=")
			found[name] = value
			continue
		}
		var value []string
		for i++; i < len(lines) && lines[i] != delimiter; i++ {
			value = append(value, lines[i])
		}
		if i == len(lines) {
			t.Fatalf("%s has no end", name)
		}
		found[name] = strings.Join(value, "\n")
	}
	return found
}

// command is what the runner takes for one (ActionCommand.cs): "::" after leading space,
// or "##[" anywhere.
func isCommand(line string) bool {
	return strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[")
}

func hostile() []string {
	return []string{
		"::error::gone", " \t::set-output name=status::passed", "x\n::add-mask::a", "x\r::stop-commands::t", "\u2028::warning::x", "##[error]gone", "Redis ##[add-path]/tmp", "####[[set-env name=PATH]",
		"\x1b[2J\x1b[1;1H::error::x", "\u200b::error::x", "\ufeff::error::x", "\u202e::rorre", "status<<EOF\npassed\nEOF", "x\nstatus=passed", "\x00::error::x", "%0A::error::x", "::", "##[", "#\u200b#[x", "\xff\xfe::error::x",
		strings.Repeat("a", 100_000),
	}
}

func TestLogLinesCommandNothing(t *testing.T) {
	for _, text := range hostile() {
		s := newStep(t)
		r := s.runner()
		if err := r.Line("%s", text); err != nil {
			t.Fatal(err)
		}
		lines := strings.FieldsFunc(s.log.String(), func(c rune) bool { return c == '\n' || c == '\r' })
		if len(lines) != 1 || isCommand(lines[0]) {
			t.Errorf("%q becomes %q", text[:min(len(text), 80)], lines)
		}
	}
}

func TestGroupsAndAnnotationsStayOneCommand(t *testing.T) {
	for _, text := range hostile() {
		s := newStep(t)
		r := s.runner()
		_, err := r.Annotate(report.Annotation{Level: report.Warning, Title: text, Message: text, File: text, Line: 3})
		if err != nil || r.Group(text) != nil || r.EndGroup() != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(s.log.String()), "\n")
		if len(lines) != 3 || strings.ContainsAny(s.log.String(), "\r\x00\x1b") {
			t.Fatalf("%q becomes %q", text[:min(len(text), 80)], lines)
		}
		match := regexp.MustCompile(`^::warning file=[^:,]*,line=3,title=([^:,]*)::(.*)$`).FindStringSubmatch(lines[0])
		if match == nil || len([]rune(match[1])) > 255*3 || len(match[2]) > 4096 || !strings.HasPrefix(lines[1], "::group::") || strings.Contains(lines[0], "##[") {
			t.Errorf("%q becomes %.300q", text[:min(len(text), 80)], lines[0])
		}
	}
}

func TestOutputsCannotBeForged(t *testing.T) {
	s := newStep(t)
	r := s.runner()
	if err := r.Output("status", "failed"); err != nil {
		t.Fatal(err)
	}
	for i, text := range hostile() {
		if err := r.Output(fmt.Sprintf("text%d", i), text); err != nil {
			t.Fatal(err)
		}
	}
	got := values(t, s.read(t, "GITHUB_OUTPUT"))
	if len(got) != len(hostile())+1 || got["status"] != "failed" {
		t.Errorf("%d outputs, status %q", len(got), got["status"])
	}
	for _, name := range []string{"", "a=b", "a<<b", "a\nb"} {
		if r.Output(name, "x") == nil {
			t.Errorf("%q is taken for a name", name)
		}
	}
	if delimiters := regexp.MustCompile(`<<portolan_([0-9a-f]{32})\n`).FindAllString(s.read(t, "GITHUB_OUTPUT"), -1); len(delimiters) != len(got) || delimiters[0] == delimiters[1] {
		t.Errorf("the delimiters are %q", delimiters)
	}
}

func TestLaterOutputsCount(t *testing.T) {
	s := newStep(t)
	r := s.runner()
	if err := r.Output("status", "error"); err != nil {
		t.Fatal(err)
	}
	if err := r.Output("status", "passed"); err != nil {
		t.Fatal(err)
	}
	if err := r.State("scan", "7"); err != nil {
		t.Fatal(err)
	}
	if got := values(t, s.read(t, "GITHUB_OUTPUT"))["status"]; got != "passed" {
		t.Errorf("status is %q", got)
	}
	if got := values(t, s.read(t, "GITHUB_STATE"))["scan"]; got != "7" {
		t.Errorf("the state is %q", got)
	}
}

func TestTenAnnotationsOfALevel(t *testing.T) {
	s := newStep(t)
	r := s.runner()
	shown := 0
	for range 25 {
		ok, err := r.Annotate(report.Annotation{Level: report.Error, Message: "x"})
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			shown++
		}
	}
	if shown != 10 || r.Room(report.Error) != 0 || r.Room(report.Notice) != 10 || strings.Count(s.log.String(), "::error") != 10 {
		t.Errorf("%d are shown, %s", shown, s.log.String())
	}
}

func TestAnnotationsNameFilesOfTheRepository(t *testing.T) {
	for given, want := range map[string]string{".portolan.yml": ".portolan.yml", "../../etc/passwd": "etc/passwd", `infra\main.tf`: "infra/main.tf", "/a/b": "a/b"} {
		s := newStep(t)
		if _, err := s.runner().Annotate(report.Annotation{Level: report.Notice, Message: "m", File: given, Line: 1}); err != nil {
			t.Fatal(err)
		}
		if got := s.log.String(); got != "::notice file="+want+",line=1::m\n" {
			t.Errorf("%s: %q", given, got)
		}
	}
}

func TestSummaryIsCutBetweenRows(t *testing.T) {
	s := newStep(t)
	row := "| " + strings.Repeat("ä", 500) + " |\n"
	if err := s.runner().Summary("# first\n"); err != nil {
		t.Fatal(err)
	}
	if err := s.runner().Summary(strings.Repeat(row, 2000)); err != nil {
		t.Fatal(err)
	}
	text := s.read(t, "GITHUB_STEP_SUMMARY")
	if len(text) > report.MaxSummary || len(text) < report.MaxSummary-2*len(row) {
		t.Errorf("the summary has %d bytes", len(text))
	}
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if line != "" && line != strings.TrimSpace(row) && i > 1 && !strings.HasPrefix(line, "…") {
			t.Errorf("line %d is %.80q", i, line)
		}
	}
	if err := s.runner().Summary("more\n"); err != nil || len(s.read(t, "GITHUB_STEP_SUMMARY")) > report.MaxSummary {
		t.Error("a full summary grows", err)
	}
}

func TestSecretsAreMaskedInEveryForm(t *testing.T) {
	s := newStep(t)
	r := s.runner()
	if err := r.Mask("user:pass word%"); err != nil {
		t.Fatal(err)
	}
	if err := r.Mask(""); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"user:pass word%25", "pass word%25", base64.StdEncoding.EncodeToString([]byte("user:pass word%"))} {
		if !strings.Contains(s.log.String(), "::add-mask::"+form+"\n") {
			t.Errorf("%q is not masked:\n%s", form, s.log.String())
		}
	}
}

func TestDebugOnlyWhenAskedFor(t *testing.T) {
	s := newStep(t)
	if err := s.runner().Debug("x"); err != nil || s.log.Len() > 0 {
		t.Error(s.log.String(), err)
	}
	s.env["RUNNER_DEBUG"] = "1"
	if err := s.runner().Debug("::error::%s", "x"); err != nil || s.log.String() != "::debug::· ::error::x\n" {
		t.Error(s.log.String(), err)
	}
}

func TestOutsideOfARunner(t *testing.T) {
	r := report.New(&strings.Builder{}, func(string) string { return "" })
	for _, err := range []error{r.Output("a", "b"), r.State("a", "b"), r.Summary("x"), r.Line("x")} {
		if err != nil {
			t.Error(err)
		}
	}
	broken := report.New(&strings.Builder{}, func(string) string { return filepath.Join(t.TempDir(), "none", "file") })
	if broken.Output("a", "b") == nil {
		t.Error("an output that cannot be written is no error")
	}
}

// FuzzRunner: whatever is written, the log has one line for each call and commands only
// what was meant, and the outputs are those that were set.
func FuzzRunner(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		s := &step{env: map[string]string{"GITHUB_OUTPUT": filepath.Join(dir, "output")}}
		if err := os.WriteFile(s.env["GITHUB_OUTPUT"], nil, 0o600); err != nil {
			t.Fatal(err)
		}
		r := s.runner()
		if err := r.Output("text", text); err != nil {
			t.Fatal(err)
		}
		if got := values(t, s.read(t, "GITHUB_OUTPUT")); len(got) != 1 {
			t.Errorf("%q sets %v", text, got)
		}
		if err := r.Line("%s", text); err != nil {
			t.Fatal(err)
		}
		log := s.log.String()
		if strings.Count(log, "\n") != 1 || strings.Contains(log, "\r") || isCommand(strings.TrimSpace(log)) {
			t.Errorf("%q becomes %q", text, log)
		}
	})
}
