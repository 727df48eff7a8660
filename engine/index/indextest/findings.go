package indextest

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/index"
)

// finding gives one whose fingerprint tells it apart.
func finding(rule string, severity engine.Severity, target engine.Target, port int) engine.Finding {
	return engine.Finding{
		Fingerprint: engine.Fingerprint(rule, target, port, "http", ""), Rule: rule, Title: "Title of " + rule, Severity: severity,
		Target: target, Host: string(target), IP: "192.0.2.7", Port: port, Protocol: "http", Evidence: "\x00<b>\u2028",
		References: []string{"https://example.com/"}, CWE: []string{"CWE-200"}, Tags: []string{},
	}
}

func sampleFindings() []engine.Finding {
	return []engine.Finding{
		finding("b.rule", engine.Low, "b.example.com", 80),
		finding("a.rule", engine.Low, "b.example.com", 443),
		finding("z.rule", engine.Critical, "b.example.com", 80),
		finding("a.rule", engine.Low, "a.example.com", 8080),
		finding("a.rule", engine.Low, "a.example.com", 80),
		finding("m.rule", engine.Info, "2001:db8::1", 22),
		finding("m.rule", engine.High, "192.0.2.9", 22),
		finding("m.rule", engine.Medium, "192.0.2.9", 23),
	}
}

// names gives findings as short texts.
func names(findings []engine.Finding) (list []string) {
	for _, f := range findings {
		list = append(list, fmt.Sprintf("%s %s %s %d", f.Severity, f.Rule, f.Target, f.Port))
	}
	return list
}

func testFindings(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	h.append(engine.Report{Findings: sampleFindings()})
	h.append(engine.Report{Findings: sampleFindings()[2:5]})
	for _, test := range []struct {
		name   string
		filter index.FindingFilter
		want   []string
	}{
		{"all, worst first", index.FindingFilter{}, []string{
			"critical z.rule b.example.com 80", "high m.rule 192.0.2.9 22", "medium m.rule 192.0.2.9 23",
			"low a.rule a.example.com 80", "low a.rule a.example.com 8080", "low a.rule b.example.com 443", "low b.rule b.example.com 80",
			"info m.rule 2001:db8::1 22",
		}},
		{"severity", index.FindingFilter{MinSeverity: engine.Medium}, []string{
			"critical z.rule b.example.com 80", "high m.rule 192.0.2.9 22", "medium m.rule 192.0.2.9 23",
		}},
		{"rules", index.FindingFilter{Rules: []string{"b.rule", "z.rule"}}, []string{"critical z.rule b.example.com 80", "low b.rule b.example.com 80"}},
		{"ports", index.FindingFilter{Ports: []int{23, 443}}, []string{"medium m.rule 192.0.2.9 23", "low a.rule b.example.com 443"}},
		{"host", index.FindingFilter{Hosts: []string{"B.Example.com."}, MinSeverity: engine.Critical}, []string{"critical z.rule b.example.com 80"}},
		{"address", index.FindingFilter{Hosts: []string{"2001:DB8:0::1"}}, []string{"info m.rule 2001:db8::1 22"}},
		{"address of a name", index.FindingFilter{Hosts: []string{"192.0.2.7"}, Ports: []int{443}}, []string{"low a.rule b.example.com 443"}},
		{"all of them", index.FindingFilter{Rules: []string{"a.rule"}, Hosts: []string{"a.example.com", "x"}, Ports: []int{80}}, []string{"low a.rule a.example.com 80"}},
		{"none", index.FindingFilter{Rules: []string{"a.rul"}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := h.findings(test.filter)
			wantList(t, "findings", names(all), test.want)
			h.wantCounted(test.filter, all)
		})
	}
	want := engine.Summary{Critical: 1, High: 1, Medium: 1, Low: 4, Info: 1, Total: 8}
	if got := h.progress().Summary; got != want {
		t.Errorf("summary:\n got %+v\nwant %+v", got, want)
	}
	if got := h.findings(index.FindingFilter{Ports: []int{23}})[0]; fmt.Sprint(got) != fmt.Sprint(sampleFindings()[7]) {
		t.Errorf("finding came back as %+v", got)
	}
	for _, err := range h.index.Findings(t.Context(), index.FindingFilter{MinSeverity: "bad"}, 0) {
		h.wantKind("unknown severity", err, engine.Invalid)
	}
	_, err := h.index.CountFindings(t.Context(), index.FindingFilter{MinSeverity: "bad"})
	h.wantKind("count of an unknown severity", err, engine.Invalid)
	t.Run("many", func(t *testing.T) { testManyFindings(t, open) })
}

// wantCounted fails unless the index counts what a filter gives.
func (h harness) wantCounted(filter index.FindingFilter, all []engine.Finding) {
	h.Helper()
	var want engine.Summary
	for _, f := range all {
		want.Add(f.Severity, 1)
	}
	got, err := h.index.CountFindings(h.Context(), filter)
	if err != nil || got != want {
		h.Errorf("%+v counts %+v, %v, want %+v", filter, got, err, want)
	}
}

// testManyFindings reads more than an implementation reads at a time.
func testManyFindings(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	var all []engine.Finding
	for port := 1; port <= 1000; port++ {
		all = append(all, finding("same.rule", engine.Low, "192.0.2.9", port))
	}
	h.append(engine.Report{Findings: all})
	found := h.findings(index.FindingFilter{})
	wantList(t, "findings", names(found), names(all))
	for _, offset := range []int{1, 255, 256, 700, 1000, 1001} {
		var rest []engine.Finding
		for finding, err := range h.index.Findings(t.Context(), index.FindingFilter{}, offset) {
			h.must("findings", err)
			rest = append(rest, finding)
		}
		wantList(t, fmt.Sprintf("findings behind %d", offset), names(rest), names(all[min(offset, len(all)):]))
	}
}

func endpoint(addr string, port uint16, transport string) engine.Endpoint {
	return engine.Endpoint{Addr: netip.MustParseAddr(addr), Port: port, Transport: transport, Target: "example.com", Name: "example.com"}
}

func testPorts(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	h.append(engine.Report{Open: []engine.Endpoint{
		endpoint("2001:db8::1", 80, engine.TCP), endpoint("192.0.2.10", 443, engine.TCP), endpoint("192.0.2.9", 53, engine.UDP),
		endpoint("192.0.2.9", 53, engine.TCP), endpoint("192.0.2.10", 80, engine.TCP), endpoint("::ffff:192.0.2.10", 80, engine.TCP),
	}})
	h.append(engine.Report{Open: []engine.Endpoint{endpoint("192.0.2.9", 53, engine.UDP)}})
	open2, err := h.index.OpenPorts(t.Context())
	h.must("open ports", err)
	var got []string
	for _, e := range open2 {
		got = append(got, e.Addr.Unmap().String()+" "+fmt.Sprint(e.Port)+" "+e.Transport+" "+e.Name)
	}
	wantList(t, "open ports", got, []string{
		"192.0.2.9 53 tcp example.com", "192.0.2.9 53 udp example.com", "192.0.2.10 80 tcp example.com", "192.0.2.10 443 tcp example.com",
		"2001:db8::1 80 tcp example.com",
	})
	if s := h.progress().Summary; s.HostsUp != 3 || s.OpenPorts != 5 {
		t.Errorf("%d hosts and %d ports, want 3 and 5", s.HostsUp, s.OpenPorts)
	}
}

func testHosts(t *testing.T, open Open) {
	h := newHarness(t, open, t.TempDir())
	wantHosts(t, h)
	h.append(engine.Report{Up: []netip.Addr{netip.MustParseAddr("2001:db8::2"), netip.MustParseAddr("192.0.2.10"), netip.MustParseAddr("::ffff:192.0.2.9")}})
	h.append(engine.Report{
		Open: []engine.Endpoint{endpoint("192.0.2.100", 443, engine.TCP), endpoint("192.0.2.9", 53, engine.UDP)},
		Up:   []netip.Addr{netip.MustParseAddr("192.0.2.10")},
	})
	wantHosts(t, h, "192.0.2.9", "192.0.2.10", "192.0.2.100", "2001:db8::2")
}

func wantHosts(t *testing.T, h harness, want ...string) {
	t.Helper()
	hosts, err := h.index.Hosts(t.Context())
	h.must("hosts", err)
	var got []string
	for _, addr := range hosts {
		got = append(got, addr.String())
	}
	wantList(t, "hosts", got, want)
}
