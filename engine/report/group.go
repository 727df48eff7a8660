package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// group is all findings of one rule: a reader fixes a rule, not a row.
type group struct {
	rule, title string
	severity    engine.Severity
	remedy      string // its first paragraph
	places      []string
}

// groupByRule keeps the order of sorted findings.
func groupByRule(findings []engine.Finding) []group {
	var groups []group
	for i := range findings {
		f := &findings[i]
		last := len(groups) - 1
		if last < 0 || groups[last].rule != f.Rule || groups[last].severity != f.Severity {
			remedy, _, _ := strings.Cut(f.Remedy, "\n\n")
			groups = append(groups, group{rule: f.Rule, title: f.Title, severity: f.Severity, remedy: clean(remedy, maxShownEvidence)})
			last++
		}
		if place := placeOf(f.Host, f.IP, f.Port) + pathOf(f); !slices.Contains(lastOf(groups[last].places, maxPlaces), place) {
			groups[last].places = append(groups[last].places, place)
		}
	}
	return groups
}

// lastOf gives the end of a sorted list, where an equal place would be.
func lastOf(list []string, n int) []string { return list[max(0, len(list)-n):] }

// pathOf is the path of a finding unless it is the start page.
func pathOf(f *engine.Finding) string {
	if f.Path == "" || f.Path == "/" {
		return ""
	}
	return " " + clean(f.Path, maxShownText)
}

// where lists the first places and how many more there are.
func (g group) where() string {
	shown := g.places[:min(len(g.places), maxPlaces)]
	text := strings.Join(shown, ", ")
	if n := len(g.places) - len(shown); n > 0 {
		text = fmt.Sprintf("%s and %d more", text, n)
	}
	return text
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
