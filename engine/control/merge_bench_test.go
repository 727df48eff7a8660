package control_test

import (
	"testing"
	"time"
)

// BenchmarkMerge merges scans of 100,000 findings: in the first all are new, the second
// finds all of them again, the third nothing.
func BenchmarkMerge(b *testing.B) {
	const findings = 100_000
	for b.Loop() {
		h := archive(b, b.TempDir())
		for _, pass := range []struct {
			name string
			n    int
		}{{"s/new", findings}, {"s/known", findings}, {"s/missed", 0}} {
			h.recordEnd(b, h.withFindings(b, pass.n, findings))
			began := time.Now()
			if err := h.Merge(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(time.Since(began).Seconds(), pass.name)
		}
		h.close(b)
	}
}
