package control_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// withServices creates a scan that found n web servers, of which every tenth tells a
// version of its own, at an open port each.
func (h *house) withServices(t testing.TB, n int, version string) engine.ScanID {
	t.Helper()
	scan, err := h.CreateScan(t.Context(), h.user, engine.ScanRequest{Targets: []engine.Target{"10.0.0.0/8"}, Ports: "80"})
	if err != nil {
		t.Fatal(err)
	}
	ix, err := h.shelf.Create(t.Context(), scan.ID)
	if err != nil {
		t.Fatal(err)
	}
	report := engine.Report{ScanID: scan.ID}
	for i := range n {
		server := "nginx/1.24.0"
		if i%10 == 0 {
			server = "nginx/" + version
		}
		e := engine.Endpoint{Addr: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), Port: 80, Transport: engine.TCP, Target: "10.0.0.0/8"}
		r := engine.NewResponse(e, "http", "http", "/", time.Now())
		r.Blocks["http"] = map[string]any{"status_code": 200, "title": fmt.Sprint("Page ", i), "headers": map[string][]string{"server": {server}}}
		report.Open, report.Responses = append(report.Open, e), append(report.Responses, r)
		if len(report.Open) == 1000 || i == n-1 {
			if err := ix.Append(t.Context(), report); err != nil {
				t.Fatal(err)
			}
			report.Open, report.Responses = nil, nil
		}
	}
	return scan.ID
}

// BenchmarkDiff compares two scans of 100,000 services, a tenth of which changed.
func BenchmarkDiff(b *testing.B) {
	const services = 100_000
	h := archive(b, b.TempDir())
	defer h.close(b)
	base, later := h.withServices(b, services, "1.25.0"), h.withServices(b, services, "1.26.0")
	h.recordEnd(b, base)
	h.recordEnd(b, later)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		d, err := h.Diff(b.Context(), h.user, later, base)
		if err != nil || len(d.ChangedServices) != services/10 {
			b.Fatalf("%d services changed, %v", len(d.ChangedServices), err)
		}
	}
}
