package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/report"
)

// manyHosts is the sample with a port open on each of n hosts, and on the last one a finding.
func manyHosts(n int) report.Report {
	r := withFindings()
	r.Ports = nil
	for i := range n {
		host := fmt.Sprintf("10.0.%d.%d", i/250, i%250)
		r.Ports = append(r.Ports, report.Port{Host: host, IP: host, Port: 1000 + i%40, Transport: engine.TCP, Protocol: "http", URI: "http://" + host})
	}
	last := r.Ports[n-1]
	f := sampleFindings()[2]
	f.Target, f.Host, f.IP, f.Port = engine.Target(last.Host), last.Host, last.IP, last.Port
	return report.Report{Scan: r.Scan, Ports: r.Ports, Assessment: withFindings(f).Assessment}
}

// TestExposureMap: a thousand hosts make a small picture, and of more those stay that
// matter, with the rest counted.
func TestExposureMap(t *testing.T) {
	for n, wanted := range map[int][]string{
		3:    {`rotate(-40)">10.0.0.0<`},
		300:  {">10.0.0.0/24<", ">10.0.1.0/24<"},
		1500: {"500 hosts with less severe findings", "10 ports that fewer hosts have open", `data-host="10.0.5.249"`},
	} {
		page := render(t, "html", manyHosts(n))
		from, to := strings.Index(page, `<svg class="map"`), strings.Index(page, `id="findings"`)
		picture := page[from:to]
		for _, part := range append(wanted, `class="cell open"`, `class="cell high"`) {
			if !strings.Contains(picture, part) {
				t.Errorf("the picture of %d hosts lacks %s", n, part)
			}
		}
		if hosts := strings.Count(picture, "data-host="); hosts != min(n, 1000) || len(picture) > 300_000 {
			t.Errorf("the picture of %d hosts shows %d and has %d bytes", n, hosts, len(picture))
		}
	}
	none := withFindings()
	none.Ports = nil
	if strings.Contains(render(t, "html", none), `class="map"`) {
		t.Error("there is a map without open ports")
	}
}

// TestTrend: a column for each scan, the oldest of many left out, this one last.
func TestTrend(t *testing.T) {
	r := sample()
	for i := range 30 {
		earlier := sampleScan()
		earlier.ID, earlier.CreatedAt = engine.ScanID(100+i), sampleTime().AddDate(0, 0, i-40)
		earlier.Summary.Add(engine.High, 12_345)
		r.Earlier = append(r.Earlier, earlier)
	}
	page := render(t, "html", r)
	if n := strings.Count(page, "<g><title>Scan 1"); n != 19 || !strings.Contains(page, `<g class="this"><title>Scan 7, 14 Mar 2026: 5 findings</title>`) || !strings.Contains(page, ">12,345<") {
		t.Errorf("%d earlier scans are shown", n)
	}
}

// TestHTMLIsCapped: a page that a browser is slow with helps nobody, and what it leaves
// out is said.
func TestHTMLIsCapped(t *testing.T) {
	page := render(t, "html", large(20_000))
	if n := strings.Count(page, "<li data-state="); n > 5_200 || !strings.Contains(page, "more: the JSON and CSV reports have them all.") {
		t.Errorf("%d findings are shown", n)
	}
}
