package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/client"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest"
	"github.com/portolan-io/terraform-provider-portolan/engine/enginetest/contract"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

const lists = "../feed/testdata/"

// feedCommand runs `portolan feed` on a data folder.
func feedCommand(t *testing.T, dir string, exit int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	getenv := func(name string) string { return map[string]string{"PORTOLAN_DATA_DIR": dir}[name] }
	if got := server.Feed(t.Context(), append([]string{"feed"}, args...), &out, &err, getenv); got != exit {
		t.Fatalf("portolan feed %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, exit, out.String(), err.String())
	}
	return out.String(), err.String()
}

func importAll(t *testing.T, dir string) string {
	t.Helper()
	out, _ := feedCommand(t, dir, 0, "import", lists+"nvd.json", lists+"known_exploited_vulnerabilities.json", lists+"epss_scores.csv")
	return out
}

func TestFeedCommands(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if out, _ := feedCommand(t, dir, 0, "status"); out != engine.NoFeed+"\n" {
		t.Errorf("status of nothing: %s", out)
	}
	if out := importAll(t, dir); !strings.Contains(out, "19 new, 0 updated, 0 unchanged") || !strings.Contains(out, "5 new (KEV)") || !strings.Contains(out, "10 new") {
		t.Errorf("import: %s", out)
	}
	out, _ := feedCommand(t, dir, 0, "status")
	for _, want := range []string{filepath.Join(dir, "feed.db"), "(today)", "18 of ", "2026-02-03 (", " days ago)"} {
		if !strings.Contains(out, want) || strings.Contains(out, engine.NoFeed) {
			t.Errorf("status lacks %q:\n%s", want, out)
		}
	}
	out, _ = feedCommand(t, dir, 0, "status", "--json")
	var status struct {
		CVEs, Products, Exploited, Scored int
	}
	if err := json.Unmarshal([]byte(out), &status); err != nil || status.CVEs != 18 || status.Exploited != 5 || status.Scored != 10 {
		t.Errorf("status --json: %s (%v)", out, err)
	}
	if out := importAll(t, dir); !strings.Contains(out, "0 new, 0 updated, 19 unchanged") {
		t.Errorf("import again: %s", out)
	}
}

func TestFeedCommandsRefuse(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(broken, []byte(`{"vulnerabilities":[{"cve":{`), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(lists + "nvd.json")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	right, wrong := hex.EncodeToString(sum[:]), strings.Repeat("0", 64)
	for says, args := range map[string][]string{
		"unknown command":             {"fetch"},
		"no file is named":            {"import"},
		"unknown flag":                {"status", "--url"},
		"unexpected argument":         {"status", "now"},
		"2 checksums for 1 files":     {"import", lists + "nvd.json", "--sha256", right, "--sha256", right},
		"SHA-256 is " + right:         {"import", lists + "nvd.json", "--sha256", wrong},
		"at: " + broken:               {"import", lists + "nvd.json", broken},
		"no such file":                {"import", filepath.Join(dir, "gone.json")},
		"broken.json: after byte ":    {"import", broken},
		"portolan feed: Feed file is": {"import", broken, "--json"},
	} {
		if _, err := feedCommand(t, dir, 64, args...); !strings.Contains(err, says) {
			t.Errorf("%v: %s; want it to say %q", args, err, says)
		}
	}
	if out, _ := feedCommand(t, dir, 0, "status"); out != engine.NoFeed+"\n" {
		t.Errorf("after failures there is %s", out)
	}
	feedCommand(t, dir, 0, "import", lists+"nvd.json", "--sha256", right)
	if out, _ := feedCommand(t, dir, 0); !strings.Contains(out, "import FILE") {
		t.Errorf("help: %s", out)
	}
}

func TestInterruptedImportChangesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	var out, stderr bytes.Buffer
	exit := server.Feed(ctx, []string{"feed", "import", "--data", dir, lists + "nvd.json"}, &out, &stderr, func(string) string { return "" })
	if exit != int(policy.ExitCancelled) || !strings.Contains(stderr.String(), "interrupted; nothing was changed") {
		t.Errorf("exit %d: %s", exit, stderr.String())
	}
	if out, _ := feedCommand(t, dir, 0, "status"); out != engine.NoFeed+"\n" {
		t.Errorf("afterwards: %s", out)
	}
}

// noFeedSteps counts the steps of a scan that say that there is no feed.
func noFeedSteps(scan engine.Scan) (n int) {
	for _, step := range scan.Steps {
		if step.Description != nil && strings.Contains(*step.Description, engine.NoFeed) {
			n++
		}
	}
	return n
}

// isOfFeed tells the findings that need a feed from others about software.
func isOfFeed(f engine.Finding) bool {
	return f.Rule == "software.kev" || f.Rule == "software.known-vulnerable"
}

// TestKnownVulnerabilitiesAreFound scans services of known versions before and after a
// feed is imported beside the engine that runs.
func TestKnownVulnerabilitiesAreFound(t *testing.T) {
	zoo, dir := enginetest.Services(t), t.TempDir()
	c := start(t, server.Config{DataDir: dir}).Client()
	before := scanZoo(t, c, zoo)
	if n := noFeedSteps(before); n != 1 {
		t.Errorf("%d steps say that there is no feed", n)
	}
	for _, f := range findings(t, c, before.ID) {
		if isOfFeed(f) {
			t.Errorf("without a feed: %+v", f)
		}
	}
	importAll(t, dir)
	after := scanZoo(t, c, zoo)
	if n := noFeedSteps(after); n != 0 {
		t.Errorf("%d steps say that there is no feed when there is one", n)
	}
	var got []string
	for _, f := range findings(t, c, after.ID) {
		if isOfFeed(f) {
			product, _, _ := strings.Cut(f.Evidence, " (cpe")
			got = append(got, strings.Join([]string{f.Rule, string(f.Severity), product}, " "))
		}
	}
	slices.Sort(got)
	want := []string{
		"software.kev critical Apache HTTP Server 2.4.49",
		"software.known-vulnerable critical Apache HTTP Server 2.4.49",
		"software.known-vulnerable high Redis 6.2.6",
		"software.known-vulnerable high nginx 1.18.0",
		"software.known-vulnerable info OpenSSH 7.2p2",
		"software.known-vulnerable info vsftpd 3.0.3",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	searchCVEs(t, c, after.ID)
	for document, err := range c.Download(t.Context(), client.DownloadRequest{Query: "cve:*", Indices: []engine.ScanID{after.ID}}) {
		if err := errors.Join(err, contract.Check(document)); err != nil {
			t.Errorf("%s: %v", document, err)
		}
	}
}

// searchCVEs asks what people ask.
func searchCVEs(t *testing.T, c *client.Client, id engine.ScanID) {
	t.Helper()
	for query, want := range map[string]int{
		"cve.name:CVE-2021-41773": 1, "cve.name:CVE-2099-0001": 0, "cve:*": 5, "NOT cve:*": -1,
		"cve.base_score:>=7": 4, "cve.base_score:>9.7": 2, "cve.base_score:10": 0, "cve.severity:critical": 2,
		"cve.has_exploit:true": 3, "cve.description:nginx": 1, "cve.kev:true": 1, "cve.confidence:potential": 2, "cve.epss:>0.9": 1, "cve.tag:redis": 1,
	} {
		ports := map[string]bool{} // as documents with nothing else
		for document, err := range c.Download(t.Context(), client.DownloadRequest{Query: query, Indices: []engine.ScanID{id}, Fields: []string{"port"}}) {
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			ports[string(document)] = true
		}
		if want >= 0 && len(ports) != want || want < 0 && len(ports) == 0 {
			t.Errorf("%s finds %d services, want %d", query, len(ports), want)
		}
	}
}
