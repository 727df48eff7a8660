package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine/check"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
)

// own is a check of somebody's own.
const own = `id: own.redis-seven
title: Redis is version seven
severity: low
cwe: [CWE-1104]
description: What.
impact: Why.
remedy: How.
references: [https://example.com/]
tags: [own]
query: redis.version:[6 TO 8}
evidence: [redis.version]
samples:
  match:
    - {redis: {version: "7.2.4"}}
    - {redis: {version: "6.2.6"}}
  no_match:
    - {redis: {version: "8.0.0"}}
`

// folderOf writes checks.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A server says what it looks for itself: it may be of another version, with checks that
// this program does not know, and without some that it does.
func TestChecksOfAServer(t *testing.T) {
	library, err := check.Verify(os.DirFS(folderOf(t, map[string]string{"own.redis-seven.yaml": own})), "", "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e, zoo, s := enginetest.StartAsking(t, library), enginetest.Services(t), newShell(t)
	s.env["PORTOLAN_API_KEY"], s.env["PORTOLAN_ENDPOINT"] = e.Key, e.Endpoint
	s.want(t, 0, "checks", "list", "--format", "json")
	var list []struct{ ID, Query string }
	if err := json.Unmarshal([]byte(s.out.String()), &list); err != nil {
		t.Error(err)
	}
	for _, c := range list { // those without a query are found by every engine
		if c.Query != "" && c.ID != "own.redis-seven" {
			t.Errorf("the server asks %s", c.ID)
		}
	}
	s.want(t, 0, "checks", "show", "own.redis-seven")
	s.want(t, 64, "checks", "show", "redis.no-auth")
	s.want(t, 64, "checks", "list", "--checks", t.TempDir())

	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "rule:own.*")
	s.want(t, 64, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--fail-on", "rule:redis.no-auth")
	s.want(t, 64, "report", "--fail-on", "rule:redis.no-auth")
	if scans, err := e.Client.Scans(t.Context()); err != nil || len(scans) != 1 {
		t.Errorf("%d scans, %v: a misspelt policy began one", len(scans), err)
	}
}

func TestChecksAreListed(t *testing.T) {
	s := newShell(t)
	s.want(t, 0, "checks", "list")
	all := strings.Count(s.out.String(), "\n")
	if all < 120 || !strings.Contains(s.out.String(), "redis.no-auth  ") || !strings.Contains(s.out.String(), "9.8") {
		t.Errorf("%d lines:\n%s", all, s.out.String())
	}
	s.want(t, 0, "checks", "list", "--family", "tls,ssh", "--severity", "high,critical", "--tag", "certificate", "--format", "json")
	var list []struct{ ID, Severity, Title, Query string }
	if err := json.Unmarshal([]byte(s.out.String()), &list); err != nil || len(list) < 2 || list[0].ID != "tls.cert-expired" || list[0].Query == "" {
		t.Errorf("%v, %v", list, err)
	}
	s.want(t, 0, "checks", "list", "--family", "software,exposure", "--skip", "software.eol")
	for _, id := range []string{"software.kev", "software.known-vulnerable", "exposure.old-tls"} {
		if !strings.Contains(s.out.String(), id+" ") {
			t.Errorf("%s is not in the list:\n%s", id, s.out.String())
		}
	}
	s.want(t, 64, "checks", "list", "--family", "redsi")
	s.want(t, 64, "checks", "list", "--format", "xml")
	s.want(t, 64, "checks")
	s.want(t, 64, "checks", "lits")
}

func TestChecksAreShown(t *testing.T) {
	s := newShell(t)
	s.want(t, 0, "checks", "show", "redis.no-auth")
	for _, part := range []string{"critical, CVSS 9.8", "Description\n  The Redis server", "redis.conf", "CWE-306", "https://redis.io/", "Query\n  redis."} {
		if !strings.Contains(s.out.String(), part) {
			t.Errorf("there is no %q:\n%s", part, s.out.String())
		}
	}
	s.want(t, 0, "checks", "show", "--format", "json", "redis.no-auth")
	if !json.Valid([]byte(s.out.String())) {
		t.Error(s.out.String())
	}
	for _, id := range []string{"software.kev", "software.known-vulnerable", "exposure.undeclared"} { // no saved queries
		s.want(t, 0, "checks", "show", id)
		if !strings.Contains(s.out.String(), "Judged\n  ") || strings.Contains(s.out.String(), "Query") {
			t.Errorf("%s:\n%s", id, s.out.String())
		}
	}
	s.want(t, 64, "checks", "show", "redis.noauth")
	s.want(t, 64, "checks", "show")
}

// TestOwnChecksAreTested names what is wrong with file and line.
func TestOwnChecksAreTested(t *testing.T) {
	s := newShell(t)
	s.want(t, 0, "checks", "test")
	dir := folderOf(t, map[string]string{"own.redis-seven.yaml": own})
	s.want(t, 0, "checks", "test", dir)
	file := filepath.Join(dir, "own.redis-seven.yaml")
	s.want(t, 0, "checks", "test", file)
	for _, tt := range []struct{ old, new, says string }{
		{`{redis: {version: "6.2.6"}}`, `{redis: {version: "5.0"}}`, ":15: samples.match: the query or a confirmation does not match"},
		{`{redis: {version: "8.0.0"}}`, `{redis: {version: "7.9"}}`, ":17: samples.no_match: it matches"},
		{"severity: low", "severity: lwo", ":3: severity"},
		{"[redis.version]", "[redis.versoin]", ":11: evidence: no sample that matches has a value at redis.versoin"},
		{"query: redis", "query: (redis", ":10: query"},
		{`{redis: {version: "6.2.6"}}`, `{port: redis}`, ":15: samples.match"},
	} {
		bad := folderOf(t, map[string]string{"own.redis-seven.yaml": strings.Replace(own, tt.old, tt.new, 1)})
		s.want(t, 64, "checks", "test", bad)
		if want := filepath.Join(bad, "own.redis-seven.yaml") + tt.says; !strings.Contains(s.err.String(), want) {
			t.Errorf("want %q:\n%s", want, s.err.String())
		}
	}
	s.want(t, 64, "checks", "test", filepath.Join(dir, "nothing.yaml"))
	s.want(t, 64, "checks", "test", t.TempDir())
}

// TestScanWithOwnChecks asks them beside those built in, and only those that are wanted.
func TestScanWithOwnChecks(t *testing.T) {
	zoo := enginetest.Services(t)
	dir := folderOf(t, map[string]string{"own.redis-seven.yaml": own})
	s := newShell(t)
	s.want(t, 10, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--checks", dir, "--only", "own.*,redis.*", "--fail-on", "rule:own.*", "--format", "json")
	if out := s.out.String(); !strings.Contains(out, "own.redis-seven") || !strings.Contains(out, "redis.no-auth") || strings.Contains(out, `"rule": "ssh.`) {
		t.Error(out)
	}
	s.want(t, 0, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--skip", "*", "--format", "json", "--fail-on", "info")
	s.want(t, 0, "issues", "list", "--format", "json")
	before := s.out.String()
	s.want(t, 0, "scan", "127.0.0.1", "--ports", zoo.Ports(), "--only", "vnc.*")
	s.want(t, 0, "issues", "list", "--format", "json")
	if after := s.out.String(); after != before {
		t.Errorf("a scan of other checks changed issues:\n%s\n%s", before, after)
	}
	s.want(t, 64, "scan", "127.0.0.1", "--only", "rdeis.*")
	s.want(t, 64, "scan", "127.0.0.1", "--checks", folderOf(t, map[string]string{"redis.no-auth.yaml": strings.Replace(own, "own.redis-seven", "redis.no-auth", 1)}))
	if !strings.Contains(s.err.String(), "Portolan's own") {
		t.Error(s.err.String())
	}
	s.want(t, 64, "scan", "127.0.0.1", "--skip", "tls.*", "--endpoint", "http://127.0.0.1:1")
}
