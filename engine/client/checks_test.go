package client_test

import (
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/server"
)

// An engine tells whatever the findings of its scans may be about.
func TestChecks(t *testing.T) {
	s, err := server.Start(t.Context(), server.Config{DataDir: t.TempDir(), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	rules, err := s.Client().Checks(t.Context())
	want, wrong := server.Rules()
	if got := engine.RuleIDs(rules); err != nil || wrong != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	at := slices.IndexFunc(rules, func(r engine.Rule) bool { return r.ID == "redis.no-auth" })
	if at < 0 || rules[at].Query == "" || rules[at].Severity != engine.Critical || rules[at].Remedy == "" {
		t.Errorf("redis.no-auth is told as %+v", rules[max(0, at)])
	}
}
