package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// flawed is a shell whose engine has found an issue of a web server.
func flawed(t *testing.T) *shell {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Server", "nginx/1.18.0")
		_, _ = w.Write([]byte("<title>A site</title>"))
	}))
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	s := newShell(t)
	s.want(t, 0, "scan", "127.0.0.1", "--ports", port, "--fail-on", "never")
	return s
}

func (s *shell) says(t *testing.T, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(s.out.String(), part) {
			t.Errorf("the answer lacks %q:\n%s", part, s.out.String())
		}
	}
}

// read reads an answer in JSON.
func (s *shell) read(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(s.out.String()), into); err != nil {
		t.Fatalf("%v in %s", err, s.out.String())
	}
}

func TestIssuesAreDecidedAbout(t *testing.T) {
	s := flawed(t)
	s.want(t, 0, "issues", "list", "--rule", "http.version-disclosure", "--format", "json")
	var page struct{ Issues []engine.Issue }
	s.read(t, &page)
	if len(page.Issues) != 1 {
		t.Fatalf("there are %+v", page.Issues)
	}
	id := fmt.Sprint(page.Issues[0].ID)
	s.want(t, 0, "issues", "accept", id, "--reason", "behind a VPN", "--expires", "2999-12-31")
	s.says(t, "Issues  1 accepted", id, "accepted", "Web server tells its version")
	s.want(t, 0, "issues", "list", "--rule", "http.version-disclosure")
	s.says(t, "Issues  none")
	s.want(t, 0, "issues", "list", "--state", "accepted,fixed", "--severity", "info", "--target", "127.0.0.1", "--text", "version", "--assignee", "nobody", "--limit", "0")
	s.says(t, "Issues  1 accepted")
	s.want(t, 0, "issues", "note", id, "until the move\nin spring")
	s.want(t, 0, "issues", "assign", "admin@localhost", id)
	s.want(t, 0, "issues", "show", id)
	s.says(t, "Issue "+id, "accepted until 3000-01-01 00:00 UTC", "behind a VPN", "admin@localhost", "present → accepted, by admin@localhost", "    in spring", "scan 1")
	s.want(t, 0, "issues", "reopen", id)
	s.says(t, "Issues  1 present")
	s.want(t, 0, "issues", "false-positive", id, "--reason", "a honeypot", "--format", "json")
	var changed []engine.Issue
	s.read(t, &changed)
	if len(changed) != 1 || changed[0].State != engine.IssueFalsePositive || changed[0].Reason != "a honeypot" {
		t.Errorf("changed are %+v", changed)
	}
	s.want(t, 0, "issues", "show", id, "--format", "json")
	var shown struct {
		engine.Issue
		History []engine.IssueChange
	}
	s.read(t, &shown)
	if shown.ID != page.Issues[0].ID || len(shown.History) != 6 {
		t.Errorf("shown is %+v", shown)
	}
	s.want(t, 0, "issues", "trend", "--days", "2")
	s.says(t, "Open issues", "total")
	s.want(t, 0, "issues", "list", "--state", "all", "--limit", "1")
	s.says(t, "1 false-positive")
}

// What is accepted, or a false positive, fails no pipeline that trusts whoever said so.
func TestDecisionsCountInPolicies(t *testing.T) {
	s := flawed(t)
	judge := []string{"report", "--fail-on", "rule:http.version-disclosure", "--format", "json"}
	s.want(t, 10, judge...)
	s.want(t, 0, "issues", "list", "--rule", "http.version-disclosure", "--format", "json")
	var page struct{ Issues []engine.Issue }
	s.read(t, &page)
	s.want(t, 0, "issues", "accept", fmt.Sprint(page.Issues[0].ID), "--reason", "behind a VPN", "--expires", inDays(5))
	s.want(t, 0, judge...)
	s.says(t, `"reason": "behind a VPN"`, `"expires": "`+inDays(5)+`"`, `"owner": "admin@localhost"`, `"state": "suppressed"`)
	s.want(t, 10, append(judge, "--trust-issues=false")...)
	s.want(t, 0, "issues", "false-positive", fmt.Sprint(page.Issues[0].ID), "--reason", "a honeypot")
	s.want(t, 0, "report", "--fail-on", "rule:http.version-disclosure")
	s.says(t, "false-positive for good: a honeypot (admin@localhost)")
}

func TestIssuesAreRefused(t *testing.T) {
	s := flawed(t)
	for part, args := range map[string][]string{
		"did you mean \"accept\"": {"acept"},
		"usage: portolan issues":  {"show"},
		"first":                   {"show", "first"},
		"--format":                {"list", "--format", "xml"},
		"reason":                  {"accept", "1"},
		"expires":                 {"accept", "1", "--reason", "x", "--expires", "soon"},
		"there is no issue 999":   {"false-positive", "999", "--reason", "x"},
		"state[0]":                {"list", "--state", "open"},
		"assignee":                {"assign", "eve@example.com", "1"},
		"note":                    {"note", "1", ""},
		"days":                    {"trend", "--days", "-1"},
	} {
		s.want(t, 64, append([]string{"issues"}, args...)...)
		if !strings.Contains(s.err.String(), part) {
			t.Errorf("%q says only:\n%s", args, s.err.String())
		}
	}
	s.want(t, 0, "issues", "--help")
	s.says(t, "false-positive ISSUE…", "trend")
	s.want(t, 0, "issues", "accept", "--help")
}
