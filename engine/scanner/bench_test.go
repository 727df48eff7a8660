package scanner_test

import (
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/probe/all"
	"github.com/portolan-io/terraform-provider-portolan/engine/scanner"
)

func BenchmarkDiscovery(b *testing.B) {
	for _, ports := range []engine.Ports{"1-1000", "default"} {
		b.Run(string(ports), func(b *testing.B) {
			s := scanner.New(scanner.Config{})
			for b.Loop() {
				if err := s.Run(b.Context(), task(ports, "127.0.0.1"), &basket{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(ports.Count()*b.N)/b.Elapsed().Seconds(), "probes/s")
		})
	}
}

func BenchmarkServices(b *testing.B) {
	list, _ := zoo(b)
	s := scanner.New(scanner.Config{Probes: all.Probes()})
	for b.Loop() {
		if err := s.Run(b.Context(), task(ports(list...), "127.0.0.1"), &basket{}); err != nil {
			b.Fatal(err)
		}
	}
}
