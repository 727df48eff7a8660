package feed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portolan-io/terraform-provider-portolan/engine"
)

// rule is a judgement on software, as a check is one on a response.
type rule struct {
	id, title, description, impact, remedy string
	tags                                   []string
}

func vulnerable() rule {
	return rule{
		id:    engine.RuleKnownVulnerable,
		title: "Software with known vulnerabilities",
		description: "The service says which version of which software it is, and public lists say that this version has " +
			"vulnerabilities. Those that are known to be exploited, and then those with the highest scores, come first.",
		impact: "What an attacker can do depends on the vulnerability; the score tells how bad it can be, and EPSS how likely it is to be tried.",
		remedy: "Update the software to a version without them, or replace it if it is not maintained any more.",
		tags:   []string{"software", "cve"},
	}
}

func exploited() rule {
	return rule{
		id:    engine.RuleExploited,
		title: "Software with a vulnerability that is being exploited",
		description: "The service says which version of which software it is, and CISA's catalogue of known exploited " +
			"vulnerabilities (KEV) has one of this version: attackers use it.",
		impact: "Whoever can reach the service can be expected to try. Look for signs that somebody has.",
		remedy: "Update the software at once, or take the service off the network until it is.",
		tags:   []string{"software", "cve", "kev"},
	}
}

// doubt is added to what is only potential.
const doubt = "It is potential: a distribution that mends its packages without changing their version has built it, or it is " +
	"only affected in an edition, on a system or with other software that a scan does not see. See what your distribution says of each CVE."

// Rules gives the ids of all findings that a [Judge] makes, sorted.
func Rules() []string { return []string{exploited().id, vulnerable().id} }

// findings gives at most one finding of each rule.
func (p product) findings(r *engine.Response) []engine.Finding {
	all := []engine.Finding{p.finding(vulnerable(), r, p.firm, p.potential)}
	firm, potential := onlyExploited(p.firm), onlyExploited(p.potential)
	if len(firm)+len(potential) == 0 {
		return all
	}
	f := p.finding(exploited(), r, firm, potential)
	switch len(firm) {
	case 0:
		f.Severity = engine.Medium // it may well be mended; and it is the first to look at
	default:
		f.Severity = engine.Critical
	}
	return append(all, f)
}

func onlyExploited(matches []Match) []Match {
	return slices.DeleteFunc(slices.Clone(matches), func(m Match) bool { return m.Exploited == "" })
}

// finding tells of the firm matches, and of the potential ones where there are no others.
func (p product) finding(about rule, r *engine.Response, firm, potential []Match) engine.Finding {
	f := engine.Finding{
		// Of the product instead of a page: it is the same whatever page shows it.
		Fingerprint: engine.Fingerprint(about.id, targetOf(r), r.Port, r.Protocol, p.tag.Name),
		Rule:        about.id, Title: about.title, Severity: engine.Info,
		Target: targetOf(r), Host: r.Host, IP: r.IP, Port: r.Port, Transport: r.Transport, Protocol: r.Protocol, URI: r.URI,
		Description: about.description + "\n\n" + about.impact, Remedy: about.remedy,
		CWE: []string{"CWE-1395"}, Tags: about.tags,
	}
	matches := firm
	if len(firm) == 0 {
		matches = potential
		f.Description += "\n\n" + doubt
		f.Tags = append(f.Tags, string(engine.Potential))
	}
	for _, m := range matches {
		f.CVSS, f.EPSS, f.KEV = max(f.CVSS, m.Score), max(f.EPSS, m.Probability), f.KEV || m.Exploited != ""
		if len(firm) > 0 && m.Severity.Rank() > f.Severity.Rank() {
			f.Severity = m.Severity
		}
	}
	if f.KEV && !slices.Contains(f.Tags, "kev") {
		f.Tags = append(f.Tags, "kev")
	}
	f.Evidence, f.References = p.evidence(matches), references(matches)
	return f
}

func targetOf(r *engine.Response) engine.Target {
	if r.Target.Domain != "" {
		return engine.Target(r.Target.Domain)
	}
	return engine.Target(r.Target.IP)
}

// maxShown is how many CVEs a finding lists; the document has the others.
const maxShown = 10

// evidence names the software and a line for each CVE.
func (p product) evidence(matches []Match) string {
	lines := []string{fmt.Sprintf("%s %s (%s)", p.tag.FullName, p.tag.Version, p.name)}
	for _, m := range matches[:min(len(matches), maxShown)] {
		line := fmt.Sprintf("%s: %s %s", m.ID, engine.ScoreText(m.Score), m.Severity)
		if m.Probability > 0 {
			line += fmt.Sprintf(", EPSS %.0f %%", 100*m.Probability)
		}
		if m.Exploited != "" {
			line += ", exploited (KEV, " + m.Exploited + ")"
		}
		lines = append(lines, line)
	}
	if more := len(matches) - maxShown; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// maxReferences is how many pages a finding links to.
const maxReferences = 5

func references(matches []Match) []string {
	var links []string
	for _, m := range matches[:min(len(matches), maxReferences)] {
		links = append(links, "https://nvd.nist.gov/vuln/detail/"+m.ID.String())
	}
	return links
}
