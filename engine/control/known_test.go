package control_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/control"
	"github.com/portolan-io/terraform-provider-portolan/engine/feed"
	feedsqlite "github.com/portolan-io/terraform-provider-portolan/engine/feed/sqlite"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// knowing gives a control wing the feed of a folder, filled from lists.
func knowing(t *testing.T, dir string, lists ...string) option {
	t.Helper()
	known := feedsqlite.New(dir)
	t.Cleanup(func() {
		if err := known.Close(); err != nil {
			t.Error(err)
		}
	})
	if len(lists) > 0 {
		_, err := known.Import(t.Context(), func(sink feed.Sink) error {
			var all error
			for _, list := range lists {
				all = errors.Join(all, feed.ReadFile(t.Context(), feed.File{Path: filepath.Join("..", "feed", "testdata", list)}, sink))
			}
			return all
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return func(c *control.Config) { c.Known = feed.NewJudge(known) }
}

// scanRedis runs a scan whose only task finds a Redis of an old version.
func scanRedis(t *testing.T, h *house) engine.Scan {
	t.Helper()
	agent, created := h.agent(), h.create(t, "192.0.2.1")
	task, d := take(t, agent)
	report := reportOn(task)
	report.Responses[0].Tags = []engine.Tag{{Name: "redis", FullName: "Redis", Version: "6.2.6", CPE: []string{"cpe:2.3:a:redis:redis:6.2.6:*:*:*:*:*:*:*"}}}
	if _, err := agent.Report(t.Context(), report); err != nil {
		t.Fatal(err)
	}
	if err := d.Ack(); err != nil {
		t.Fatal(err)
	}
	return h.await(t, created.ID, in(engine.StateDone))
}

// told gives the rules of the findings of a scan, and the steps about CVEs.
func told(t *testing.T, h *house, scan engine.Scan) (rules, steps []string) {
	t.Helper()
	for f, err := range h.Findings(t.Context(), h.user, scan.ID, index.FindingFilter{}, 0) {
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, f.Rule)
	}
	for _, step := range scan.Steps {
		if step.Description != nil && strings.Contains(*step.Description, "CVEs") {
			steps = append(steps, *step.Description)
		}
	}
	return rules, steps
}

// TestReportsAreEnriched: what an agent reports is judged here, whatever feed the agent
// has, and without one the scan says so and keeps what it has found.
func TestReportsAreEnriched(t *testing.T) {
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, feedsqlite.FileName), []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		known option
		rules []string
		step  string
	}{
		"a feed":    {knowing(t, t.TempDir(), "nvd.json"), []string{"http.x", "software.known-vulnerable"}, ""},
		"KEV only":  {knowing(t, t.TempDir(), "known_exploited_vulnerabilities.json"), []string{"http.x"}, "1/10 - " + engine.NoFeed},
		"none":      {knowing(t, t.TempDir()), []string{"http.x"}, "1/10 - " + engine.NoFeed},
		"a damaged": {knowing(t, broken), []string{"http.x"}, "1/10 - No CVEs are looked up: Feed cannot be read or written: "},
	} {
		t.Run(name, func(t *testing.T) {
			h := start(t, tt.known)
			rules, steps := told(t, h, scanRedis(t, h))
			if !slices.Equal(rules, tt.rules) {
				t.Errorf("findings %v", rules)
			}
			if tt.step == "" && len(steps) != 0 || tt.step != "" && (len(steps) != 1 || !strings.HasPrefix(steps[0], tt.step)) {
				t.Errorf("steps %q", steps)
			}
		})
	}
}
