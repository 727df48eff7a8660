package report_test

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// The bar for 100,000 findings in any format.
const (
	barFindings = 100_000
	barTime     = 10 * time.Second
	barMiB      = 512
)

// BenchmarkBar writes a report of 100,000 findings on 1,000 hosts in each format, and
// prints how long it takes and how much memory the process has at the peak, findings
// included: go test -run '^$' -bench Bar -benchtime 1x ./engine/report.
func BenchmarkBar(b *testing.B) {
	r := large(barFindings)
	for _, format := range report.Formats() {
		b.Run(format, func(b *testing.B) {
			var size counter
			for b.Loop() {
				size = 0
				took, peak := measure(b, func() error { return report.Write(&size, format, r) })
				b.ReportMetric(float64(peak), "peak-MiB")
				if took > barTime || peak > barMiB {
					b.Errorf("%s took %s and %d MiB, the bar is %s and %d MiB", format, took, peak, barTime, barMiB)
				}
			}
			b.ReportMetric(float64(size)/(1<<20), "MiB-written")
		})
	}
	runtime.KeepAlive(r)
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)

// measure runs f and gives how long it took and the most memory the process had from
// the system meanwhile, in MiB.
func measure(b *testing.B, f func() error) (took time.Duration, peak uint64) {
	b.Helper()
	debug.FreeOSMemory()
	done, highest := make(chan struct{}), make(chan uint64)
	go func() {
		tick, top := time.NewTicker(5*time.Millisecond), uint64(0)
		defer tick.Stop()
		for {
			top = max(top, memory())
			select {
			case <-tick.C:
			case <-done:
				highest <- max(top, memory())
				return
			}
		}
	}()
	start := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	took = time.Since(start)
	close(done)
	return took, <-highest >> 20
}

// memory is what the process holds of the system's memory, in bytes.
func memory() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// large is a report of n findings of 40 rules on 1,000 hosts, a tenth of them known,
// with a hundred fixed and a hundred suppressed.
func large(n int) report.Report {
	rules := sampleFindings()
	var findings, before []engine.Finding
	for i := range n + 100 {
		f := rules[i%len(rules)]
		f.Rule = fmt.Sprintf("%s-%d", f.Rule, i/len(rules)%8)
		f.Host = fmt.Sprintf("192.0.%d.%d", i%1000/250, i%250)
		f.IP, f.Target, f.Port = f.Host, engine.Target(f.Host), 1+i/1000
		f.Fingerprint = engine.Fingerprint(f.Rule, f.Target, f.Port, f.Protocol, f.Path)
		f.Evidence = fmt.Sprintf("http.status_code: 200\nhttp.body: %d", i)
		if i%10 == 0 || i >= n {
			before = append(before, f)
		}
		if i < n {
			findings = append(findings, f)
		}
	}
	suppressions := policy.Suppressions{List: []policy.Suppression{{Port: 7, Rule: "redis.no-auth-*", Reason: "a test", Expires: sampleTime().AddDate(0, 1, 0), Status: policy.SuppressionAccepted}}}
	return sampleOf(findings, policy.BaselineOf("scan 3", engine.Results{Scan: sampleScan(), Findings: before}, policy.Baseline{}), suppressions)
}
