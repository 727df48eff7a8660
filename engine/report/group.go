package report

import (
	"cmp"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
	"github.com/portolan-io/terraform-provider-portolan/engine/policy"
)

// group is all findings of one rule: a reader fixes a rule, not a row. It is a part
// of the sorted list, never empty.
type group []policy.Assessed

// groupByRule cuts sorted findings where the rule changes.
func groupByRule(findings []policy.Assessed) []group {
	var groups []group
	from := 0
	for i := range findings {
		if i+1 == len(findings) || findings[i+1].Finding.Rule != findings[i].Finding.Rule || findings[i+1].Finding.Severity != findings[i].Finding.Severity {
			groups = append(groups, findings[from:i+1])
			from = i + 1
		}
	}
	return groups
}

// first is the finding that speaks for the others.
func (g group) first() *engine.Finding { return g[0].Finding }

// remedy is the first paragraph of what to do.
func (g group) remedy() string {
	remedy, _, _ := strings.Cut(g.first().Remedy, "\n\n")
	return clean(remedy, maxShownEvidence)
}

// findingPlace is where a finding is, for a reader.
func findingPlace(f *engine.Finding) string { return findingEndpoint(f) + pathOf(f.Path) }

// findingEndpoint is the host and port of a finding.
func findingEndpoint(f *engine.Finding) string {
	return placeOf(hostOf(f.Target, f.Host, f.IP), f.IP, f.Port)
}

// knownPlace is where a finding of a baseline was.
func knownPlace(k *policy.Known) string {
	return placeOf(hostOf(k.Target, k.Host, k.IP), k.IP, k.Port) + pathOf(k.Path)
}

// hostOf is the name a place was found by, also where what speaks there knows none:
// the same at an address and at its name are two findings.
func hostOf(target engine.Target, host, ip string) string {
	if (host == ip || host == "") && target.Kind() == engine.TargetDomain {
		return string(target)
	}
	return cmp.Or(host, string(target))
}

// pathOf is a path unless it is the start page.
func pathOf(path string) string {
	if path == "" || path == "/" {
		return ""
	}
	return " " + clean(path, maxShownText)
}

// severityCount is one part of a summary.
type severityCount struct {
	Severity engine.Severity
	Count    int
}

// severityCounts lists all severities, worst first, with how often each occurs.
func severityCounts(sum engine.Summary) []severityCount {
	return []severityCount{
		{engine.Critical, sum.Critical}, {engine.High, sum.High}, {engine.Medium, sum.Medium}, {engine.Low, sum.Low}, {engine.Info, sum.Info},
	}
}
