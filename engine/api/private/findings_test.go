package private_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

func finding(rule string, severity engine.Severity, port int) engine.Finding {
	return engine.Finding{
		Fingerprint: engine.Fingerprint(rule, "192.0.2.1", port, "tcp", ""), Rule: rule, Title: rule, Severity: severity,
		Target: "192.0.2.1", Host: "192.0.2.1", IP: "192.0.2.1", Port: port, Protocol: "tcp",
	}
}

// findings is a page as it is on the wire.
type findings struct {
	Findings []engine.Finding `json:"findings"`
	Total    int              `json:"total"`
	Counts   engine.Summary   `json:"counts"`
}

func TestFindings(t *testing.T) {
	r := open(t)
	port := engine.Endpoint{Addr: netip.MustParseAddr("192.0.2.1"), Port: 6379, Transport: engine.TCP, Target: "192.0.2.1"}
	id := r.done("x", webs(1), []engine.Finding{
		finding("a.low", engine.Low, 80), finding("b.high", engine.High, 443), finding("c.high", engine.High, 6379), finding("d.info", engine.Info, 80),
	}, port)
	for parameters, want := range map[string][]string{
		"":                                {"b.high", "c.high", "a.low", "d.info"},
		"?min_severity=low":               {"b.high", "c.high", "a.low"},
		"?min_severity&rules&hosts&ports": {"b.high", "c.high", "a.low", "d.info"},
		"?rules=a.low,c.high":             {"c.high", "a.low"},
		"?ports=80":                       {"a.low", "d.info"},
		"?ports=80,443&min_severity=high": {"b.high"},
		"?hosts=192.0.2.1":                {"b.high", "c.high", "a.low", "d.info"},
		"?hosts=192.0.2.9":                {},
		"?limit=2":                        {"b.high", "c.high"},
		"?limit=2&offset=3":               {"d.info"},
		"?offset=99":                      {},
	} {
		var page findings
		r.own(fmt.Sprintf("GET /api/scanner/%d/findings/%s", id, parameters), "").is(200).into(&page)
		rules := []string{}
		for _, f := range page.Findings {
			rules = append(rules, f.Rule)
		}
		if !slices.Equal(rules, want) || page.Findings == nil {
			t.Errorf("%q: %v, want %v", parameters, rules, want)
		}
	}
	var page findings
	r.own(fmt.Sprintf("GET /api/scanner/%d/findings/?limit=1&min_severity=low", id), "").into(&page)
	want := engine.Summary{High: 2, Low: 1, Total: 3, HostsUp: 1, OpenPorts: 1}
	if page.Total != 3 || page.Counts != want {
		t.Errorf("total %d, counts %+v, want those of all that pass: %+v", page.Total, page.Counts, want)
	}
}

func TestScansWithoutResultsHaveNoFindingsAndPorts(t *testing.T) {
	r := open(t)
	id := r.pending("x")
	var page findings
	r.own(fmt.Sprintf("GET /api/scanner/%d/findings/", id), "").is(200).into(&page)
	if page.Total != 0 || page.Findings == nil {
		t.Errorf("page %+v", page)
	}
	if got := r.own(fmt.Sprintf("GET /api/scanner/%d/ports/", id), "").is(200).body; got != "{\"ports\":[],\"total\":0}\n" {
		t.Errorf("ports %s", got)
	}
	if got := r.own(fmt.Sprintf("GET /api/scanner/%d/hosts/", id), "").is(200).body; got != "{\"hosts\":[],\"total\":0}\n" {
		t.Errorf("hosts %s", got)
	}
}

func TestPorts(t *testing.T) {
	r := open(t)
	want := engine.Endpoint{Addr: netip.MustParseAddr("2001:db8::1"), Port: 6379, Transport: engine.TCP, Target: "example.com", Name: "example.com"}
	id := r.done("x", nil, nil, want)
	var answer struct {
		Ports []engine.Endpoint `json:"ports"`
		Total int               `json:"total"`
	}
	r.own(fmt.Sprintf("GET /api/scanner/%d/ports", id), "").is(200).into(&answer)
	if answer.Total != 1 || len(answer.Ports) != 1 || answer.Ports[0] != want {
		t.Errorf("ports %+v, want %+v", answer, want)
	}
}
