package provider_test

import (
	"fmt"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/provider"
)

func manyFindings(n int) []engine.Finding {
	findings := make([]engine.Finding, n)
	for i := range findings {
		host := fmt.Sprintf("10.0.%d.%d", i>>8&255, i&255)
		findings[i] = engine.Finding{
			Fingerprint: fmt.Sprintf("%016x", i), Rule: "redis.no-auth", Title: "Redis takes commands from anybody", Severity: engine.High,
			Target: engine.Target(host), Host: host, IP: host, Port: 6379, Protocol: "redis", URI: "redis://" + host + ":6379",
			Evidence: "redis_version:6.2.6", Remedy: "Set requirepass.", References: []string{"https://redis.io/docs/"}, CWE: []string{"CWE-306"}, Tags: []string{"redis"}, Owner: "@data",
		}
	}
	return findings
}

// The list made by hand is the one reflection would make.
func TestFindingListIsTheSame(t *testing.T) {
	findings := manyFindings(3)
	want, diags := provider.ReflectedFindingList(t.Context(), findings)
	if diags.HasError() {
		t.Fatal(diags)
	}
	if got := provider.FindingList(findings); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// BenchmarkFindingList shows why the list is made by hand: 20,000 findings either way.
func BenchmarkFindingList(b *testing.B) {
	findings := manyFindings(20_000)
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			provider.FindingList(findings)
		}
	})
	b.Run("by reflection", func(b *testing.B) {
		for b.Loop() {
			provider.ReflectedFindingList(b.Context(), findings)
		}
	})
}

// BenchmarkPlanTargets plans a scan of as many targets as may be listed.
func BenchmarkPlanTargets(b *testing.B) {
	w := newWire(b)
	w.clean(w.configure(object{"embedded": object{"data_dir": b.TempDir()}}, false))
	config := object{"targets": manyTargets(1000)}
	for b.Loop() {
		w.clean(w.validate(config))
		w.clean(w.plan(noState, config))
	}
}
