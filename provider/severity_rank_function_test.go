package provider_test

import (
	"math/big"
	"testing"
)

func TestSeverityRank(t *testing.T) {
	w := newWire(t)
	for severity, want := range map[string]int64{"critical": 4, "high": 3, "medium": 2, "low": 1, "info": 0} {
		var got *big.Float
		w.must(w.result("severity_rank", textValue(severity)).As(&got))
		if n, _ := got.Int64(); n != want {
			t.Errorf("%s has rank %d, want %d", severity, n, want)
		}
	}
	for _, word := range []string{"", "High", "severe", "\x1b[2J"} {
		wantArgumentError(t, w.ask("severity_rank", textValue(word)), 0, "is not a severity", "critical, high")
	}
}

func TestAccSeverityRank(t *testing.T) { testExample(t, "functions/severity_rank") }
